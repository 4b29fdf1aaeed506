/**
 * A model for a wider tokenizer: the same weights with rows for the new tokens. Rows are addressed by id, never by
 * position from the end, since new ids may fall on rows that were padding. Old tokens keep their rows bit for bit;
 * padding gets the mean, because a row of zeros has logit 0, which can be the largest.
 */
import { initialisers, type InitialiserName } from "./initialisers.js";
import type { Growing } from "./types.js";
import type { Rng } from "../rng.js";
import type { LanguageModel, NdArray, OnProgress, Tokenizer, Weights } from "../types.js";

export interface GrowOptions {
  base: LanguageModel;
  /** Has every token of the base's tokenizer at the same id, and more. */
  tokenizer: Tokenizer;
  init: InitialiserName;
  /** Needed by initialisers that draw. */
  rng?: Rng;
  /** The number of rows becomes a multiple of this, and never falls. Defaults to 1. */
  padTo?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

const embedding = "model.embed_tokens.weight";
const head = "lm_head.weight";

export async function grow(options: GrowOptions): Promise<LanguageModel> {
  const { base, tokenizer, init, rng, padTo = 1, signal, onProgress } = options;
  const initialiser = Object.hasOwn(initialisers, init) ? initialisers[init] : undefined;
  if (!initialiser)
    throw new Error(`grow: invalid init: ${JSON.stringify(init)} (one of ${Object.keys(initialisers).join(", ")})`);
  if (!(Number.isInteger(padTo) && padTo > 0))
    throw new RangeError(`grow: invalid padTo: ${padTo} (an integer from 1)`);
  const { oldIds, newIds } = compare(base.tokenizer, tokenizer);
  const rows = Math.max(base.config.vocabSize, Math.ceil(tokenizer.size / padTo) * padTo);
  const weights: Weights = { ...base.weights };
  const names = base.config.tied ? [embedding] : [embedding, head];
  for (const [done, name] of names.entries()) {
    signal?.throwIfAborted();
    const table = tableOf(base, name);
    const growing: Growing = {
      table,
      side: name === head ? "output" : "input",
      oldIds,
      newIds,
      base: base.tokenizer,
      tokenizer,
      mean: meanOf(table, oldIds),
      rng() {
        if (!rng) throw new Error(`grow: invalid rng: ${rng} ("${init}" draws; give it rng(seed))`);
        return rng.fork(name);
      },
    };
    const drawn = new Float32Array(newIds.length * base.config.width);
    initialiser.initialise(growing, drawn);
    weights[name] = assemble(growing, drawn, rows);
    onProgress?.({ label: "growing", done: done + 1, total: names.length });
  }
  return { config: { ...base.config, vocabSize: rows }, weights, tokenizer };
}

/** Which ids are old and which are new; an old token that moved or left is an error. */
function compare(base: Tokenizer, tokenizer: Tokenizer): { oldIds: Int32Array; newIds: Int32Array } {
  const oldIds: number[] = [];
  const newIds: number[] = [];
  for (let id = 0; id < Math.max(base.size, tokenizer.size); id++) {
    const token = base.tokenOf(id);
    if (token !== undefined) {
      if (tokenizer.tokenOf(id) !== token) {
        const now = tokenizer.idOf(token);
        throw new Error(
          `grow: invalid tokenizer: ${JSON.stringify(token)} has id ${id} in the base and ${now ?? "none"} here (extend the base's own tokenizer)`,
        );
      }
      oldIds.push(id);
    } else if (tokenizer.tokenOf(id) !== undefined) newIds.push(id);
  }
  if (oldIds.length === 0) throw new Error("grow: invalid base: its tokenizer has no tokens");
  return { oldIds: Int32Array.from(oldIds), newIds: Int32Array.from(newIds) };
}

function tableOf({ weights, config, tokenizer }: LanguageModel, name: string): NdArray {
  const table = weights[name];
  const [rows, width] = table?.shape ?? [];
  if (!table || rows !== config.vocabSize || width !== config.width || table.data.length !== rows * width)
    throw new Error(
      `grow: invalid base: ${name} is ${table ? `[${table.shape}]` : "missing"} (its config says [${config.vocabSize},${config.width}])`,
    );
  if (rows < tokenizer.size)
    throw new Error(`grow: invalid base: ${rows} rows for a tokenizer of ${tokenizer.size} (each token needs a row)`);
  return table;
}

function meanOf({ data, shape }: NdArray, ids: Int32Array): Float64Array {
  const width = shape[1]!;
  const mean = new Float64Array(width);
  for (const id of ids) for (let j = 0; j < width; j++) mean[j]! += data[id * width + j]!;
  return mean.map((sum) => sum / ids.length);
}

/** Padding is the mean, old rows are copied, new rows are as drawn. */
function assemble({ table, oldIds, newIds, mean }: Growing, drawn: Float32Array, rows: number): NdArray {
  const width = mean.length;
  const data = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) data.set(mean, row * width);
  for (const id of oldIds) data.set(table.data.subarray(id * width, (id + 1) * width), id * width);
  newIds.forEach((id, n) => data.set(drawn.subarray(n * width, (n + 1) * width), id * width));
  return { shape: [rows, width], data };
}
