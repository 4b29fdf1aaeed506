/**
 * Products of large matrices, and the highest entries of them, by ONNX Runtime: what `embed` takes as `numerics`. A session
 * for each kind of work, for matrices of any size. Not for a training step, which is one graph as a whole.
 */
import { availableParallelism } from "node:os";
import * as ort from "onnxruntime-node";
import type { Matrix, Numerics } from "../embed/index.js";
import { Graph, type Value } from "./graph.js";
import { writeModel } from "./onnx.js";

export interface NumericsOptions {
  /** Defaults to one for each core. */
  threads?: number;
}

type Doubles = Matrix<Float32Array | Float64Array>;

export function numerics({ threads = availableParallelism() }: NumericsOptions = {}): Numerics {
  if (!(Number.isInteger(threads) && threads > 0))
    throw new RangeError(`numerics: invalid threads: ${threads} (a whole number from 1)`);
  const sessions = new Map<string, Promise<ort.InferenceSession>>();
  const session = (name: string, make: () => Uint8Array): Promise<ort.InferenceSession> => {
    const options = { executionProviders: ["cpu"], intraOpNumThreads: threads, logSeverityLevel: 3 } as const;
    const found = sessions.get(name) ?? ort.InferenceSession.create(make(), options);
    sessions.set(name, found);
    return found;
  };
  return {
    async matmul<T extends Float32Array | Float64Array>(a: Matrix<T>, b: Matrix<T>): Promise<Matrix<T>> {
      const feeds = feedsOf(a, b);
      const dtype = a.data instanceof Float64Array ? "float64" : "float32";
      const product = await session(dtype, () => productModel(dtype));
      const { y } = await product.run(feeds);
      return { shape: [a.shape[0]!, b.shape[0]!], data: y!.data as T };
    },
    async highest(a, b, few) {
      const feeds = feedsOf(a, b);
      if (!(Number.isInteger(few) && few > 0 && few <= b.shape[0]!))
        throw new RangeError(`highest: invalid few: ${few} (from 1 to ${b.shape[0]})`);
      const search = await session(`highest ${few}`, () => highestModel(few));
      const { scores, at } = await search.run(feeds);
      return { scores: scores!.data as Float32Array, at: at!.data as Int32Array };
    },
  };
}

function feedsOf(a: Doubles, b: Doubles): Record<string, ort.Tensor> {
  const width = a.shape[1]!;
  const fits = ({ shape, data }: Doubles): boolean => shape[1] === width && data.length === shape[0]! * width;
  if (!(fits(a) && fits(b)))
    throw new Error(`matmul: invalid shapes: [${a.shape}] and [${b.shape}] (equal row lengths)`);
  return { a: tensor(a), b: tensor(b) };
}

const tensor = ({ shape, data }: Doubles): ort.Tensor =>
  new ort.Tensor(data instanceof Float64Array ? "float64" : "float32", data, shape);

/** ONNX's size for any. */
const any = [-1, -1];

/** a · bᵀ. */
function product(graph: Graph, dtype: "float32" | "float64"): Value {
  const inputs = [graph.input("a", any, dtype), graph.input("b", any, dtype)];
  return graph.node("Gemm", { inputs, shape: any, attributes: { transB: 1 } });
}

function productModel(dtype: "float32" | "float64"): Uint8Array {
  const graph = new Graph();
  return writeModel(graph, { y: product(graph, dtype) });
}

function highestModel(few: number): Uint8Array {
  const graph = new Graph();
  const [scores, places] = graph.multi("TopK", { inputs: [product(graph, "float32"), graph.integers([few])] }, [
    any,
    any,
  ]) as [Value, Value];
  return writeModel(graph, { scores, at: graph.cast({ ...places, dtype: "int64" }, "int32") });
}
