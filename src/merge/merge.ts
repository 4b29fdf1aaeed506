/** A model made of others in memory. `checkpoint.merge` does the same from folder to folder. */
import { tablesOf } from "../architecture/index.js";
import { rng as seeded, type Rng } from "../rng.js";
import type { LanguageModel, Weights } from "../types.js";
import { baseOf } from "./align.js";
import { mergedTensors } from "./pieces.js";
import type { MergeMethod, Source } from "./types.js";

export interface MergeOptions {
  /** In the order of the method's weights. */
  models: readonly LanguageModel[];
  /** What the result is but for its numbers, and what methods of deltas count from, which need one; defaults to the first of the models. */
  base?: LanguageModel;
  method: MergeMethod;
  /** For methods that draw; defaults to seed 0. */
  rng?: Rng;
}

/** The base's tokens that another model lacks keep their rows. */
export function merge({ models, base, method, rng = seeded(0) }: MergeOptions): LanguageModel {
  const from = baseOf("merge", { base, models, method });
  const own = sourceOf(from, "the base");
  const sources = models.map((model, n) => (model === from ? own : sourceOf(model, `number ${n + 1}`, from)));
  const weights: Weights = {};
  for (const { name, merged } of mergedTensors({ caller: "merge", base: own, models: sources, method, rng })) {
    const { shape, data } = from.weights[name]!;
    weights[name] = { shape: [...shape], data: data.slice() };
    for (const { begin, numbers } of merged()) weights[name].data.set(numbers, begin);
  }
  return { config: { ...from.config }, weights, tokenizer: from.tokenizer, origin: from.origin };
}

/** A tied model has its table for a head beside a base that has a head of its own. */
function sourceOf({ config, weights, tokenizer }: LanguageModel, name: string, base?: LanguageModel): Source {
  const { embedding, head, headBias } = tablesOf({ ...config, tied: false });
  const tied = config.tied && base?.config.tied === false && head ? { [head]: weights[embedding]! } : {};
  const tensors = Object.entries({ ...tied, ...weights }).map(([key, { shape, data }]) => [
    key,
    { shape, read: (begin: number, end: number) => data.subarray(begin, end) },
  ]);
  const tables = [embedding, head, headBias].filter((table) => table !== undefined);
  return { name, config, tokenizer, tables, tensors: Object.fromEntries(tensors) as Source["tensors"] };
}
