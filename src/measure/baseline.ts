/**
 * What a loss is compared with: any model that was evaluated. The run's own step 0 is one; the base before it was widened and
 * the run before this stage are others (then only bits per byte compare, where the vocabularies differ).
 */
import type { Evaluation } from "../types.js";

export interface Level {
  /** Nats per token. */
  loss: number;
  bitsPerByte: number;
}

/** A level of one domain; or evaluations, such as `train.evaluate` gives or another run has: of each domain the last row. */
export type Baseline = Level | { evaluations: readonly (Level & { domain: string; step?: number })[] };

export interface LevelOptions {
  caller: string;
  /** The domain's own evaluations by step. */
  rows: readonly Evaluation[];
  domain: string;
  /** Defaults to the evaluation at step 0. */
  baseline?: Baseline | undefined;
}

export function levelOf({ caller, rows, domain, baseline }: LevelOptions): Level {
  if (!baseline) return atZero(caller, rows, domain);
  if (!("evaluations" in baseline)) return finite(caller, baseline, domain);
  const known = baseline.evaluations.filter((row) => row.domain === domain);
  if (known.length === 0) {
    const there = [...new Set(baseline.evaluations.map((row) => row.domain))].join(", ") || "none";
    throw new Error(`${caller}: invalid baseline: no evaluation of ${domain} (evaluated: ${there})`);
  }
  return finite(
    caller,
    known.reduce((a, b) => ((b.step ?? 0) >= (a.step ?? 0) ? b : a)),
    domain,
  );
}

function finite(caller: string, level: Level, domain: string): Level {
  if (!Number.isFinite(level.loss + level.bitsPerByte))
    throw new Error(
      `${caller}: invalid baseline: ${level.loss} nats, ${level.bitsPerByte} bits per byte for ${domain} (want numbers)`,
    );
  return level;
}

/** The domain's evaluations by step; throws when there are none or one is not a number. */
export function inOrder(caller: string, evaluations: readonly Evaluation[], domain: string): Evaluation[] {
  const rows = evaluations.filter((row) => row.domain === domain).sort((a, b) => a.step - b.step);
  if (rows.length === 0) {
    const known = [...new Set(evaluations.map((row) => row.domain))].join(", ") || "none";
    throw new Error(`${caller}: invalid domain: ${domain}; evaluated: ${known}`);
  }
  for (const row of rows) {
    if (Number.isNaN(row.loss + row.bitsPerByte))
      throw new Error(`${caller}: invalid loss: NaN for ${domain} at step ${row.step}`);
  }
  return rows;
}

function atZero(caller: string, rows: readonly Evaluation[], domain: string): Evaluation {
  const first = rows[0]!;
  if (first.step !== 0) {
    throw new Error(
      `${caller}: invalid evaluations: ${domain} has none at step 0; evaluate before the first step or give a baseline`,
    );
  }
  return first;
}
