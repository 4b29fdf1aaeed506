/**
 * An update of several batches: each adds its gradients to sums beside the weights, weighted by what it counts for, and at the
 * end the sums over the whole count are the gradient of the update. That is the gradient of one batch as large as all of
 * them, to rounding, in the memory of one of them and a copy of the gradients.
 */
import * as tf from "../../tensors.js";
import { fence, type Tensors } from "../../engine/index.js";
import type { Weights } from "../../types.js";
import type { Periodic } from "./periodic.js";
import {
  allOf,
  batchInputs,
  differentiated,
  scalarInputs,
  specsOf,
  type Step,
  trainState,
  type TrainStepOptions,
  updated,
} from "./step.js";
import type { Shaped } from "./types.js";

/** What an update runs. */
export interface Update {
  /** On each batch. */
  each: Step;
  /** After the last of several. Absent where a batch is an update. */
  last?: Step;
  /** After some updates. */
  periodic?: readonly Periodic[];
  /** State besides weights and slots as it is between updates: nothing that a checkpoint need hold. */
  sums: Weights;
}

const sum = (name: string): string => `gradient.${name}`;
/** The output that says what a batch counts for, and the sum of these. */
export const COUNT = "count";

/** `each` gives the objective's outputs and `count`, `last` gives `gradientNorm` and what parts say of it. */
export function accumulated(options: TrainStepOptions): Update {
  const { config, leaves = allOf(config) } = options;
  const names = Object.keys(leaves.leaves);
  const shapes: Shaped = Object.fromEntries(names.map((name) => [sum(name), leaves.leaves[name]!]));
  shapes[sum(COUNT)] = { shape: [] };
  const state = { ...trainState(options), ...specsOf(shapes) };
  return {
    each: {
      fn(state, inputs) {
        const { gradients, outputs, count } = differentiated(options, state, inputs);
        const next: Tensors = {};
        for (const name of names)
          next[sum(name)] = tf.add(state[sum(name)]!, count ? tf.mul(gradients[name]!, count) : gradients[name]!);
        next[sum(COUNT)] = tf.add(state[sum(COUNT)]!, count ?? 1);
        return { state: next, outputs: { ...outputs, [COUNT]: count ?? tf.scalar(1) } };
      },
      signature: { state, inputs: { ...batchInputs(options), ...scalarInputs(options) } },
    },
    last: {
      fn(state, inputs) {
        // Where nothing counted, the gradient is 0 and not 0 / 0.
        const count = tf.maximum(state[sum(COUNT)]!, 1e-12);
        const gradients = Object.fromEntries(names.map((name) => [name, tf.div(state[sum(name)]!, count)]));
        const { next, outputs } = updated(options, state, gradients, inputs);
        // After the last gradient was read, so that the sums are emptied where they are.
        for (const [name, { shape }] of Object.entries(shapes))
          next[name] = fence(tf.zeros(shape), [outputs.gradientNorm!]);
        return { state: next, outputs };
      },
      signature: { state, inputs: scalarInputs(options) },
    },
    sums: Object.fromEntries(
      Object.entries(shapes).map(([name, { shape }]) => [
        name,
        { shape: [...shape], data: new Float32Array(shape.reduce((a, b) => a * b, 1)) },
      ]),
    ),
  };
}
