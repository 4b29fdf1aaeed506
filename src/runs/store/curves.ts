/** How runs went, in long form: a row for each line of their `metrics.jsonl`, in the columns of `runs.table`. */
import { join, resolve } from "node:path";
import { breathe } from "../../breathe.js";
import { readMetrics } from "../metrics.js";
import type { Row } from "../readers/types.js";
import type { Kinds } from "./parquet.js";

/**
 * A row of `kind` "step" has the columns from loss to tokensPerSecond, an "evaluation" domain, loss and bitsPerByte, a "measurement"
 * metric, value, domain and error; what else a step has is a row of its own, "step" with metric and value. Labels are in the table
 * of runs, under the same `dir`.
 */
export const curveKinds = {
  run: "text",
  dir: "text",
  kind: "text",
  step: "whole",
  tokens: "whole",
  domain: "text",
  loss: "number",
  bitsPerByte: "number",
  learningRate: "number",
  gradientNorm: "number",
  tokensPerSecond: "number",
  metric: "text",
  value: "number",
  error: "number",
} as const satisfies Kinds;

const ofStep = new Set(["step", "tokens", "loss", "learningRate", "gradientNorm", "tokensPerSecond"]);

export interface CurvesOptions {
  /** The runs: rows with `run` and `dir`. */
  rows: readonly Row[];
  /** What `dir` is relative to; defaults to the working folder. */
  from?: string;
  signal?: AbortSignal;
}

/** Of each run its rows; one run in memory. Throws one line that names a file that cannot be read. */
export async function* curves({ rows, from = ".", signal }: CurvesOptions): AsyncGenerator<Row[]> {
  for (const [i, { run = null, dir = null }] of rows.entries()) {
    if (i % 50 === 0) await breathe(signal);
    const path = join(resolve(from, String(dir)), "metrics.jsonl");
    const { steps, evaluations, measurements } = readMetrics(path, "runs.curves");
    const batch: Row[] = [];
    for (const row of steps) {
      const { step, tokens, loss, learningRate, gradientNorm, tokensPerSecond } = row;
      batch.push({ run, dir, kind: "step", step, tokens, loss, learningRate, gradientNorm, tokensPerSecond });
      for (const metric of Object.keys(row))
        if (!ofStep.has(metric)) batch.push({ run, dir, kind: "step", step, tokens, metric, value: row[metric]! });
    }
    for (const { step, tokens, domain, loss, bitsPerByte } of evaluations)
      batch.push({ run, dir, kind: "evaluation", step, tokens, domain, loss, bitsPerByte });
    for (const { step, tokens, metric, value, domain = null, error = null } of measurements)
      batch.push({ run, dir, kind: "measurement", step, tokens, metric, value, domain, error });
    yield batch;
  }
}
