/**
 * A TensorFlow.js backend that computes nothing: each kernel appends the ONNX operators that would. Because TensorFlow.js
 * differentiates by running its gradient functions through the same kernels, a whole training step becomes one graph.
 */
import * as tf from "../tensors.js";
import { Graph, type Value, type ValueType } from "./graph.js";
import { kernels } from "./kernels/index.js";
import type { Emitter } from "./kernels/types.js";
import { opened } from "./kept.js";
import type { Device, Signature, Specs, StepFunction, Tensors } from "./types.js";

export const TRACE = "palimpsest-trace";

class TraceBackend extends tf.KernelBackend {
  graph = new Graph();
  device: Device = "cpu";
  private values = new Map<object, Value>();

  begin(device: Device): void {
    this.graph = new Graph();
    this.device = device;
    this.values.clear();
  }
  lookup({ dataId, shape }: tf.TensorInfo): Value {
    const value = this.values.get(dataId);
    if (!value)
      throw new Error(
        `engine: invalid step: it uses a tensor [${shape}] made outside of it (pass it in, or make it inside)`,
      );
    return value;
  }
  info(value: Value): tf.TensorInfo {
    const dataId = {};
    this.values.set(dataId, value);
    return { dataId, shape: value.shape, dtype: value.dtype as tf.DataType };
  }
  placeholder(value: Value): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.info(value));
  }
  override write(values: tf.BackendValues | null, shape: number[], dtype: tf.DataType): object {
    return this.info(this.known(values, shape, dtype)).dataId;
  }
  override move(dataId: object, values: tf.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.values.set(dataId, this.known(values, shape, dtype));
  }
  /** tf.zeros, tf.ones and the like arrive as whole arrays; as fills they cost nothing. */
  private known(values: tf.BackendValues | null, shape: number[], dtype: tf.DataType): Value {
    const numbers = values as Float32Array;
    const first = numbers[0];
    const uniform = first !== undefined && numbers.every((value) => Object.is(value, first));
    if (uniform && numbers.length > 16) return this.graph.fill(first, shape, dtype as ValueType);
    const constant = this.graph.constant(numbers, shape, dtype as ValueType);
    return uniform ? { ...constant, fill: first } : constant;
  }
  override readSync(): never {
    throw new Error(
      "engine: a compiled step cannot read a tensor's values while it is traced (dataSync, arraySync, …)",
    );
  }
  override read(): never {
    return this.readSync();
  }
  override disposeData(): boolean {
    return true;
  }
  override incRef(): void {}
  decRef(): void {}
  override refCount(): number {
    return 1;
  }
  override numDataIds(): number {
    return this.values.size;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override dispose(): void {}
}

const backend = new TraceBackend();
tf.registerBackend(TRACE, () => backend, 0);

/** Adds an operator of the lab's own to those that tracing knows. */
export function registerEmitter(kernelName: string, emit: Emitter): void {
  const kernelFunc: tf.KernelFunc = ({ inputs, attrs }) => {
    const { graph, device } = backend;
    const values: Record<string, Value> = {};
    for (const [name, info] of Object.entries(inputs)) if (info) values[name] = backend.lookup(info as tf.TensorInfo);
    const out = emit({ graph, device, inputs: values, attrs: (attrs ?? {}) as Record<string, unknown> });
    return Array.isArray(out) ? out.map((value) => backend.info(value)) : backend.info(out);
  };
  tf.registerKernel({ kernelName, backendName: TRACE, kernelFunc });
}
for (const [name, emit] of Object.entries(kernels)) registerEmitter(name, emit);

/** A function of tensors as one of values of the graph that is being traced. */
export const onValues =
  (f: (tensors: tf.Tensor[]) => tf.Tensor[]) =>
  (values: Value[]): Value[] =>
    f(values.map((value) => backend.placeholder(value))).map((tensor) => backend.lookup(tensor));

/** Whether ops called now are being traced, and for which device. */
export const tracing = (): Device | undefined => (tf.getBackend() === TRACE ? backend.device : undefined);

/** What products of matrices are made in; sums, norms, losses and the state stay float32. */
export const precisions = ["float32", "float16", "bfloat16"] as const;
export type Precision = (typeof precisions)[number];

/** Where ONNX Runtime multiplies matrices of these types; on the processor float16 is computed in float32. */
export const multiplied: Record<Precision, readonly Device[]> = {
  float32: ["cpu", "webgpu", "cuda"],
  float16: ["cpu", "webgpu", "cuda"],
  bfloat16: ["cuda"],
};

/** Calls `f`, whose products of float32 matrices are made in `precision`, those of its gradients included. */
export function inPrecision<T>(precision: Precision, f: () => T): T {
  if (precision === "float32") return f();
  const device = tracing();
  if (!device || !multiplied[precision].includes(device))
    throw new Error(
      `engine: invalid precision: ${precision} on ${device ?? tf.getBackend()} (there is such a product on ${multiplied[precision].join(", ")})`,
    );
  const { graph } = backend;
  const before = graph.products;
  graph.products = precision;
  try {
    return f();
  } finally {
    graph.products = before;
  }
}

export interface Traced {
  graph: Graph;
  state: Record<string, Value>;
  outputs: Record<string, Value>;
}

/** Runs `fn` once on placeholders. Throws, naming it, at an operator without an emitter. */
export function trace(fn: StepFunction, signature: Signature, device: Device): Traced {
  const before = tf.getBackend() ?? "cpu";
  void tf.setBackend(TRACE);
  backend.begin(device);
  tf.engine().startScope();
  try {
    const { graph } = backend;
    const place = (prefix: string, specs: Specs): Tensors =>
      Object.fromEntries(
        Object.entries(specs).map(([name, { shape, dtype }]) => [
          name,
          backend.placeholder(
            dtype === "int32" ? graph.input(prefix + name, shape, dtype) : opened(graph, prefix + name, shape, dtype),
          ),
        ]),
      );
    const { state = {}, outputs } = fn(place("state.", signature.state), place("input.", signature.inputs));
    const values = (tensors: Tensors): Record<string, Value> =>
      Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, backend.lookup(tensor)]));
    return { graph, state: values(state), outputs: values(outputs) };
  } catch (error) {
    const missing = /Kernel '(\w+)' not registered/.exec(String(error))?.[1];
    if (missing)
      throw new Error(
        `engine: no compiled kernel for op: ${missing} (add it to src/engine/kernels, or use an eager device)`,
        { cause: error },
      );
    throw error;
  } finally {
    tf.engine().endScope();
    void tf.setBackend(before);
  }
}
