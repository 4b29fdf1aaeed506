/** Options that several methods have: weights of the models, shares, and whether vectors are merged like matrices. */
import type { Made } from "../registry.js";
import type { Combine, MergeMethod, Tensor } from "./types.js";

export interface Weighted {
  /** One for each model, in their order; defaults to 1 each. */
  weights?: readonly number[] | undefined;
}

/** Of methods that leave numbers out, elect signs or turn directions. */
export interface Vectors {
  /** Gains of norms and biases: only weighted and added ("linear", the default), or merged as matrices are ("alike"). */
  vectors?: "linear" | "alike" | undefined;
}

/** One for all models, or one for each in their order. */
export type PerModel = number | readonly number[];

export const ofModel = (value: PerModel, k: number): number => (typeof value === "number" ? value : value[k]!);

export function weightsOf(caller: string, weights: readonly number[] | undefined, count: number): readonly number[] {
  const given = weights ?? Array<number>(count).fill(1);
  const bad = given.find((weight) => !Number.isFinite(weight));
  if (bad !== undefined) throw new Error(`${caller}: invalid weights: ${bad} (numbers)`);
  return given;
}

/** A share from 0 to 1, both included, of each model. */
export function share(caller: string, name: string, value: PerModel): void {
  for (const one of [value].flat() as number[])
    if (!(one >= 0 && one <= 1)) throw new Error(`${caller}: invalid ${name}: ${one} (a number from 0 to 1)`);
}

export function finite(caller: string, name: string, value: number): number {
  if (!Number.isFinite(value)) throw new Error(`${caller}: invalid ${name}: ${value} (a number)`);
  return value;
}

/** What a method says of itself: options without a value are not there. */
export const named = (name: string, options: Record<string, Made["options"][string]>): Made => ({
  name,
  options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
});

/** How a method begins a tensor: a vector as said, in `linear` where it is not merged like a matrix. */
export function unlessVector(
  caller: string,
  { vectors = "linear" }: Vectors,
  linear: (tensor: Tensor) => Combine,
  begin: MergeMethod["begin"],
): MergeMethod["begin"] {
  if (vectors !== "linear" && vectors !== "alike")
    throw new Error(`${caller}: invalid vectors: ${JSON.stringify(vectors)} ("linear" or "alike")`);
  return (tensor, all) => (tensor.isVector && vectors === "linear" ? linear(tensor) : begin(tensor, all));
}
