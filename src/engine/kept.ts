/**
 * State in fewer bytes than float32: which arrays hold what, and the nodes at the borders of a graph that make float32 of it and
 * it of float32. What codes mean is for whoever uses them.
 */
import { fromFloat32, toFloat32 } from "../halves.js";
import type { NdArray, StateArrays, Weights } from "../types.js";
import { sizeOf } from "./check.js";
import { ELEMENT, type Graph, type Value } from "./graph.js";
import type { Kept, Specs } from "./types.js";

type Arrays = Float32Array | Uint16Array | Uint8Array;

export const keptIn = (data: Arrays): Kept =>
  data instanceof Float32Array ? "float32" : data instanceof Uint16Array ? "bfloat16" : "uint8";

export const bytesEach: Record<Kept, number> = { float32: 4, bfloat16: 2, uint8: 1 };
export const bytesOf = (specs: Specs): number =>
  Object.values(specs).reduce((sum, { shape, dtype }) => sum + bytesEach[dtype as Kept] * sizeOf(shape), 0);

/** What ONNX Runtime's binding calls the types of these arrays; it knows no bfloat16. */
export const ortType = { float32: "float32", bfloat16: "uint16", uint8: "uint8" } as const;

export const emptyOf = (kept: Kept, size: number): Arrays =>
  kept === "float32" ? new Float32Array(size) : kept === "bfloat16" ? new Uint16Array(size) : new Uint8Array(size);

/** As an entry of the state begins where nothing else is said. */
export const zerosOf = ({ shape, stored = "float32" }: { shape: number[]; stored?: Kept }): StateArrays[string] => ({
  shape: [...shape],
  data: emptyOf(stored, sizeOf(shape)),
});

/** Not copied where they are float32 already. */
export function numbersOf(data: Arrays): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof Uint8Array) return Float32Array.from(data);
  return toFloat32(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength), "BF16");
}

/** Not copied where it is kept so already. */
export function keptAs(kept: Kept, data: Arrays): Arrays {
  if (keptIn(data) === kept) return data;
  const numbers = numbersOf(data);
  if (kept === "float32") return numbers;
  return kept === "uint8" ? Uint8Array.from(numbers) : new Uint16Array(fromFloat32(numbers, "BF16").buffer);
}

export const inNumbers = (arrays: StateArrays): Weights =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]): [string, NdArray] => [
      name,
      { shape, data: numbersOf(data) },
    ]),
  );

/** An input of the graph as float32. */
export function opened(graph: Graph, name: string, shape: number[], kept: Kept): Value {
  const input = graph.input(name, shape, ortType[kept]);
  const value = graph.cast(kept === "bfloat16" ? bits(graph, input, "bfloat16") : input, "float32");
  return kept === "uint8" ? { ...value, codes: input } : value;
}

/** A float32 value as an output of the graph. */
export function closed(graph: Graph, value: Value, kept: Kept): Value {
  const cast = (kept === "uint8" && value.codes) || graph.cast(value, kept);
  return kept === "bfloat16" ? bits(graph, cast, "uint16") : cast;
}

const bits = (graph: Graph, value: Value, dtype: "bfloat16" | "uint16"): Value =>
  graph.node("BitCast", { inputs: [value], shape: value.shape, dtype, attributes: { to: ELEMENT[dtype] } });
