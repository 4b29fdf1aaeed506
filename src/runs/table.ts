/**
 * Many runs as arquero tables: one row per run, per step, per evaluation and per further number that was measured. Every row carries the run's name and
 * labels, so a group-by needs no join. Also CSV out, and a danfojs DataFrame for people with pandas habits.
 */
import type { ColumnTable } from "arquero";
import { createRequire } from "node:module";
import { writeAtomically } from "../files.js";
import { arquero } from "./arquero.js";
import { read, type RunData } from "./run.js";
import { shareColumns } from "./share-columns.js";

export interface RunTables {
  /** name, dir, status, seed, device, parameters, parametersWithoutEmbeddings, tokens, labels, share_<domain>, realised_<domain>. */
  runs: ColumnTable;
  /** run, labels, step, tokens, loss, learningRate, gradientNorm, tokensPerSecond, and what else the runs' steps have. */
  steps: ColumnTable;
  /** run, labels, step, tokens, domain, loss, bitsPerByte. */
  evaluations: ColumnTable;
  /** run, labels, step, tokens, metric, value, domain, error. */
  measurements: ColumnTable;
}

type Cell = string | number | boolean | null;
type Row = Record<string, Cell>;

/** Folders are read; runs already read are taken as they are. Rows keep the order given. */
export function table(runs: readonly (string | RunData)[]): RunTables {
  const all = runs.map((run) => (typeof run === "string" ? read(run) : run));
  const perRun = (pick: (run: RunData) => readonly object[]): Row[] =>
    all.flatMap((run) => pick(run).map((row) => ({ run: run.record.name, ...run.record.labels, ...(row as Row) })));
  return {
    runs: columns(all.map(summary), ["run"]),
    steps: columns(
      perRun((run) => run.steps),
      ["run", "step", "tokens", "loss", "learningRate", "gradientNorm", "tokensPerSecond"],
    ),
    evaluations: columns(
      perRun((run) => run.evaluations),
      ["run", "step", "tokens", "domain", "loss", "bitsPerByte"],
    ),
    measurements: columns(
      perRun((run) => run.measurements),
      ["run", "step", "tokens", "metric", "value"],
    ),
  };
}

/** A run as a row, without what its evaluations found. */
export function summary({ dir, record, steps }: Pick<RunData, "dir" | "record" | "steps">): Row {
  return {
    run: record.name,
    dir,
    status: record.status,
    seed: record.seed,
    device: record.engine.device,
    parameters: record.parameters.total,
    parametersWithoutEmbeddings: record.parameters.withoutEmbeddings,
    tokens: steps.at(-1)?.tokens ?? 0,
    ...record.labels,
    ...shareColumns(record),
  };
}

/** The union of the rows' columns, in order of first sight; what a row lacks is null. `least` are there even without rows. */
function columns(rows: Row[], least: string[]): ColumnTable {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  if (rows.length === 0) for (const name of least) names.add(name);
  return arquero().table(Object.fromEntries([...names].map((name) => [name, rows.map((row) => row[name] ?? null)])));
}

/** Writes a table as CSV (UTF-8, comma, header, numbers at full precision), whole or not at all. */
export function writeCsv(path: string, rows: ColumnTable): void {
  writeAtomically(path, rows.toCSV() + "\n");
}

/** The part of a danfojs DataFrame that is promised here; the rest is in its own documentation. */
export interface DanfoFrame {
  readonly shape: number[];
  readonly columns: string[];
  readonly values: unknown[][];
  print(): void;
  head(rows?: number): DanfoFrame;
  query(condition: unknown): DanfoFrame;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- danfojs's own declarations do not parse under every TypeScript we serve
  [method: string]: any;
}

/**
 * The same table as a DataFrame of danfojs-node, an optional peer: loaded at the first call, which takes about a second. Throws
 * one line that says how to install it where it is not.
 */
export function toDanfo(rows: ColumnTable): DanfoFrame {
  const { DataFrame } = loadDanfo();
  const names = rows.columnNames();
  return new DataFrame(Object.fromEntries(names.map((name) => [name, Array.from(rows.array(name))])));
}

function loadDanfo(): { DataFrame: new (data: object) => DanfoFrame } {
  try {
    return createRequire(__filename)("danfojs-node") as ReturnType<typeof loadDanfo>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    const how = "npm install danfojs-node@1.2.0, with the overrides that environment.md of palimpsest gives for it";
    throw new Error(`toDanfo: danfojs-node is not installed here; ${how}`, { cause: error });
  }
}
