/**
 * Evaluations of an average of a run's weights, from the numbers that the evaluator `averages` measured: rows like those of the
 * live weights, so that forgetting, adaptation and the stability gap are of either.
 */
import type { Evaluation, Measurement } from "../types.js";

export interface AveragedOptions {
  /** One run's. */
  measurements: readonly Measurement[];
  /** The average's name, e.g. "ema". */
  of: string;
}

export function averaged({ measurements, of }: AveragedOptions): Evaluation[] {
  const rows = new Map<string, Evaluation>();
  for (const { step, tokens, domain, metric, value } of measurements) {
    if (domain === undefined || (metric !== `${of}.loss` && metric !== `${of}.bitsPerByte`)) continue;
    const key = `${step} ${domain}`;
    const row = rows.get(key) ?? { step, tokens, domain, loss: NaN, bitsPerByte: NaN };
    rows.set(key, { ...row, [metric.slice(of.length + 1)]: value });
  }
  if (rows.size === 0)
    throw new Error(`averaged: invalid of: ${of} (nothing of it was measured: train with the evaluator averages)`);
  return [...rows.values()];
}
