/**
 * An exponential moving average of the trained leaves, kept beside them: average = decay · average + (1 − decay) · leaf after
 * every update. It changes nothing of the training; the average is a slot of every checkpoint.
 */
import * as tf from "@tensorflow/tfjs";
import { made } from "../../registry.js";
import { takenOf } from "./rows.js";
import type { Part } from "./types.js";

export interface EmaOptions {
  /** Defaults to 0.99: the average looks back over some hundred updates. */
  decay?: number;
}

export function ema({ decay = 0.99 }: EmaOptions = {}): Part {
  if (!(decay >= 0 && decay < 1)) throw new Error(`ema: invalid decay: ${decay} (from 0, below 1)`);
  return made({
    name: "ema",
    options: { decay },
    begin({ leaves, weights }) {
      const names = Object.keys(leaves.leaves);
      const start = takenOf(leaves.rows, { ...weights, ...leaves.added });
      return {
        slots: Object.fromEntries(names.map((name) => [slot(name), start[name]!])),
        after: ({ state, next }) =>
          Object.fromEntries(
            names.map((name) => [
              slot(name),
              tf.add(tf.mul(state[slot(name)]!, decay), tf.mul(next[name] ?? state[name]!, 1 - decay)),
            ]),
          ),
      };
    },
  });
}

const slot = (name: string): string => `ema.${name}`;
