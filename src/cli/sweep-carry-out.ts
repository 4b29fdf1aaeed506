/** A sweep carried out from the command line, with its progress, and what is printed of it. */
import { executorOf, search, type SearchOptions, sweep, type SweepOptions, type SweepResult } from "../sweep/index.js";
import { progressReporter } from "../lab/cell/progress.js";
import type { Outcome } from "./work.js";

/** Of jobs that are given, or of those that a search wants. */
export async function carryOut(options: SweepOptions | SearchOptions): Promise<Outcome> {
  const { dir, executor = "local" } = options;
  const { report, done } = progressReporter();
  let result: SweepResult;
  try {
    const onNote = (note: string): void => void process.stderr.write(`${note}\n`);
    const told = { onProgress: report, onNote };
    result = await ("search" in options ? search({ ...options, ...told }) : sweep({ ...options, ...told }));
  } finally {
    done();
  }
  const { rows, stopped, notes } = result;
  const countOf = (status: string): number => rows.filter((row) => row?.status === status).length;
  const [finished, paused] = [countOf("finished"), countOf("paused")];
  const failed = rows.filter((row) => row?.status === "failed");
  return {
    json: { dir: result.dir, stopped, notes, runs: rows.map((row) => row ?? null) },
    text: [
      `${finished} of ${rows.length} runs finished${paused > 0 ? `, ${paused} stopped on their way` : ""}`,
      ...failed.map((row) => `  ${row!.name} failed: ${row!.error}`),
      `wrote ${dir}: sweep.jsonl, runs/`,
      ...(stopped ? [executorOf(executor).next(dir, options.profile ?? {})] : []),
    ].join("\n"),
    failed: failed.length > 0,
  };
}
