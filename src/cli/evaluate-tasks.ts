/** `palimpsest evaluate --tasks` and `--probes`: a model's scores on items, with standard errors. */
import { existsSync } from "node:fs";
import { parse } from "node:path";
import { plainTable, rowsOf } from "../lab/cell/table.js";
import type { OnProgress, Text } from "../types.js";
import { namesOf } from "./file-names.js";
import { modelAt } from "./model-at.js";
import { wholeNumber } from "./numbers.js";
import { BadArguments, type Outcome, understand, type Work } from "./work.js";

export interface EvaluateTasksOptions {
  tasks?: string[] | undefined;
  /** Names with commas between, or a file. */
  probes?: string | undefined;
  /** Files that probes read. */
  texts: string[];
  field?: string | undefined;
  shots?: string | undefined;
  limit?: string | undefined;
  overlap?: string | undefined;
  context?: string | undefined;
  batch: string;
}

export async function evaluateTasks(
  path: string,
  { tasks: paths = [], probes: named, texts, field, batch, ...given }: EvaluateTasksOptions,
  { signal }: Work,
): Promise<Outcome> {
  const missing = [...paths, ...texts].find((each) => !existsSync(each));
  if (missing !== undefined) throw new BadArguments(`no such file: ${missing}`);
  const whole = (name: "shots" | "limit" | "overlap" | "context", from: number): number | undefined =>
    given[name] === undefined ? undefined : wholeNumber(`--${name}`, given[name], from);
  const [shots, limit] = [whole("shots", 0), whole("limit", 1)];
  const sizes = { overlap: whole("overlap", 1), context: whole("context", 1), batch: wholeNumber("--batch", batch, 1) };
  const { ask, readTask } = await import("../train/index.js");
  const { progressReporter } = await import("../lab/cell/progress.js");
  const tasks = understand(() => paths.map((each) => readTask(each, { shots, limit })));
  const probes = named === undefined ? [] : await probesOf(named);
  const model = await modelAt(path);
  const { report, done } = progressReporter();
  try {
    const on = texts.length > 0 ? await textsOf(texts, { field, signal, onProgress: report }) : undefined;
    const asked = await ask(model, { tasks, probes, ...(on && { on }), ...sizes, signal, onProgress: report });
    const byDomain = asked.scores.some(({ domain }) => domain !== undefined);
    const rows = asked.scores.map(({ task, metric, domain, value, error, items }) => ({
      asked: task,
      metric,
      ...(byDomain && { domain: domain ?? "" }),
      value: value.toFixed(4),
      // Of one item there is none.
      "± se": Number.isNaN(error) ? "" : error.toFixed(4),
      items: String(items),
    }));
    const at = `windows of ${asked.context} tokens, ${asked.overlap} before each scored, after token ${asked.prefix}`;
    const notes = asked.notes.map((note) => `note: ${note}`);
    return {
      json: asked,
      text: [...(rows.length > 0 ? [plainTable(rowsOf(rows, rows.length)!)] : []), ...notes, at].join("\n"),
    };
  } finally {
    done();
  }
}

async function probesOf(named: string): Promise<import("../train/index.js").Probe[]> {
  const z = await import("zod");
  const { makeOf, schemaOf } = await import("../registry.js");
  const { readJson } = await import("../json-file.js");
  const { probes } = await import("../train/index.js");
  const written = named.endsWith(".json")
    ? understand(() => readJson(named, "probes"))
    : named.split(",").map((name) => ({ name: name.trim() }));
  const read = z.array(schemaOf(probes)).min(1).safeParse(written);
  if (!read.success) {
    const { path, message } = read.error.issues[0]!;
    const [at] = path as [number | undefined];
    const what = !named.endsWith(".json") && at !== undefined ? named.split(",")[at] : [named, ...path].join(" ");
    throw new BadArguments(`invalid --probes: ${what} (${message})`);
  }
  return understand(() => read.data.map((each) => makeOf<import("../train/index.js").Probe>(probes, each)));
}

interface TextsOptions {
  field: string | undefined;
  signal: AbortSignal;
  onProgress: OnProgress;
}

/** Nothing is trained on, so all of each file is held out. Domains are named without the ends of file names. */
async function textsOf(paths: string[], { field, signal, onProgress }: TextsOptions): Promise<Record<string, Text>> {
  const { load } = await import("../corpus/index.js");
  const names = namesOf(paths, (path) => parse(path).name);
  const files = Object.fromEntries(paths.map((path, i) => [names[i]!, { paths: path, ...(field && { field }) }]));
  const { texts } = await load({ files, heldOut: 0, signal, onProgress });
  return Object.fromEntries(Object.keys(files).map((name) => [name, { name, train: [], heldOut: texts[name]!.train }]));
}
