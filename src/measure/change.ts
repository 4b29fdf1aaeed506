/**
 * Forgetting and adaptation: how a domain's loss moved since the checkpoint that continual training started from.
 * Both are losses, so the signs are those of a loss: forgetting F = L(t) − L(0) > 0 means worse than at the start,
 * adaptation A = L(0) − L(t) > 0 means better. (Papers that measure accuracy define forgetting as best − current.)
 */
import type { Evaluation } from "../types.js";
import { type Baseline, inOrder, levelOf } from "./baseline.js";

export interface ChangeOptions {
  /** One run's evaluations, all domains, any order. */
  evaluations: readonly Evaluation[];
  domain: string;
  /** The step looked at; defaults to the last one evaluated. */
  step?: number;
  /** L(0); defaults to the run's own step 0. The base before it was widened: then only bits per byte compare. */
  baseline?: Baseline;
}

export interface Change {
  domain: string;
  step: number;
  tokens: number;
  /** Change of the mean loss, nats per token. Means nothing when the baseline had another vocabulary. */
  nats: number;
  bitsPerByte: number;
  /** The same change at every evaluated step up to this one. */
  curve: { step: number; tokens: number; nats: number; bitsPerByte: number }[];
}

/** F = L(t) − L(0) on an old domain; positive means forgotten. */
export function forgetting(options: ChangeOptions): Change {
  return change("forgetting", options, 1);
}

/** A = L(0) − L(t) on a new domain; positive means learned. */
export function adaptation(options: ChangeOptions): Change {
  return change("adaptation", options, -1);
}

function change(caller: string, options: ChangeOptions, sign: 1 | -1): Change {
  const { domain, step = Infinity } = options;
  const all = inOrder(caller, options.evaluations, domain);
  const baseline = levelOf({ caller, rows: all, domain, baseline: options.baseline });
  // `|| 0` turns the −0 of "nothing moved" into 0.
  const curve = all
    .filter((row) => row.step <= step)
    .map((row) => ({
      step: row.step,
      tokens: row.tokens,
      nats: sign * (row.loss - baseline.loss) || 0,
      bitsPerByte: sign * (row.bitsPerByte - baseline.bitsPerByte) || 0,
    }));
  const last = curve.at(-1);
  if (!last || (step !== Infinity && last.step !== step)) {
    throw new Error(
      `${caller}: invalid step: ${step}: ${domain} was evaluated at ${all.map((row) => row.step).join(", ")}`,
    );
  }
  return { domain, ...last, curve };
}

export interface EvaluationOptions {
  /** One run's evaluations, all domains, any order. */
  evaluations: readonly Evaluation[];
  domain: string;
  /** Defaults to the last one evaluated. */
  step?: number;
}

/** A domain's evaluation at one step. */
export function evaluation({ evaluations, domain, step }: EvaluationOptions): Evaluation {
  const rows = inOrder("evaluation", evaluations, domain);
  const found = step === undefined ? rows.at(-1) : rows.find((row) => row.step === step);
  if (found) return found;
  const known = rows.map((row) => row.step).join(", ");
  throw new Error(`evaluation: invalid step: ${step} (${domain} was evaluated at ${known})`);
}
