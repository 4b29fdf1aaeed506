/** A model made of others in memory. `checkpoint.merge` does the same from folder to folder. */
import { tablesOf } from "../architecture/index.js";
import { rng as seeded, type Rng } from "../rng.js";
import type { LanguageModel, Weights } from "../types.js";
import { mergedTensors } from "./pieces.js";
import { widest } from "./tokens.js";
import type { MergeMethod, Source } from "./types.js";

export interface MergeOptions {
  /** In the order of the method's weights. */
  models: readonly LanguageModel[];
  /** What methods of deltas count from, which need one. */
  base?: LanguageModel;
  method: MergeMethod;
  /** For methods that draw; defaults to seed 0. */
  rng?: Rng;
}

/**
 * The result is but for its numbers the base, or the first of the models, or whichever is the first to have all tokens. Rows of
 * tokens that another model lacks are kept. Where one has a head of its own, all have one: of tied models, their table.
 */
export function merge({ models, base, method, rng = seeded(0) }: MergeOptions): LanguageModel {
  const all = [...(base ? [base] : []), ...models];
  if (models.length === 0) throw new Error("merge: invalid models: none");
  const tied = all.every(({ config }) => config.tied);
  const names = new Map(
    all.map((model) => [model, model === base ? "the base" : `number ${models.indexOf(model) + 1}`]),
  );
  const sources = new Map(all.map((model) => [model, sourceOf(model, names.get(model)!, tied)]));
  const source = widest("merge", [...new Set(sources.values())], "extend one tokenizer from the other");
  const from = all.find((model) => sources.get(model) === source)!;
  const { tokenizer, config } = from;
  const weights: Weights = {};
  const inputs = {
    ...{
      caller: "merge",
      base: base && sources.get(base)!,
      models: models.map((model) => sources.get(model)!),
      method,
      rng,
    },
    frame: { source, tokenizer, rows: config.vocabSize },
  };
  for (const { name, shape, merged } of mergedTensors(inputs)) {
    weights[name] = { shape: [...shape], data: new Float32Array(shape.reduce((size, one) => size * one, 1)) };
    for (const { begin, numbers } of merged()) weights[name].data.set(numbers, begin);
  }
  return { config: { ...config, tied }, weights, tokenizer, origin: from.origin };
}

function sourceOf({ config, weights, tokenizer }: LanguageModel, name: string, tied: boolean): Source {
  const { embedding, head, headBias } = tablesOf({ ...config, tied: false });
  const own = !tied && config.tied && head ? { [head]: weights[embedding]! } : {};
  const tensors = Object.entries({ ...weights, ...own }).map(([key, { shape, data }]) => [
    key,
    { shape, read: (begin: number, end: number) => data.subarray(begin, end) },
  ]);
  const tables = [embedding, head, headBias].filter((table) => table !== undefined);
  return { name, config, tokenizer, tables, tensors: Object.fromEntries(tensors) as Source["tensors"] };
}
