/** Weights of the models, as most methods take them. */
import type { Made } from "../registry.js";

export interface Weighted {
  /** One for each model, in their order; defaults to 1 each. */
  weights?: readonly number[] | undefined;
}

export function weightsOf(caller: string, weights: readonly number[] | undefined, count: number): readonly number[] {
  const given = weights ?? Array<number>(count).fill(1);
  const bad = given.find((weight) => !Number.isFinite(weight));
  if (bad !== undefined) throw new Error(`${caller}: invalid weights: ${bad} (numbers)`);
  return given;
}

/** A share from 0 to 1, both included. */
export function share(caller: string, name: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw new Error(`${caller}: invalid ${name}: ${value} (a number from 0 to 1)`);
  return value;
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
