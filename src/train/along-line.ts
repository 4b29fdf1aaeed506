/**
 * Models on the straight line between two, scored without training: weights (1 − t) · from + t · to. At t = 0 to 1 the line shows
 * whether a barrier of loss lies between two checkpoints (`measure.barrier`); the best model on it, chosen on held-out text, is
 * WiSE-FT (Wortsman et al. 2022, https://arxiv.org/abs/2109.01903), the cheapest way to take back some forgetting. Tokens that
 * only `to` has keep its rows all along.
 */
import { linear, merge } from "../merge/index.js";
import type { LanguageModel } from "../types.js";
import { type EvaluateOptions, scorerOf, type Scores } from "./evaluate.js";

export interface AlongLineOptions extends Omit<EvaluateOptions, "parameters"> {
  /** At t = 0, e.g. the base. */
  from: LanguageModel;
  /** At t = 1, e.g. what it became. */
  to: LanguageModel;
  /** Values of t; outside of 0 to 1 the line goes on. Defaults to 0, 0.1, …, 1. */
  at?: readonly number[];
}

export type AtPoint<Row> = Row & { t: number };

/** The rows of `evaluate`, each with its t. */
export interface LineScores {
  evaluations: AtPoint<Scores["evaluations"][number]>[];
  measurements: AtPoint<Scores["measurements"][number]>[];
}

const tenths = Array.from({ length: 11 }, (_, i) => i / 10);

export async function alongLine({ from, to, at = tenths, ...options }: AlongLineOptions): Promise<LineScores> {
  if (at.length === 0 || !at.every(Number.isFinite))
    throw new Error(`alongLine: invalid at: ${at.join(", ") || "none"} (numbers, 0 for from and 1 for to)`);
  const scorer = await scorerOf(to, options);
  const rows: LineScores = { evaluations: [], measurements: [] };
  try {
    for (const [i, t] of at.entries()) {
      const { evaluations, measurements } = await scorer.score(between(from, to, t).weights);
      rows.evaluations.push(...evaluations.map((row) => ({ t, ...row })));
      rows.measurements.push(...measurements.map((row) => ({ t, ...row })));
      options.onProgress?.({ label: "along the line", done: i + 1, total: at.length });
    }
  } finally {
    await scorer.dispose();
  }
  return rows;
}

export interface WiseFtOptions extends AlongLineOptions {
  /** Domains whose bits per byte are averaged to choose by; defaults to all that are scored. */
  by?: readonly string[];
}

export interface WiseFt extends LineScores {
  /** With the least mean of bits per byte; of equal ones the first. */
  t: number;
  model: LanguageModel;
}

export async function wiseFt({ by, ...options }: WiseFtOptions): Promise<WiseFt> {
  const rows = await alongLine(options);
  const points = [...new Set(rows.evaluations.map(({ t }) => t))].map((t) => ({
    t,
    score: meanBits(
      "wiseFt",
      rows.evaluations.filter((row) => row.t === t),
      by,
    ),
  }));
  if (points.length === 0) throw new Error("wiseFt: invalid evaluators: none gives bits per byte to choose by");
  const { t } = points.reduce((best, point) => (point.score < best.score ? point : best));
  return { ...rows, t, model: between(options.from, options.to, t) };
}

function between(from: LanguageModel, to: LanguageModel, t: number): LanguageModel {
  return merge({ models: [from, to], base: to, method: linear({ weights: [1 - t, t] }) });
}

/** Mean bits per byte of these domains, each counting the same. */
export function meanBits(caller: string, rows: Scores["evaluations"], by?: readonly string[]): number {
  const domains = by ?? rows.map(({ domain }) => domain);
  const bits = domains.map((domain) => {
    const row = rows.find((one) => one.domain === domain);
    if (!row) throw new Error(`${caller}: invalid by: ${domain} (scored: ${rows.map((one) => one.domain).join(", ")})`);
    return row.bitsPerByte;
  });
  return bits.reduce((a, b) => a + b, 0) / bits.length;
}
