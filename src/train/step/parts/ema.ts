/**
 * An exponential moving average of the trained leaves, kept beside them: average = decay · average + (1 − decay) · leaf after
 * every update. It changes nothing of the training; the average is a slot of every checkpoint, the evaluator `averages` scores
 * it beside the live weights, and a run has it as a model. What it looks back on halves every ln 2 / (1 − decay) updates, and
 * in tokens every `batch · accumulate · context` times as many: at 0.99 and 4,096 tokens an update, every 0.28 M tokens.
 *
 * It begins at the model that training starts from, which it holds on to for a while: against forgetting that is a virtue.
 * `corrected` divides that out, as Adam corrects its moments: the average is then of updates alone, a weighted mean.
 */
import * as tf from "../../../tensors.js";
import { made } from "../../../registry.js";
import type { Weights } from "../../../types.js";
import { averageSlots, slotOf } from "./average.js";
import type { Part } from "../types.js";

export interface EmaOptions {
  /** Defaults to 0.99: the average looks back over some hundred updates. */
  decay?: number;
  /** Whether the start is divided out; defaults to false. */
  corrected?: boolean;
}

export function ema({ decay = 0.99, corrected = false }: EmaOptions = {}): Part {
  if (!(decay >= 0 && decay < 1)) throw new Error(`ema: invalid decay: ${decay} (from 0, below 1)`);
  return made({
    name: "ema",
    options: { decay, ...(corrected && { corrected }) },
    begin(at) {
      const names = Object.keys(at.leaves.leaves);
      // What the updates count for so far, 1 − decay^step.
      const mass: Weights = corrected ? { [MASS]: { shape: [], data: new Float32Array(1) } } : {};
      return {
        slots: { ...averageSlots("ema", at), ...mass },
        average: { name: "ema" },
        after({ state, next }) {
          const leaf = (name: string): tf.Tensor => next[name] ?? state[name]!;
          if (!corrected)
            return Object.fromEntries(
              names.map((name) => [
                slot(name),
                tf.add(tf.mul(state[slot(name)]!, decay), tf.mul(leaf(name), 1 - decay)),
              ]),
            );
          const seen = tf.add(tf.mul(state[MASS]!, decay), 1 - decay);
          const share = tf.div(1 - decay, seen);
          const moved = names.map((name) => {
            const was = state[slot(name)]!;
            return [slot(name), tf.add(was, tf.mul(tf.sub(leaf(name), was), share))] as const;
          });
          return { ...Object.fromEntries(moved), [MASS]: seen };
        },
      };
    },
  });
}

const slot = (name: string): string => slotOf("ema", name);
const MASS = "ema.mass";
