/**
 * A model for a trimmed tokenizer: the rows of the tokens that stay, gathered by id, in the input table and in an untied
 * head; every other weight is the same array (Ushio et al. 2023, "vocabulary trimming"). The logits of tokens that stay are
 * the same bits, for texts made of them; their probabilities rise, for fewer tokens share the sum.
 */
import type { LanguageModel, NdArray, Tokenizer } from "../types.js";

export interface TrimOptions {
  base: LanguageModel;
  /** What `vocab.trim` gave for the base's tokenizer: for each new id the old one. */
  trimmed: { tokenizer: Tokenizer; oldIds: ArrayLike<number> };
  /** The number of rows becomes a multiple of this; padding is the mean of the rows. Defaults to 1. */
  padTo?: number;
}

export interface TrimmedModel extends LanguageModel {
  report: {
    /** Parameters of the tables (a tied one counted once) and of the model. */
    before: { embedding: number; total: number };
    after: { embedding: number; total: number };
  };
}

export function trim({ base, trimmed, padTo = 1 }: TrimOptions): TrimmedModel {
  const { tokenizer, oldIds } = trimmed;
  if (!(Number.isInteger(padTo) && padTo > 0))
    throw new RangeError(`trim: invalid padTo: ${padTo} (an integer from 1)`);
  if (!(oldIds.length === tokenizer.size))
    throw new Error(`trim: invalid oldIds: ${oldIds.length} for a tokenizer of ${tokenizer.size}`);
  for (let id = 0; id < oldIds.length; id++)
    if (tokenizer.tokenOf(id) !== base.tokenizer.tokenOf(oldIds[id]!))
      throw new Error(
        `trim: invalid oldIds: ${JSON.stringify(tokenizer.tokenOf(id))} would get the row of ${JSON.stringify(base.tokenizer.tokenOf(oldIds[id]!))} (trim the base's own tokenizer)`,
      );
  const rows = Math.ceil(tokenizer.size / padTo) * padTo;
  const names = base.config.tied ? [embedding] : [embedding, head];
  const weights = { ...base.weights };
  for (const name of names) weights[name] = gathered(base, name, oldIds, rows);
  const model = { config: { ...base.config, vocabSize: rows }, weights, tokenizer, origin: base.origin };
  return { ...model, report: { before: sizeOf(base, names), after: sizeOf(model, names) } };
}

const embedding = "model.embed_tokens.weight";
const head = "lm_head.weight";

function gathered({ weights, config }: LanguageModel, name: string, ids: ArrayLike<number>, rows: number): NdArray {
  const table = weights[name];
  const width = config.width;
  if (table?.shape[0] !== config.vocabSize || table.shape[1] !== width)
    throw new Error(
      `trim: invalid base: ${name} is ${table ? `[${table.shape}]` : "missing"} (its config says [${config.vocabSize},${width}])`,
    );
  const data = new Float32Array(rows * width);
  const mean = new Float64Array(width);
  for (let id = 0; id < ids.length; id++) {
    const row = table.data.subarray(ids[id]! * width, (ids[id]! + 1) * width);
    data.set(row, id * width);
    for (let j = 0; j < width; j++) mean[j]! += row[j]! / ids.length;
  }
  for (let row = ids.length; row < rows; row++) data.set(mean, row * width);
  return { shape: [rows, width], data };
}

function sizeOf({ weights }: LanguageModel, names: string[]): { embedding: number; total: number } {
  const count = (wanted: string[]): number => wanted.reduce((sum, name) => sum + weights[name]!.data.length, 0);
  return { embedding: count(names), total: count(Object.keys(weights)) };
}
