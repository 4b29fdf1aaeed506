/** What parts make of an update's gradients before the optimiser has them. */
import * as tf from "../../tensors.js";
import { inPrecision, type Precision, type Tensors } from "../../engine/index.js";
import type { Memory } from "../../model/index.js";
import { valueAndGradients } from "./differentiate.js";
import { taken } from "./rows.js";
import type { GradientsOf, Leaves, RunningPart } from "./types.js";

export interface RedirectOptions {
  parts: readonly RunningPart[];
  leaves: Leaves;
  /** What the loss was multiplied by, where that is not 1. */
  scale?: tf.Tensor;
  /** Of the gradients that a part takes itself, as of the update's. */
  memory?: Memory;
  precision?: Precision;
}

export interface RedirectAt {
  state: Tensors;
  /** The same with the rows that are trained in place of tables trained in part. */
  seen: Tensors;
  gradients: Tensors;
  inputs: Tensors;
}

/** One part after another; what each keeps for its `update`. */
export function redirected(
  { parts, leaves, scale, memory, precision = "float32" }: RedirectOptions,
  { state, seen, gradients, inputs }: RedirectAt,
): { gradients: Tensors; outputs: Tensors; kept: Tensors[] } {
  if (!parts.some((part) => part.gradients)) return { gradients, outputs: {}, kept: parts.map(() => ({})) };
  const each = (tensors: Tensors, f: (tensor: tf.Tensor) => tf.Tensor): Tensors =>
    scale ? Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, f(tensor)])) : tensors;
  const unscaled = (tensors: Tensors): Tensors => each(tensors, (tensor) => tf.div(tensor, scale!));
  const gradientsOf: GradientsOf = (loss) => {
    const ofLoss = (named: Tensors): tf.Tensor => {
      const live = { ...state, ...named };
      const value = loss({ weights: leaves.weights?.(live) ?? live, memory });
      return scale ? tf.mul(value, scale) : value;
    };
    const made = inPrecision(precision, () => valueAndGradients(Object.keys(leaves.leaves), state, ofLoss));
    return unscaled(taken(leaves.rows, made.gradients));
  };
  let now = unscaled(gradients);
  const outputs: Tensors = {};
  const kept = parts.map((part) => {
    const given = part.gradients?.({ state: seen, gradients: now, inputs, gradientsOf });
    now = { ...now, ...given?.instead };
    Object.assign(outputs, given?.outputs);
    return given?.kept ?? {};
  });
  return { gradients: each(now, (tensor) => tf.mul(tensor, scale!)), outputs, kept };
}
