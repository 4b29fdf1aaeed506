/**
 * The tables of a model, rewritten for another tokenizer: shared rows are copied bit for bit, new rows are as the
 * initialiser makes them, padding gets the mean, because a row of zeros has logit 0, which can be the largest. Rows are
 * addressed by id, never by position from the end, since new ids may fall on rows that were padding.
 */
import { mean } from "./mean.js";
import { trainedIds } from "./trained.js";
import { need, type Evidence } from "./evidence.js";
import { matmul as plain, type MatMul } from "./matmul.js";
import type { Growing, Grown, Initialiser, Shared, TableReport } from "./types.js";
import type { Rng } from "../rng.js";
import type { LanguageModel, NdArray, OnProgress, Tokenizer, Weights } from "../types.js";

export interface Rewriting {
  /** For error messages. */
  caller: string;
  base: LanguageModel;
  tokenizer: Tokenizer;
  /** The initialiser's name, for messages and the report. */
  name: string;
  initialiser: Initialiser;
  shared: Shared;
  newIds: Int32Array;
  untrained: ReadonlySet<number>;
  /** Rows of the new tables. */
  rows: number;
  evidence: Evidence;
  rng: Rng | undefined;
  /** Defaults to plain JavaScript. */
  matmul?: MatMul | undefined;
  signal: AbortSignal | undefined;
  onProgress: OnProgress | undefined;
}

const embedding = "model.embed_tokens.weight";
const head = "lm_head.weight";

export async function rewrite(options: Rewriting): Promise<Grown> {
  const { caller, base, tokenizer, name: init, initialiser, evidence, rng, rows, signal, onProgress } = options;
  const { shared, newIds, matmul = plain } = options;
  for (const piece of initialiser.needs ?? []) need(caller, evidence, piece);
  const weights: Weights = { ...base.weights };
  const { tied } = base.config;
  const names = tied ? [embedding] : [embedding, head];
  const tables: TableReport[] = [];
  for (const [done, name] of names.entries()) {
    signal?.throwIfAborted();
    const table = tableOf(caller, base, name);
    const oldIds = trainedIds(base.tokenizer, table, options.untrained);
    if (oldIds.length === 0) throw new Error(`${caller}: invalid base: no row of ${name} belongs to a trained token`);
    const missed: number[] = [];
    const fallbacks: Record<string, number> = {};
    const stream = (label: string) => (): Rng => {
      if (!rng) throw new Error(`${caller}: invalid rng: ${rng} ("${init}" draws; give it rng(seed))`);
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
      matmul,
      signal,
    };
    const drawn = new Float32Array(newIds.length * base.config.width);
    await initialiser.initialise(growing, drawn);
    if (missed.length > 0)
      await fallBack({ ...growing, rng: stream(`${name} fallback`) }, initialiser.fallback ?? mean, missed, drawn);
    weights[name] = assemble(growing, drawn, rows);
    tables.push({ table: name, fallbacks });
    onProgress?.({ label: "growing", done: done + 1, total: names.length });
  }
  const copied = shared.target.length;
  const report = { init, newIds, copied, padding: rows - copied - newIds.length, tables };
  return { config: { ...base.config, vocabSize: rows }, weights, tokenizer, report };
}

/** The rows that were missed, as the fallback makes them. */
async function fallBack(
  growing: Growing,
  initialise: Initialiser["initialise"],
  missed: number[],
  rows: Float32Array,
): Promise<void> {
  const width = growing.mean.length;
  const made = new Float32Array(missed.length * width);
  const newIds = Int32Array.from(missed, (n) => growing.newIds[n]!);
  const miss = (n: number, reason: string): never => {
    throw new Error(
      `grow: invalid fallback: none for ${JSON.stringify(growing.tokenizer.tokenOf(newIds[n]!))} (${reason})`,
    );
  };
  await initialise({ ...growing, newIds, miss }, made);
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

export function meanOf({ data, shape }: NdArray, ids: Int32Array): Float64Array {
  const width = shape[1]!;
  const mean = new Float64Array(width);
  for (const id of ids) for (let j = 0; j < width; j++) mean[j]! += data[id * width + j]!;
  return mean.map((sum) => sum / ids.length);
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
