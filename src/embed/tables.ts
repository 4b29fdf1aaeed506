/**
 * The tables of a model, rewritten for another tokenizer: shared rows are copied bit for bit, new rows are as the
 * initialiser makes them, padding gets the mean, because a row of zeros has logit 0, which can be the largest. Rows are
 * addressed by id, never by position from the end, since new ids may fall on rows that were padding.
 */
import { initialisers, type InitialiserName } from "./initialisers.js";
import { lengthOf, stretch } from "./magnitude.js";
import { mean, meanOf } from "./mean.js";
import { trainedIds } from "./trained.js";
import { need, type Evidence } from "./evidence.js";
import { plain, type Numerics } from "./matmul.js";
import type { Growing, Grown, Initialiser, Shared, TableReport } from "./types.js";
import type { Rng } from "../rng.js";
import type { LanguageModel, NdArray, OnProgress, Tokenizer, Weights } from "../types.js";

/** What growing and replacing a vocabulary have in common. */
export interface ChangeOptions {
  base: LanguageModel;
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

export interface Rewriting {
  /** For error messages. */
  caller: string;
  options: ChangeOptions;
  shared: Shared;
  newIds: Int32Array;
  /** The least number of rows. */
  rows: number;
}

const embedding = "model.embed_tokens.weight";
const head = "lm_head.weight";

export async function rewrite({ caller, options, shared, newIds, rows: least }: Rewriting): Promise<Grown> {
  const { base, tokenizer, init, evidence = {}, rng, padTo = 1, untrained = [], match, matchOutput = false } = options;
  const { numerics = plain, signal, onProgress } = options;
  const { name: method, initialiser } = initialiserOf(caller, init);
  if (!(Number.isInteger(padTo) && padTo > 0))
    throw new RangeError(`${caller}: invalid padTo: ${padTo} (an integer from 1)`);
  if (!(match === undefined || match === "mean" || match === "median"))
    throw new Error(`${caller}: invalid match: ${JSON.stringify(match)} ("mean" or "median")`);
  for (const piece of initialiser.needs ?? []) need(caller, evidence, piece);
  const rows = Math.max(least, Math.ceil(tokenizer.size / padTo) * padTo);
  const { width, tied } = base.config;
  const weights: Weights = { ...base.weights };
  const names = tied ? [embedding] : [embedding, head];
  const tables: TableReport[] = [];
  for (const [done, name] of names.entries()) {
    signal?.throwIfAborted();
    const table = tableOf(caller, base, name);
    const oldIds = trainedIds(base.tokenizer, table, new Set(untrained));
    if (oldIds.length === 0) throw new Error(`${caller}: invalid base: no row of ${name} belongs to a trained token`);
    const missed: number[] = [];
    const fallbacks: Record<string, number> = {};
    const stream = (label: string) => (): Rng => {
      if (!rng) throw new Error(`${caller}: invalid rng: ${rng} ("${method}" draws; give it rng(seed))`);
      return rng.fork(label);
    };
    const growing: Growing = {
      table,
      side: name === head ? "output" : "input",
      tied,
      oldIds,
      newIds,
      shared,
      base: base.tokenizer,
      tokenizer,
      mean: meanOf(table, oldIds),
      evidence,
      miss(n, reason) {
        missed.push(n);
        fallbacks[reason] = (fallbacks[reason] ?? 0) + 1;
      },
      rng: stream(name),
      ...numerics,
      signal,
    };
    const made = new Float32Array(newIds.length * width);
    await initialiser.initialise(growing, made);
    if (missed.length > 0)
      await fallBack({ ...growing, rng: stream(`${name} fallback`) }, initialiser.fallback ?? mean, missed, made);
    if (match !== undefined && (growing.side === "input" || matchOutput)) {
      const left = stretch(made, width, lengthOf(table, oldIds, match));
      if (left > 0) fallbacks["no direction, so its length was left"] = left;
    }
    const bad = made.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new Error(
        `${caller}: invalid init: ${method} gives ${made[bad]} for id ${newIds[Math.floor(bad / width)]}`,
      );
    weights[name] = assemble(growing, made, rows);
    tables.push({ table: name, fallbacks });
    onProgress?.({ label: "growing", done: done + 1, total: names.length });
  }
  const copied = shared.target.length;
  const same = tied && initialiser.tied !== undefined && { tied: initialiser.tied };
  const report = { init: method, ...same, newIds, copied, padding: rows - copied - newIds.length, tables };
  return { config: { ...base.config, vocabSize: rows }, weights, tokenizer, origin: base.origin, report };
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

/** The table of that name, which must have a finite row for each token. */
function tableOf(caller: string, { weights, config, tokenizer }: LanguageModel, name: string): NdArray {
  const table = weights[name];
  const [rows, width] = table?.shape ?? [];
  if (!table || rows !== config.vocabSize || width !== config.width || table.data.length !== rows * width)
    throw new Error(
      `${caller}: invalid base: ${name} is ${table ? `[${table.shape}]` : "missing"} (its config says [${config.vocabSize},${config.width}])`,
    );
  if (rows < tokenizer.size)
    throw new Error(
      `${caller}: invalid base: ${rows} rows for a tokenizer of ${tokenizer.size} (each token needs a row)`,
    );
  const bad = table.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new Error(
      `${caller}: invalid base: ${name} has ${table.data[bad]} in row ${Math.floor(bad / width)} (every number must be finite)`,
    );
  return table;
}

/** Padding is the mean, shared rows are copied, new rows are as drawn. */
function assemble({ table, shared, newIds, mean }: Growing, drawn: Float32Array, rows: number): NdArray {
  const width = mean.length;
  const data = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) data.set(mean, row * width);
  shared.target.forEach((id, n) => {
    const from = shared.base[n]! * width;
    data.set(table.data.subarray(from, from + width), id * width);
  });
  newIds.forEach((id, n) => data.set(drawn.subarray(n * width, (n + 1) * width), id * width));
  return { shape: [rows, width], data };
}
