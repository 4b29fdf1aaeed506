/** `palimpsest evaluate --tasks`: a model's scores on tasks, with standard errors. */
import { existsSync } from "node:fs";
import { plainTable, rowsOf } from "../lab/table.js";
import { modelAt } from "./model-at.js";
import { wholeNumber } from "./numbers.js";
import { BadArguments, type Outcome, understand, type Work } from "./work.js";

export interface EvaluateTasksOptions {
  tasks: string[];
  shots?: string;
  limit?: string;
  overlap?: string;
  context?: string;
  batch: string;
}

export async function evaluateTasks(
  path: string,
  { tasks: paths, batch, ...given }: EvaluateTasksOptions,
  { signal }: Work,
): Promise<Outcome> {
  const missing = paths.find((each) => !existsSync(each));
  if (missing !== undefined) throw new BadArguments(`no such file: ${missing}`);
  const whole = (name: "shots" | "limit" | "overlap" | "context", from: number): number | undefined =>
    given[name] === undefined ? undefined : wholeNumber(`--${name}`, given[name], from);
  const [shots, limit] = [whole("shots", 0), whole("limit", 1)];
  const sizes = { overlap: whole("overlap", 1), context: whole("context", 1), batch: wholeNumber("--batch", batch, 1) };
  const { ask, readTask } = await import("../train/index.js");
  const { progressReporter } = await import("../lab/progress.js");
  const tasks = understand(() => paths.map((each) => readTask(each, { shots, limit })));
  const model = await modelAt(path);
  const { report, done } = progressReporter();
  try {
    const asked = await ask(model, { tasks, ...sizes, signal, onProgress: report });
    const rows = asked.scores.map(({ task, metric, value, error, items }) => ({
      task,
      metric,
      value: value.toFixed(4),
      // Of one item there is none.
      "± se": Number.isNaN(error) ? "" : error.toFixed(4),
      items: String(items),
    }));
    const at = `windows of ${asked.context} tokens, ${asked.overlap} before each scored, after token ${asked.prefix}`;
    const notes = asked.notes.map((note) => `note: ${note}`);
    return { json: asked, text: [plainTable(rowsOf(rows, rows.length)!), ...notes, at].join("\n") };
  } finally {
    done();
  }
}
