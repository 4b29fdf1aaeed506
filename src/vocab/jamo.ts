/**
 * Units below the syllable: a tokenizer whose normaliser takes characters apart (Unicode's NFD), Korean syllables into their
 * consonants and vowels, so that a merge may join a stem with the consonant that an ending begins with (KR-BERT, Lee et al. 2020,
 * https://arxiv.org/abs/2008.03979). What it decodes is put together again (NFC): a text in composed form comes back as it was,
 * one that is not comes back composed. Hugging Face's library encodes alike and has no decoder that composes: its text says
 * the same in parts until it is normalised.
 */
import { leaves, type ModelJson, type StageJson, type TokenizerJson } from "./format.js";

export const apart: StageJson = { type: "NFD" };

/** GPT-2's words where a letter may have marks behind it. */
export const wordsWithMarks =
  "'s|'t|'re|'ve|'m|'ll|'d| ?[\\p{L}\\p{M}]+| ?\\p{N}+| ?[^\\s\\p{L}\\p{M}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** Whether the tokenizer takes characters apart and leaves all parts in. */
export const takesApart = ({ normalizer }: TokenizerJson<ModelJson>): boolean => {
  const types = leaves(normalizer).map(({ type }) => type);
  return types.at(-1) === "NFD" && !types.includes("StripAccents");
};
