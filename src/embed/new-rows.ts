/**
 * What a change of vocabulary writes into a model's tables: for each of them the rows of new tokens, as the initialiser
 * makes them, and the row of padding, which is the mean, because a row of zeros has logit 0, which can be the largest.
 * Shared rows are copied, by whoever has the tables; here they are only read.
 */
import { initialisers, type InitialiserName } from "./initialisers.js";
import { lengthOf, stretch } from "./magnitude.js";
import { mean } from "./mean.js";
import { survey } from "./trained.js";
import { need, type Evidence } from "./evidence.js";
import { plain, type Numerics } from "./matmul.js";
import type { Table } from "./table.js";
import type { Growing, GrowReport, Initialiser, Shared, TableReport } from "./types.js";
import type { Rng } from "../rng.js";
import type { OnProgress, Tokenizer } from "../types.js";

/** How new rows are made. */
export interface InitOptions {
  tokenizer: Tokenizer;
  /** A name of the registry, or an initialiser of one's own. */
  init: InitialiserName | Initialiser;
  /** What the initialiser `needs`. */
  evidence?: Evidence;
  /** Needed by initialisers that draw. */
  rng?: Rng;
  /** The number of rows becomes a multiple of this. Defaults to 1. */
  padTo?: number;
  /** Old ids that statistics leave out besides padding, reserved names and rows of zeros. Defaults to none. */
  untrained?: readonly number[];
  /** Scales new rows of the input table to the mean or median length of its trained rows. Defaults to leaving them as they are. */
  match?: "mean" | "median";
  /** Whether `match` holds for an untied head too, where no initialiser is convex any longer. Defaults to false. */
  matchOutput?: boolean;
  /** For large tables: `engine.numerics()`. Defaults to plain JavaScript. */
  numerics?: Numerics;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** The model whose vocabulary changes, as far as that concerns it. */
export interface Tables {
  tokenizer: Tokenizer;
  input: { name: string; table: Table };
  /** Absent where the head is tied. */
  output?: { name: string; table: Table } | undefined;
}

export interface NewRowsOptions {
  /** For error messages. */
  caller: string;
  base: Tables;
  options: InitOptions;
  shared: Shared;
  newIds: Int32Array;
  /** The least number of rows. */
  rows: number;
}

export interface NewRows {
  /** Rows of each table. */
  rows: number;
  /** By the table's name: the rows of `newIds`, and the row of padding. */
  tables: Record<string, { made: Float32Array; mean: Float64Array }>;
  report: GrowReport;
}

export async function newRows({
  caller,
  base,
  options,
  shared,
  newIds,
  rows: least,
}: NewRowsOptions): Promise<NewRows> {
  const { tokenizer, init, evidence = {}, rng, padTo = 1, untrained = [], match, matchOutput = false } = options;
  const { numerics = plain, signal, onProgress } = options;
  const { name: method, initialiser } = initialiserOf(caller, init);
  if (!(Number.isInteger(padTo) && padTo > 0))
    throw new RangeError(`${caller}: invalid padTo: ${padTo} (an integer from 1)`);
  if (!(match === undefined || match === "mean" || match === "median"))
    throw new Error(`${caller}: invalid match: ${JSON.stringify(match)} ("mean" or "median")`);
  for (const piece of initialiser.needs ?? []) need(caller, evidence, piece);
  const rows = Math.max(least, Math.ceil(tokenizer.size / padTo) * padTo);
  const tied = !base.output;
  const tables: NewRows["tables"] = {};
  const reports: TableReport[] = [];
  const all = base.output ? [base.input, base.output] : [base.input];
  for (const [done, { name, table }] of all.entries()) {
    signal?.throwIfAborted();
    const fail = (value: number, row: number): never => {
      throw new Error(`${caller}: invalid base: ${name} has ${value} in row ${row} (finite numbers are expected)`);
    };
    const seen = survey({ tokenizer: base.tokenizer, table, untrained: new Set(untrained), fail });
    if (seen.trained.length === 0)
      throw new Error(`${caller}: invalid base: no row of ${name} belongs to a trained token`);
    const missed: number[] = [];
    const fallbacks: Record<string, number> = {};
    const stream = (label: string) => (): Rng => {
      if (!rng) throw new Error(`${caller}: invalid rng: ${rng} ("${method}" draws; give it rng(seed))`);
      return rng.fork(label);
    };
    const growing: Growing = {
      table,
      side: done === 0 ? "input" : "output",
      tied,
      oldIds: seen.trained,
      newIds,
      shared,
      base: base.tokenizer,
      tokenizer,
      mean: seen.mean,
      evidence,
      miss(n, reason) {
        missed.push(n);
        fallbacks[reason] = (fallbacks[reason] ?? 0) + 1;
      },
      rng: stream(name),
      ...numerics,
      signal,
    };
    const width = table.shape[1]!;
    const made = new Float32Array(newIds.length * width);
    await initialiser.initialise(growing, made);
    if (missed.length > 0)
      await fallBack({ ...growing, rng: stream(`${name} fallback`) }, initialiser.fallback ?? mean, missed, made);
    if (match !== undefined && (growing.side === "input" || matchOutput)) {
      const left = stretch(made, width, lengthOf(table, growing.oldIds, match));
      if (left > 0) fallbacks["no direction, so its length was left"] = left;
    }
    const bad = made.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new Error(
        `${caller}: invalid init: ${method} gives ${made[bad]} for id ${newIds[Math.floor(bad / width)]}`,
      );
    tables[name] = { made, mean: growing.mean };
    reports.push({ table: name, fallbacks });
    onProgress?.({ label: "growing", done: done + 1, total: all.length });
  }
  const copied = shared.target.length;
  const same = tied && initialiser.tied !== undefined && { tied: initialiser.tied };
  const padding = rows - copied - newIds.length;
  return { rows, tables, report: { init: method, ...same, newIds, copied, padding, tables: reports } };
}

/** The row of the registry, or one that the caller brought. */
function initialiserOf(
  caller: string,
  init: InitialiserName | Initialiser,
): { name: string; initialiser: Initialiser } {
  if (typeof init === "object") return { name: "custom", initialiser: init };
  if (!Object.hasOwn(initialisers, init))
    throw new Error(
      `${caller}: invalid init: ${JSON.stringify(init)} (one of ${Object.keys(initialisers).join(", ")})`,
    );
  return { name: init, initialiser: initialisers[init] };
}

/** The rows that were missed, as the fallback makes them, or the mean. */
async function fallBack(
  growing: Growing,
  initialise: Initialiser["initialise"],
  missed: number[],
  rows: Float32Array,
): Promise<void> {
  const width = growing.mean.length;
  const made = new Float32Array(missed.length * width);
  const newIds = Int32Array.from(missed, (n) => growing.newIds[n]!);
  const again: number[] = [];
  await initialise({ ...growing, newIds, miss: (n) => void again.push(n) }, made);
  for (const n of again) made.set(growing.mean, n * width);
  missed.forEach((n, at) => rows.set(made.subarray(at * width, (at + 1) * width), n * width));
}
