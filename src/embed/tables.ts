/**
 * The tables of a model in memory, rewritten for another tokenizer: shared rows are copied bit for bit, the others are as
 * `newRows` makes them. Rows are addressed by id, never by position from the end, since new ids may fall on rows that were
 * padding.
 */
import { tablesOf } from "../architecture/index.js";
import { meanOf } from "./mean.js";
import { newRows, type InitOptions } from "./new-rows.js";
import { inMemory, type Table } from "./table.js";
import type { Grown, Shared } from "./types.js";
import type { LanguageModel, NdArray, Weights } from "../types.js";

/** What growing and replacing a vocabulary have in common. */
export interface ChangeOptions extends InitOptions {
  base: LanguageModel;
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

export async function rewrite({ caller, options, shared, newIds, rows: least }: Rewriting): Promise<Grown> {
  const { base, tokenizer } = options;
  const { embedding, head } = tablesOf(base.config);
  const named = (name: string): { name: string; table: Table } => ({ name, table: tableOf(caller, base, name) });
  const { rows, tables, report } = await newRows({
    caller,
    base: {
      tokenizer: base.tokenizer,
      input: named(embedding),
      output: head === undefined ? undefined : named(head),
    },
    options,
    shared,
    newIds,
    rows: least,
  });
  const weights: Weights = { ...base.weights, ...headBias(base, shared, rows) };
  for (const [name, { made, mean }] of Object.entries(tables)) {
    const { shape, data } = assemble(base.weights[name]!, shared, mean, rows);
    newIds.forEach((id, n) => data.set(made.subarray(n * mean.length, (n + 1) * mean.length), id * mean.length));
    weights[name] = { shape, data };
  }
  return { config: { ...base.config, vocabSize: rows }, weights, tokenizer, origin: base.origin, report };
}

/** The table of that name, which must have a row for each token. */
export function tableOf(caller: string, { weights, config, tokenizer }: LanguageModel, name: string): Table {
  const table = weights[name];
  const [rows, width] = table?.shape ?? [];
  const wanted = config.embeddingWidth ?? config.width;
  if (!table || rows !== config.vocabSize || width !== wanted || table.data.length !== rows * width)
    throw new Error(
      `${caller}: invalid base: ${name} is ${table ? `[${table.shape}]` : "missing"} (its config says [${config.vocabSize},${wanted}])`,
    );
  if (rows < tokenizer.size)
    throw new Error(
      `${caller}: invalid base: ${rows} rows for a tokenizer of ${tokenizer.size} (each token needs a row)`,
    );
  return inMemory(table);
}

/** The bias of a head, where it has one: shared tokens keep theirs, for all others it is their mean. */
export function headBias({ config, weights }: LanguageModel, shared: Shared, rows: number): Weights {
  const { headBias: name } = tablesOf(config);
  if (name === undefined) return {};
  const { data } = weights[name]!;
  const column = { shape: [data.length, 1], data };
  return { [name]: { ...assemble(column, shared, meanOf(inMemory(column), shared.base), rows), shape: [rows] } };
}

/** Shared rows at their new places; all others are the mean. */
export function assemble(table: NdArray, shared: Shared, mean: Float64Array, rows: number): NdArray {
  const width = mean.length;
  const data = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) data.set(mean, row * width);
  shared.target.forEach((id, n) => {
    const from = shared.base[n]! * width;
    data.set(table.data.subarray(from, from + width), id * width);
  });
  return { shape: [rows, width], data };
}
