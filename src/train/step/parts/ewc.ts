/**
 * Elastic weight consolidation (Kirkpatrick et al. 2017): λ/2 Σ F (θ − θ*)² is added to the loss, where θ* is what is trained as
 * the run began, and F how much the loss of old text depends on it (`importance.ts`), measured before the first update. F is
 * per token, as the loss is: at λ = 1 a token of the old text counts as much as one that is trained on, to second order,
 * however long the sequences and however many the parameters. Code that squares the gradients of a sequence's mean loss has an
 * F smaller by the tokens in one, and wants a λ as many times larger.
 *
 * A branch keeps F and θ* of its parent; with `gamma` it measures again: F becomes γF + what was measured, and θ* the latest
 * weights (online EWC: Schwarz et al. 2018, https://arxiv.org/abs/1805.06370).
 */
import * as tf from "../../../tensors.js";
import type { State } from "../../../engine/index.js";
import { made } from "../../../registry.js";
import type { Weights } from "../../../types.js";
import { check } from "../checks.js";
import { probes } from "../../probes.js";
import { addImportance, type Labels } from "./importance.js";
import { anchored, penalty } from "./penalty.js";
import { takenOf } from "../rows.js";
import type { Part } from "../types.js";

export interface EwcOptions {
  /** Domain whose train part is the old text; it may have no share in the mixture. */
  on: string;
  /** Weight of the old text's loss against that of what is trained on. */
  lambda: number;
  /** Of the old text, to measure by; defaults to 64. */
  sequences?: number;
  /** Tokens whose gradients are squared: the text's own or drawn from the model; defaults to "text". */
  labels?: Labels;
  /** What a branch keeps of its parent's F, from 0 to 1; without it, all, and nothing is measured anew. */
  gamma?: number;
  /** No number of F is larger; defaults to no limit. */
  limit?: number;
}

export function ewc(options: EwcOptions): Part {
  const { on, lambda, sequences = 64, labels = "text", gamma, limit } = options;
  if (typeof on !== "string" || on === "") throw new Error(`ewc: invalid on: ${on} (name the domain of the old text)`);
  check("ewc", "lambda", lambda, lambda > 0 && lambda < Infinity);
  check("ewc", "sequences", sequences, Number.isInteger(sequences) && sequences >= 1);
  if (labels !== "text" && labels !== "model")
    throw new Error(`ewc: invalid labels: ${String(labels)} (text or model)`);
  if (gamma !== undefined) check("ewc", "gamma", gamma, gamma >= 0 && gamma <= 1);
  if (limit !== undefined) check("ewc", "limit", limit, limit > 0);
  return made({
    name: "ewc",
    options: { on, lambda, sequences, labels, gamma, limit },
    copies: 2,
    begin({ config, leaves, weights, seed, shards, context }) {
      if (config.encoder) throw new Error("ewc: invalid model: an encoder (importance is of next tokens)");
      if (!shards[on]?.train)
        throw new Error(`ewc: invalid on: ${on} (there is text for ${Object.keys(shards).join(", ") || "nothing"})`);
      const text = probes({ shards, context, seed, of: "importance" });
      const names = Object.keys(leaves.leaves);
      const zero = names.map((name) => {
        const { shape } = leaves.leaves[name]!;
        return [importance(name), { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }] as const;
      });
      const start = takenOf(leaves.rows, { ...weights, ...leaves.added });
      return {
        slots: { ...Object.fromEntries(zero), ...anchored(anchor, names, start) },
        async prepare({ engine, state, carried, signal, onProgress }) {
          if (carried && gamma === undefined) return;
          if (carried) state.write({ ...(await scaled(state, names, gamma!)), ...anchored(anchor, names, start) });
          const sequence = (n: number): Int32Array => text(on, n, 1);
          const measured = {
            domain: on,
            sequences,
            sequence,
            labels,
            seed,
            label: `importance of ${on}`,
            signal,
            onProgress,
          };
          await addImportance({ engine, state, config, leaves, slot: importance, context, ...measured });
          state.write(limited(await state.download(names.map(importance)), limit));
        },
        loss: ({ leaves: live, state }) =>
          tf.addN(names.map((name) => penalty(lambda, live[name]!, state[anchor(name)]!, state[importance(name)]!))),
      };
    },
  });
}

const importance = (name: string): string => `ewc.importance.${name}`;
const anchor = (name: string): string => `ewc.anchor.${name}`;

async function scaled(state: State, names: readonly string[], gamma: number): Promise<Weights> {
  const old = await state.download(names.map(importance));
  for (const { data } of Object.values(old)) for (let i = 0; i < data.length; i++) data[i]! *= gamma;
  return old;
}

/** Throws one line where the old text has no gradient to speak of. */
function limited(slots: Weights, limit = Infinity): Weights {
  for (const [name, { data }] of Object.entries(slots))
    for (let i = 0; i < data.length; i++) {
      data[i] = Math.min(data[i]!, limit);
      if (!Number.isFinite(data[i]))
        throw new Error(
          `ewc: invalid importance: ${data[i]} in ${name.slice(importance("").length)} (the loss of the old text is no number, or too steep: give limit)`,
        );
    }
  return slots;
}
