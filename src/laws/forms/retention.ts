/**
 * How long an injected fact is kept (Chang et al. 2024, 2406.11813): the retained part of what its injection gained falls
 * linearly in ln t after the peak. Where the line meets zero the gain is gone; a fact met again later than that does not
 * accumulate. Values may be near zero or negative, so fit with `objective: "squares"` or "huber".
 */
import type { Law } from "../types.js";
import { signed, tokensInput } from "./ranges.js";
import { leastSquares } from "./squares.js";

export const retention: Law = {
  name: "retention",
  summary: "retained part of an injected fact against steps since the peak: R(t) = c - a ln t",
  reference: "Chang et al. 2024, How Do LLMs Acquire Factual Knowledge During Pretraining, arXiv:2406.11813",
  inputs: [{ ...tokensInput, name: "steps", unit: "steps", summary: "steps (or tokens) since the peak" }],
  parameters: [
    signed("a", "1/ln steps", "decay constant", 0.1),
    signed("c", "1", "retained part one step after the peak", 1),
  ],
  predict: ([a, c], [t]) => c! - a! * Math.log(t!),
  gradient([a, c], [t], into) {
    into[0] = -Math.log(t!);
    into[1] = 1;
    return c! - a! * Math.log(t!);
  },
  starts(data) {
    const line = leastSquares({ columns: data.x.map(([t]) => [-Math.log(t!), 1]), y: data.y });
    return [...(line ? [line] : []), [0.1, data.y[0]!]];
  },
};

/** Steps after which nothing of the gain is left: e^{c/a}; null where it does not decay. */
export function retentionEnd([a, c]: readonly number[]): number | null {
  return a! > 0 ? Math.exp(c! / a!) : null;
}

/** The retained part of one fact: what of the log-probability gained from before the injection to its peak is there at t. */
export function retained(options: { before: number; peak: number; now: number }): number {
  const { before, peak, now } = options;
  if (!(peak > before)) throw new Error(`retained: invalid peak: ${peak} (above ${before}: nothing was gained)`);
  return (now - before) / (peak - before);
}
