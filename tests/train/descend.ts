/** An optimiser's updates on given gradients, step after step, as the engine would run them. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { type Optimiser, type Shaped, slotsAtStart } from "../../src/train/index.js";
import type { Weights } from "../../src/types.js";

export interface Descended {
  weights: Weights;
  norms: number[];
  /** Weights and slots. */
  state: Weights;
}

export function descend(options: {
  optimiser: Optimiser;
  weights: Weights;
  /** Their roles; without them all are of layers. */
  leaves?: Shaped;
  gradients: Weights[];
  rates: number[];
}): Descended {
  const { optimiser, weights, leaves = weights, gradients, rates } = options;
  const slots = slotsAtStart({ leaves: { leaves, rows: {} }, optimiser }) as Weights;
  let state: Weights = { ...weights, ...slots };
  const norms: number[] = [];
  gradients.forEach((gradient, i) =>
    tf.tidy(() => {
      const fed = Object.entries(optimiser.scalars(i + 1, rates[i]!)).map(([name, data]) => [
        name,
        tf.tensor(data, []),
      ]);
      const { state: next, norm } = optimiser.update(tensors(state), tensors(gradient), Object.fromEntries(fed), {
        leaves,
      });
      norms.push(norm.dataSync()[0]!);
      state = { ...state };
      for (const [name, tensor] of Object.entries(next))
        state[name] = { shape: tensor.shape, data: tensor.dataSync() as Float32Array };
    }),
  );
  return { weights: Object.fromEntries(Object.keys(weights).map((name) => [name, state[name]!])), norms, state };
}

const tensors = (weights: Weights): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, tf.tensor(data, shape, "float32")]),
  );

export const close = (actual: number, expected: number, relative = 1e-6, least = 1e-3): void =>
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.max(least, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
