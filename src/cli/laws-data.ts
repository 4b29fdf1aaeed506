/** What `laws fit` and `laws solve` share: the options that name a law, its rows and its uncertainty, and making a fit of them. */
import { existsSync } from "node:fs";
import { Option, type Command } from "commander";
import type { Bootstrap, Fit, Law } from "../laws/index.js";
import type { Row } from "../runs/index.js";
import type { OnProgress } from "../types.js";
import { BadArguments } from "./work.js";

export interface DataOptions {
  law: string;
  data: string[];
  kind?: string;
  points: "last" | "all";
  column: string[];
  loss: string[];
  run?: string;
  outside: "refuse" | "drop";
  objective?: string;
  delta?: string;
  bootstrap: string;
  seed: string;
}

const collect = (value: string, before: string[]): string[] => [...before, value];

export function dataOptions(verb: Command, law: { required: boolean } = { required: true }): Command {
  const name = new Option("--law <name>", "a name that `laws list` shows");
  return verb
    .addOption(law.required ? name.makeOptionMandatory() : name)
    .requiredOption("--data <path...>", "the rows: a table, a log, or a folder of runs")
    .option("--kind <name>", "what the file is; defaults to what its name and content say")
    .addOption(
      new Option("--points <which>", "of a log: each run's last row or all").choices(["last", "all"]).default("last"),
    )
    .option("--column <input=name>", "where an input of the law is: a column or a formula; repeatable", collect, [])
    .option("--loss <name>", 'column or formula of the loss (default: "loss")', collect, [])
    .option("--run <name>", 'column that names the run, the unit of the bootstrap (default: "run")')
    .addOption(
      new Option("--outside <what>", "rows outside the law's domain").choices(["refuse", "drop"]).default("refuse"),
    )
    .option("--objective <name>", "what fits best means; defaults to log-huber")
    .option("--delta <number>", "width of the Huber bend; defaults to the objective's own")
    .option("--bootstrap <n>", "resamples; 0 gives no intervals", "400")
    .option("--seed <n>", "of the resamples: the same seed gives the same digits", "1")
    .option("--json", "print one JSON object instead of text");
}

/** A registered law, or exit code 2. */
export async function lawOf(name: string): Promise<Law> {
  const { laws } = await import("../laws/index.js");
  if (!Object.hasOwn(laws, name))
    throw new BadArguments(`invalid --law: ${name} (one of ${Object.keys(laws).join(", ")})`);
  return laws[name]!;
}

export function countOf(text: string, name: string, least = 0): number {
  const value = Number(text);
  if (!(text.trim() !== "" && Number.isInteger(value) && value >= least))
    throw new BadArguments(`invalid --${name}: ${text} (a whole number from ${least})`);
  return value;
}

export function numberOf(text: string | undefined, name: string): number {
  const value = Number(text);
  if (!(text !== undefined && text.trim() !== "" && Number.isFinite(value)))
    throw new BadArguments(`invalid --${name}: ${text ?? "missing"} (a number)`);
  return value;
}

/** `--column input=name` by input; every input that is not named is its own column. */
export function columnsOf(inputs: readonly string[], given: readonly string[], of: string): Record<string, string> {
  const columns = Object.fromEntries(inputs.map((name) => [name, name]));
  for (const each of given) {
    const at = each.indexOf("=");
    const [input, column] = [each.slice(0, at).trim(), each.slice(at + 1).trim()];
    if (at < 1 || column === "" || !inputs.includes(input))
      throw new BadArguments(`invalid --column: ${each} (${of} needs ${inputs.join(", ")}; write ${inputs[0]}=N)`);
    columns[input] = column;
  }
  return columns;
}

export interface Fitted {
  fit: Fit;
  doubt?: Bootstrap;
  rows: number;
}

export interface Watch {
  signal: AbortSignal;
  onProgress: OnProgress;
}

/** Reads `--data`: rows with the columns that are asked for, all of them numbers, and the run's name. */
export async function tableOf(
  options: DataOptions,
  columns: Record<string, string>,
  signal: AbortSignal,
): Promise<Row[]> {
  await checkAsked(options);
  const { data, kind, points, run, outside } = options;
  const { formats, rows } = await import("../runs/index.js");
  const missing = data.find((path) => !existsSync(path));
  if (missing !== undefined) throw new BadArguments(`invalid --data: ${missing}: no such file or folder`);
  if (kind !== undefined && !Object.hasOwn(formats, kind))
    throw new BadArguments(`invalid --kind: ${kind} (one of ${Object.keys(formats).join(", ")})`);
  const keep = run === undefined ? [] : [run];
  const onNote = (text: string): void => void process.stderr.write(`note: ${text}\n`);
  return rows({ path: data, kind, points, columns, keep, outside, onNote, signal });
}

/**
 * Fits and doubts. Several losses of the same runs are named by `of`: where whole runs are drawn they are drawn alike, and
 * where noise is drawn each loss gets its own.
 */
export async function fitTo(law: Law, rows: Row[], options: DataOptions, watch: Watch, of?: string): Promise<Fitted> {
  const { bootstrap, fit } = await import("../laws/index.js");
  const { rng } = await import("../rng.js");
  const { run, outside, objective } = options;
  const [resamples, seed] = [countOf(options.bootstrap, "bootstrap"), countOf(options.seed, "seed")];
  const delta = options.delta === undefined ? undefined : numberOf(options.delta, "delta");
  if (outside === "refuse") await refuseOutside(law, rows, options);
  const made = fit({ law, rows, run, outside, objective, delta });
  if (resamples === 0) return { fit: made, rows: rows.length };
  const drawn = of === undefined || new Set(made.data.run).size >= 30 ? rng(seed) : rng(seed).fork(of);
  return { fit: made, doubt: await bootstrap({ fit: made, rng: drawn, resamples, ...watch }), rows: rows.length };
}

/** What `laws.fit` says of rows outside a law's domain, in the words of the command line. */
async function refuseOutside(law: Law, rows: readonly Row[], { column }: DataOptions): Promise<void> {
  const { domainOf, inside, percents } = await import("../laws/index.js");
  const inputs = law.inputs.map(({ name }) => name);
  const asked = columnsOf(inputs, column, law.name);
  for (const input of law.inputs) {
    const at = rows.findIndex((row) => !inside(input, row[input.name] as number));
    if (at < 0) continue;
    const { name } = input;
    const fix = percents(input, rows, name)
      ? `these look like percent: --column "${name}=${asked[name]} / 100"`
      : "leave the row out, or --outside drop";
    throw new Error(
      `invalid ${name}: ${String(rows[at]![name])} in row ${at + 1}; ${law.name} holds for ${domainOf(input)}; ${fix}`,
    );
  }
}

/** Reads, fits and doubts. */
export async function fitted(law: Law, options: DataOptions, watch: Watch): Promise<Fitted> {
  const inputs = law.inputs.map(({ name }) => name);
  const columns = { ...columnsOf(inputs, options.column, law.name), loss: options.loss[0] ?? "loss" };
  return fitTo(law, await tableOf(options, columns, watch.signal), options, watch);
}

/** What a user mistyped is said before a long file is read. */
async function checkAsked({ bootstrap, seed, delta, objective }: DataOptions): Promise<void> {
  const { objectives } = await import("../laws/index.js");
  countOf(bootstrap, "bootstrap");
  countOf(seed, "seed");
  if (delta !== undefined) numberOf(delta, "delta");
  if (objective !== undefined && !Object.hasOwn(objectives, objective))
    throw new BadArguments(`invalid --objective: ${objective} (one of ${Object.keys(objectives).join(", ")})`);
}
