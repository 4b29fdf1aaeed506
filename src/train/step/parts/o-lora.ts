/**
 * O-LoRA (Wang et al. 2023, https://arxiv.org/abs/2310.14152): a low-rank update learns in a subspace of its own. With A the inner
 * matrices of what is trained and A' those of adapters trained before, which are frozen and in the weights that the run begins
 * with, the loss grows by
 *
 *     lambda · Σ |A' Aᵀ|  (entry by entry, over all matrices that both change)  +  l2 · Σ ‖·‖₂  of all A and B.
 *
 * The entries' absolute values and not their squares, as the authors' code has it. It goes with `lora`, `rslora` or `dora`, and costs
 * a product of rank by rank for each matrix.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as tf from "../../../tensors.js";
import { type Adapter, readAdapter } from "../../../model/index.js";
import { made } from "../../../registry.js";
import type { ModelConfig, Weights } from "../../../types.js";
import { adapterOf } from "../../run/adapter.js";
import { check } from "../checks.js";
import { lowRankNames } from "../parameters/low-rank.js";
import type { Part } from "../types.js";

export interface OLoraOptions {
  /** Folders of runs that trained low-rank updates, one on the other, or of PEFT adapters; none before the first. They are known by name. */
  previous: string[];
  /** Defaults to 0.5. */
  lambda?: number;
  /** Defaults to 0. */
  l2?: number;
}

export function oLora({ previous, lambda = 0.5, l2 = 0 }: OLoraOptions): Part {
  check("oLora", "lambda", lambda, lambda >= 0 && lambda < Infinity);
  check("oLora", "l2", l2, l2 >= 0 && l2 < Infinity);
  return made({
    name: "o-lora",
    options: { previous, lambda, l2 },
    begin({ config, leaves: { leaves, added = {} } }) {
      const prefix = lowRankNames("").a;
      const changed = Object.keys(added).flatMap((name) =>
        name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
      );
      if (changed.length === 0)
        throw new Error("oLora: invalid parameters: no low-rank update is trained (take lora, rslora or dora)");
      const fixed: Weights = {};
      for (const { updates } of previous.map((dir) => adapterIn(dir, config)))
        for (const weight of changed)
          if (updates[weight]) fixed[inner(weight)] = under(fixed[inner(weight)], updates[weight]);
      const trained = changed.flatMap((weight) => {
        const { a, b } = lowRankNames(weight);
        return [a, b].filter((name) => leaves[name]);
      });
      return {
        fixed,
        loss({ leaves: live, state }) {
          const terms: tf.Tensor[] = [];
          for (const weight of changed) {
            const before = state[inner(weight)];
            if (before) terms.push(tf.mul(overlap(before, live[lowRankNames(weight).a]!), lambda));
          }
          if (l2 > 0) terms.push(tf.mul(lengths(trained.map((name) => live[name]!)), l2));
          return terms.length > 0 ? tf.addN(terms) : tf.scalar(0);
        },
      };
    },
  });
}

const inner = (weight: string): string => `o-lora.${weight}`;

/** Of an A' [rows, in] and an A [rows, in]. */
export const overlap = (before: tf.Tensor, now: tf.Tensor): tf.Tensor =>
  tf.sum(tf.abs(tf.matMul(before, now, false, true)));

/** Of some tensors together; at 0, where an update begins, its gradient is 0. */
export const lengths = (tensors: tf.Tensor[]): tf.Tensor =>
  tf.addN(tensors.map((each) => tf.sqrt(tf.add(tf.sum(tf.square(each)), 1e-30))));

function adapterIn(dir: string, config: ModelConfig): Adapter {
  return existsSync(join(dir, "adapter_config.json")) ? readAdapter({ dir, config }) : adapterOf(dir).adapter;
}

/** The rows of both, `above` first. */
function under(above: Weights[string] | undefined, { a }: Adapter["updates"][string]): Weights[string] {
  if (!above) return a;
  const data = new Float32Array(above.data.length + a.data.length);
  data.set(above.data);
  data.set(a.data, above.data.length);
  return { shape: [above.shape[0]! + a.shape[0]!, a.shape[1]!], data };
}
