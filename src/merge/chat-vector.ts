/**
 * The chat vector (Huang et al. 2023, https://arxiv.org/abs/2310.04799): what instruction tuning added to the base model is
 * added to the base model that went on to learn a language: adapted + scale · (chat − base). For a token that base or chat
 * does not know there is nothing to add, so its row stays as adapted.
 */
import type { LanguageModel, NdArray, Weights } from "../types.js";
import { checkAlike, isTable, rowsOf, sharedIds, withRows } from "./tables.js";

export interface ChatVectorOptions {
  /** Tuned from `base`. */
  chat: LanguageModel;
  base: LanguageModel;
  /** Trained on from `base`, its vocabulary extended or not. */
  adapted: LanguageModel;
  /** Defaults to 1. */
  scale?: number;
}

export function chatVector(options: ChatVectorOptions): LanguageModel {
  const { chat, base, adapted, scale = 1 } = options;
  if (!Number.isFinite(scale)) throw new Error(`chatVector: invalid scale: ${scale} (a number)`);
  checkAlike("chatVector", { adapted, chat, base });
  const ids = sharedIds(base.tokenizer, chat.tokenizer, adapted.tokenizer);
  const add = (to: NdArray, name: string, part: (table: NdArray) => NdArray): NdArray => {
    const [tuned, untuned] = [part(chat.weights[name]!), part(base.weights[name]!)];
    return { shape: to.shape, data: to.data.map((value, i) => value + scale * (tuned.data[i]! - untuned.data[i]!)) };
  };
  const merged = (name: string): NdArray => {
    const from = adapted.weights[name]!;
    if (!isTable(adapted.config, name)) return add(from, name, (whole) => whole);
    return withRows(
      from,
      ids,
      add(rowsOf(from, ids), name, (table) => rowsOf(table, ids)),
    );
  };
  const weights: Weights = Object.fromEntries(Object.keys(adapted.weights).map((name) => [name, merged(name)]));
  return { config: { ...adapted.config }, weights, tokenizer: adapted.tokenizer, origin: adapted.origin };
}
