/** What parts that average what is trained have in common: the average of a leaf is a slot named after it. */
import type { Weights } from "../../../types.js";
import { putBackOf, takenOf } from "../rows.js";
import type { Leaves, PartOptions } from "../types.js";

export const slotOf = (average: string, leaf: string): string => `${average}.${leaf}`;

/** The average as it begins: the model that training starts from. */
export function averageSlots(average: string, { leaves, weights }: PartOptions): Weights {
  const start = takenOf(leaves.rows, { ...weights, ...leaves.added });
  return Object.fromEntries(Object.keys(leaves.leaves).map((name) => [slotOf(average, name), start[name]!]));
}

/** A slot that counts how many models an average is of. */
export const counter = (name: string): Weights => ({ [name]: { shape: [], data: new Float32Array(1) } });

/** The model of the average, on the host: `state` has weights, leaves and the average's slots. */
export function averageOf(average: string, leaves: Leaves, state: Weights): Weights {
  const means = Object.keys(leaves.leaves).map((leaf) => [leaf, state[slotOf(average, leaf)]!]);
  const whole = { ...state, ...putBackOf(leaves.rows, state, Object.fromEntries(means) as Weights) };
  return leaves.merged?.(whole) ?? whole;
}
