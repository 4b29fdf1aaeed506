/** A sweep carried out from the command line, with its progress, and what is printed of it. */
import { executorOf, sweep, type SweepOptions, type SweepResult } from "../sweep/index.js";
import { progressReporter } from "../lab/cell/progress.js";
import type { Outcome } from "./work.js";

export async function carryOut(options: SweepOptions): Promise<Outcome> {
  const { dir, executor = "local", jobs } = options;
  const { report, done } = progressReporter();
  let result: SweepResult;
  try {
    result = await sweep({ ...options, onProgress: report, onNote: (note) => process.stderr.write(`${note}\n`) });
  } finally {
    done();
  }
  const { rows, runs, stopped, notes } = result;
  const failed = rows.filter((row) => row?.status === "failed");
  const more = executorOf(executor).attends
    ? "call it again to go on"
    : `palimpsest sweep watch ${dir} follows it, resume hands over again what was lost`;
  return {
    json: { dir: result.dir, stopped, notes, runs: rows.map((row) => row ?? null) },
    text: [
      `${runs.length} of ${jobs.length} runs finished`,
      ...failed.map((row) => `  ${row!.name} failed: ${row!.error}`),
      `wrote ${dir}: sweep.jsonl, runs/`,
      ...(stopped ? [more] : []),
    ].join("\n"),
    failed: failed.length > 0,
  };
}
