/** What the engine's tests share: both engines, random tensors, one way to run a function on either, one way to compare. */
import * as tf from "@tensorflow/tfjs";
import { choose, type Device, type Engine, type Tensors } from "../../src/engine/index.js";
import { rng, type Rng } from "../../src/rng.js";

const engines = new Map<string, Promise<Engine>>();
export function engineOn(device: Device, threads = 1): Promise<Engine> {
  const key = `${device}:${threads}`;
  if (!engines.has(key)) engines.set(key, choose({ device, threads }));
  return engines.get(key)!;
}

/** A tensor that a test feeds. `bool` is fed as 0 and 1 and cast inside the step, since inputs are numbers. */
export interface Fed {
  shape: number[];
  dtype: "float32" | "int32" | "bool";
  data: Float32Array | Int32Array;
}
export interface Result {
  shape: number[];
  dtype: string;
  data: Float32Array;
}
export type Formula = (inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** Runs `formula` as a step without state; shapes and dtypes are those that TensorFlow.js saw. */
export async function evaluate(engine: Engine, formula: Formula, feeds: Fed[]): Promise<Result[]> {
  const seen: { shape: number[]; dtype: string }[] = [];
  const fn = (_: Tensors, inputs: Tensors): { outputs: Tensors } => {
    const tensors = feeds.map(({ dtype }, i) => (dtype === "bool" ? tf.cast(inputs[i]!, "bool") : inputs[i]!));
    const made = [formula(tensors)].flat();
    made.forEach(({ shape, dtype }, i) => (seen[i] = { shape: [...shape], dtype }));
    return { outputs: Object.fromEntries(made.entries()) };
  };
  const inputs = Object.fromEntries(
    feeds.map(({ shape, dtype }, i) => [i, { shape, dtype: dtype === "float32" ? dtype : ("int32" as const) }]),
  );
  const program = await engine.compile(fn, { state: {}, inputs });
  const state = engine.upload({});
  try {
    const out = await program.run(state, Object.fromEntries(feeds.map(({ data }, i) => [i, data])));
    return seen.map((meta, i) => ({ ...meta, data: out[i]! }));
  } finally {
    state.dispose();
    await program.dispose();
  }
}

const sizeOf = (shape: number[]): number => shape.reduce((product, size) => product * size, 1);

/** Random tensors of the kinds that kernels care about. */
export interface Draw {
  rng: Rng;
  /** Sizes of 1, small primes and one that is wider than a vector register. */
  shape(rank?: number): number[];
  /** A shape that broadcasts against `shape`. */
  partner(shape: number[]): number[];
  normal(shape: number[]): Fed;
  positive(shape: number[]): Fed;
  /** Within (-limit, limit). */
  within(shape: number[], limit: number): Fed;
  /** Whole numbers in [low, high), as int32 or as floats with many ties. */
  int(shape: number[], low: number, high: number): Fed;
  tied(shape: number[]): Fed;
  bool(shape: number[]): Fed;
  /** Distinct values at least 0.1 apart and from 0, for functions with kinks. */
  apart(shape: number[]): Fed;
}

export function draw(seed: number): Draw {
  const random = rng(seed);
  const float = (shape: number[], value: () => number): Fed => ({
    shape,
    dtype: "float32",
    data: Float32Array.from({ length: sizeOf(shape) }, value),
  });
  const sizes = [1, 2, 3, 5, 7, 19];
  const size = (): number => sizes[random.int(sizes.length)]!;
  return {
    rng: random,
    shape: (rank = 1 + random.int(4)) =>
      Array.from({ length: rank }, (_, i) => (i < rank - 2 ? 1 + random.int(3) : size())),
    partner(shape) {
      const thin = shape.map((n) => (random.int(2) ? 1 : n));
      return thin.slice(random.int(shape.length + 1));
    },
    normal: (shape) => float(shape, () => random.normal()),
    positive: (shape) => float(shape, () => 0.05 + 3 * random.uniform()),
    within: (shape, limit) => float(shape, () => limit * (2 * random.uniform() - 1)),
    int: (shape, low, high) => ({
      shape,
      dtype: "int32",
      data: Int32Array.from({ length: sizeOf(shape) }, () => low + random.int(high - low)),
    }),
    tied: (shape) => float(shape, () => random.int(5) - 2),
    bool: (shape) => ({ shape, dtype: "bool", data: Int32Array.from({ length: sizeOf(shape) }, () => random.int(2)) }),
    apart(shape) {
      const count = sizeOf(shape);
      const steps = random.shuffle(Array.from({ length: count }, (_, i) => i - (count >> 1)));
      return { shape, dtype: "float32", data: Float32Array.from(steps, (n) => (n + 0.5) * 0.2) };
    },
  };
}

/** Throws where values differ by more than `relative` of the value, or of a tenth of the largest one. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  relative: number,
  what: string,
): void {
  if (actual.length !== expected.length)
    throw new Error(`${what}: ${actual.length} values, expected ${expected.length}`);
  let largest = 0;
  for (let i = 0; i < expected.length; i++)
    if (Number.isFinite(expected[i]!)) largest = Math.max(largest, Math.abs(expected[i]!));
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    if (Object.is(a, e) || a === e) continue;
    if (!(Math.abs(a - e) <= relative * Math.max(Math.abs(e), largest / 10)))
      throw new Error(`${what}: element ${i} is ${a}, expected ${e}`);
  }
}
