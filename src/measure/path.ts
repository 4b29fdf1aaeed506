/**
 * A run's path over the forgetting–adaptation plane: where it stood at each evaluation, against where it began. Its rows are
 * those of `charts.paretoFront`, with steps for settings; of averages `averaged` makes the evaluations.
 */
import type { Evaluation } from "../types.js";
import type { Baseline } from "./baseline.js";
import { adaptation, forgetting } from "./change.js";

export interface PathOptions {
  /** One run's. */
  evaluations: readonly Evaluation[];
  /** Domains, evaluated at the same steps. */
  old: string;
  new: string;
  /** What the legend calls it; defaults to "". */
  method?: string;
  /** L(0); defaults to the run's own step 0. */
  baseline?: Baseline;
}

export interface PathRow {
  method: string;
  /** The step. */
  setting: number;
  tokens: number;
  /** L(t) − L(0) of the old domain, bits per byte. */
  forgetting: number;
  /** L(0) − L(t) of the new domain, bits per byte. */
  adaptation: number;
}

export function path({ evaluations, old, new: fresh, method = "", baseline }: PathOptions): PathRow[] {
  const from = { evaluations, ...(baseline && { baseline }) };
  const lost = forgetting({ ...from, domain: old }).curve;
  const learned = new Map(adaptation({ ...from, domain: fresh }).curve.map((row) => [row.step, row.bitsPerByte]));
  return lost.flatMap(({ step, tokens, bitsPerByte }) => {
    const gained = learned.get(step);
    return gained === undefined ? [] : [{ method, setting: step, tokens, forgetting: bitsPerByte, adaptation: gained }];
  });
}
