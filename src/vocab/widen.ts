/** A tokenizer.json with more in it: new tokens numbered after the largest id, merges in the file's own spelling. */
import { bpeOf } from "./bpe.js";
import type { BpeJson, MergeJson, TokenizerJson } from "./format.js";
import type { Tokenizer } from "../types.js";

export interface Widening {
  /** New tokens in the order of their ids, which follow the largest of the base. */
  tokens: string[];
  /** All merges, strongest first; defaults to the base's. */
  merges?: [string, string][];
}

/** The base's added tokens stand in the vocabulary too: left out, the loader would renumber them. */
export function widened(base: Tokenizer, { tokens, merges }: Widening): TokenizerJson {
  const json = base.json as TokenizerJson;
  const { modelIds, size } = bpeOf(base);
  const vocab = new Map(modelIds);
  for (const { content, id } of json.added_tokens) vocab.set(content, id);
  tokens.forEach((token, i) => vocab.set(token, size + i));
  const model: BpeJson = { ...json.model, vocab: Object.fromEntries(vocab) };
  if (merges) model.merges = inSpellingOf(json.model.merges, merges);
  return { ...json, model };
}

/** Merges as pairs, or with a space between as old files have them. */
function inSpellingOf(known: MergeJson[], merges: [string, string][]): MergeJson[] {
  if (typeof known[0] !== "string") return merges;
  const spaced = merges.find(([left, right]) => left.includes(" ") || right.includes(" "));
  if (spaced)
    throw new Error(
      `widen: invalid merge: ${JSON.stringify(spaced)} (the base writes merges as "a b", which has no place for a space in a token)`,
    );
  return merges.map((merge) => merge.join(" "));
}
