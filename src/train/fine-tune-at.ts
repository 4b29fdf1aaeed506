/**
 * Latent gain: what each snapshot of a run becomes when it is fine-tuned in one and the same way, beside what it was. A run of
 * continual pre-training may look idle by its own loss and still make a better start. Domains that are scored and not
 * trained on, e.g. the same task in another language, say what carries over without examples (zero-shot transfer).
 * Each snapshot is fine-tuned in a run of its own with a new optimiser; what is in its folder already is not done again.
 */
import { join } from "node:path";
import type { Evaluation } from "../types.js";
import { continueTraining, type ContinueOptions } from "./continue.js";
import type { Run } from "./run/run.js";
import { snapshotsOf } from "./run/snapshots.js";

export interface FineTuneAtOptions extends ContinueOptions {
  /** Steps of the run's snapshots; default to all of them. Of its start, 0 has to be among them. */
  at?: readonly number[];
}

/** One number of one snapshot, before and after it is fine-tuned. */
export interface FineTunedRow {
  /** The snapshot's step. */
  at: number;
  /** "loss", "bitsPerByte", or an evaluator's. */
  metric: string;
  domain?: string;
  before: number;
  after: number;
  /** after − before: of losses and bits per byte less is better. */
  change: number;
}

export interface FineTuned {
  rows: FineTunedRow[];
  /** Whether a signal ended it; the same call with `resume` goes on. */
  stopped: boolean;
}

/** `from` is a run with a folder, or that folder; it is left as it is. */
export async function fineTuneAt(from: string | Run, options: FineTuneAtOptions): Promise<FineTuned> {
  const { at: asked, dir, steps, evaluateAt = [], ...rest } = options;
  const rows: FineTunedRow[] = [];
  for (const { step: at, model } of snapshotsOf({ caller: "fineTuneAt", from, at: asked })) {
    const run = await continueTraining(model(), {
      name: `fine-tuned at ${at}`,
      ...rest,
      steps,
      evaluateAt: [...new Set([0, ...evaluateAt, steps])].sort((a, b) => a - b),
      dir: dir && join(dir, `at-${at}`),
    });
    if (run.stopped) return { rows, stopped: true };
    rows.push(...changesOf(run).map((row) => ({ at, ...row })));
  }
  return { rows, stopped: false };
}

function changesOf({ evaluations, measurements }: Run): Omit<FineTunedRow, "at">[] {
  const numbers = [
    ...evaluations.flatMap((row) =>
      (["loss", "bitsPerByte"] as const).map((metric) => ({
        step: row.step,
        domain: row.domain,
        metric,
        value: row[metric],
      })),
    ),
    ...measurements,
  ] as (Pick<Evaluation, "step"> & { metric: string; domain?: string; value: number })[];
  const last = Math.max(...numbers.map(({ step }) => step));
  return numbers
    .filter(({ step }) => step === 0)
    .flatMap(({ metric, domain, value: before }) => {
      const end = numbers.find((row) => row.step === last && row.metric === metric && row.domain === domain);
      if (!end) return [];
      return [
        { metric, ...(domain !== undefined && { domain }), before, after: end.value, change: end.value - before },
      ];
    });
}
