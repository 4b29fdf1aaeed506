/**
 * A pull of everything that is trained back to where it was: λ/2 Σ (θ − θ*)² is added to the loss, or, decoupled as AdamW's
 * decay is, η λ (θ − θ*) is taken off after every update, where η is the schedule's rate. Both have the gradient λ (θ − θ*), and
 * so the same λ under plain gradient descent; under Adam the first is divided by the gradients' size as the loss is. The loss
 * is a mean per token and the sum goes over all parameters: a λ holds for one size of model. Whoever writes λ Σ without the
 * half has a λ of half ours.
 *
 * L2-SP (Li et al. 2018) pulls to the model that training starts from, against forgetting; L2-init (Kumar et al. 2023) to random
 * weights as a model begins with, against a loss of plasticity.
 */
import * as tf from "../../../tensors.js";
import { init } from "../../../model/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { Weights } from "../../../types.js";
import { check } from "../checks.js";
import { anchored, penalty } from "./penalty.js";
import { takenOf } from "../rows.js";
import type { Part, PartOptions } from "../types.js";

export interface L2Options {
  lambda: number;
  /** Whether it acts after the update instead of through the loss; defaults to false. */
  decoupled?: boolean;
}

/** To the start. */
export const l2Sp = (options: L2Options): Part => l2("l2-sp", options, ({ weights }) => weights);

/** To weights drawn from the run's seed as `train.pretrain` draws its first. */
export const l2Init = (options: L2Options): Part =>
  l2("l2-init", options, ({ config, seed }) => init({ config, rng: rng(seed).fork("weights") }));

function l2(
  row: "l2-sp" | "l2-init",
  { lambda, decoupled = false }: L2Options,
  to: (at: PartOptions) => Weights,
): Part {
  check(row, "lambda", lambda, lambda > 0 && lambda < Infinity);
  const anchor = (name: string): string => `${row}.${name}`;
  const pull = `${row}.pull`;
  return made({
    name: row,
    options: { lambda, decoupled },
    begin(at) {
      const { leaves, schedule, steps } = at;
      const names = Object.keys(leaves.leaves);
      const slots = anchored(anchor, names, takenOf(leaves.rows, { ...to(at), ...leaves.added }));
      if (!decoupled)
        return {
          slots,
          loss: ({ leaves: live, state }) =>
            tf.addN(names.map((name) => penalty(lambda, live[name]!, state[anchor(name)]!))),
        };
      return {
        slots,
        scalars: (step) => ({ [pull]: Float32Array.of(schedule.learningRate(step, steps) * lambda) }),
        after: ({ state, next, inputs }) =>
          Object.fromEntries(
            names.map((name) => {
              const back = tf.mul(tf.sub(state[name]!, state[anchor(name)]!), inputs[pull]!);
              return [name, tf.sub(next[name]!, back)];
            }),
          ),
      };
    },
  });
}
