/** What `laws fit` and `laws solve` share: the options that name a law, its rows and its uncertainty, and making a fit of them. */
import { existsSync } from "node:fs";
import { Option, type Command } from "commander";
import type { Bootstrap, Fit, Law } from "../laws/index.js";
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

export function dataOptions(verb: Command): Command {
  return verb
    .requiredOption("--law <name>", "a name that `laws list` shows")
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

/** `--column input=name` by input; every input of the law that is not named is its own column. */
export function columnsOf(law: Law, given: readonly string[]): Record<string, string> {
  const inputs = law.inputs.map(({ name }) => name);
  const columns = Object.fromEntries(inputs.map((name) => [name, name]));
  for (const each of given) {
    const at = each.indexOf("=");
    const [input, column] = [each.slice(0, at).trim(), each.slice(at + 1).trim()];
    if (at < 1 || column === "" || !inputs.includes(input))
      throw new BadArguments(
        `invalid --column: ${each} (${law.name} needs ${inputs.join(", ")}; write ${inputs[0]}=N)`,
      );
    columns[input] = column;
  }
  return columns;
}

export interface Fitted {
  fit: Fit;
  doubt?: Bootstrap;
  rows: number;
}

/** Reads, fits and doubts. `loss` is the column of this fit where several are made. */
export async function fitted(
  law: Law,
  options: DataOptions,
  {
    loss = options.loss[0] ?? "loss",
    signal,
    onProgress,
  }: { loss?: string; signal: AbortSignal; onProgress: OnProgress },
): Promise<Fitted> {
  const { data, kind, points, run, outside, objective } = options;
  const { bootstrap, fit, objectives } = await import("../laws/index.js");
  const { formats, rows } = await import("../runs/index.js");
  const { rng } = await import("../rng.js");
  const missing = data.find((path) => !existsSync(path));
  if (missing !== undefined) throw new BadArguments(`invalid --data: ${missing}: no such file or folder`);
  if (kind !== undefined && !Object.hasOwn(formats, kind))
    throw new BadArguments(`invalid --kind: ${kind} (one of ${Object.keys(formats).join(", ")})`);
  if (objective !== undefined && !Object.hasOwn(objectives, objective))
    throw new BadArguments(`invalid --objective: ${objective} (one of ${Object.keys(objectives).join(", ")})`);
  const [resamples, seed] = [countOf(options.bootstrap, "bootstrap"), countOf(options.seed, "seed")];
  const delta = options.delta === undefined ? undefined : numberOf(options.delta, "delta");
  const columns = { ...columnsOf(law, options.column), loss };
  const table = await rows({ path: data, kind, points, columns, keep: run === undefined ? [] : [run], signal });
  const made = fit({ law, rows: table, run, outside, objective, delta });
  if (resamples === 0) return { fit: made, rows: table.length };
  const doubt = await bootstrap({ fit: made, rng: rng(seed), resamples, signal, onProgress });
  return { fit: made, doubt, rows: table.length };
}

/** Five digits, as a person writes them. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) return value.toExponential(3);
  return String(Number(value.toPrecision(5)));
}
