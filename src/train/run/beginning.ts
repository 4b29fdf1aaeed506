/**
 * Where a loop begins: at a checkpoint, at the slots of the run that it is a branch of, or at the model with slots as they begin.
 * What it does not go on from is let go of, where nobody else has it.
 */
import type { LanguageModel, StateArrays, Weights } from "../../types.js";
import { slotsAtStart } from "../step/step.js";
import type { Leaves, Optimiser, RunningPart } from "../step/types.js";
import { type Checkpoint, checkShapes, isDropped } from "./checkpoint.js";

export interface BeginningOptions {
  model: LanguageModel;
  leaves: Leaves;
  optimiser: Optimiser;
  parts: readonly RunningPart[];
  from?: Checkpoint;
  /** Taken over. */
  slots?: StateArrays;
  /** Whether the model is this run's alone; defaults to false. */
  consume?: boolean;
}

/** The arrays are the caller's, to change. */
export function beginningOf(options: BeginningOptions): { step: number; weights: Weights; slots: StateArrays } {
  const { model, leaves, from: found, slots: given, consume = false } = options;
  const start = { weights: { ...model.weights, ...leaves.added }, slots: slotsAtStart(options) };
  // Of a finished run nothing but the weights is used again.
  const from = found && isDropped(found) ? { ...found, slots: start.slots } : found;
  const branched = given && { ...start, step: 0, slots: { ...given } };
  for (const each of [from, branched]) if (each) checkShapes(each, start);
  const { step, weights, slots } = from ?? branched ?? { ...start, step: 0 };
  // A checkpoint was read for this run alone.
  const ours = consume || from ? weights : copies(weights);
  if (consume) model.weights = {};
  if (given) letGo(given);
  return { step, weights: ours, slots };
}

/** In place: whoever handed them on has the record still. */
export function letGo(arrays: StateArrays): void {
  for (const name of Object.keys(arrays)) delete arrays[name];
}

export const copies = (weights: Weights): Weights =>
  Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
