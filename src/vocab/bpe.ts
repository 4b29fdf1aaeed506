/**
 * Byte-pair encoding as a row of `models.ts`, in its two families: ids, bytes and ranked merges, the same for both. Byte-level
 * (GPT-2, Llama 3, Qwen, our own) and SentencePiece-style (Llama 2, Mistral 7B, Gemma).
 */
import { mergedBytes } from "./apply-merges.js";
import { fromSymbols, symbolOf } from "./bytes.js";
import { decoded } from "./decode.js";
import { takesApart } from "./jamo.js";
import { encoderOf, type Encoder } from "./encoder.js";
import { show } from "../foreign.js";
import { familyOf, partsOf, type BpeJson, type MergeJson, type TokenizerJson } from "./format.js";
import { claimed } from "./model-ids.js";
import { namesOf } from "./names.js";
import { PairTable } from "./pairs.js";
import { byteOfToken, byteTokenOf, plain, underscore } from "./sentencepiece.js";
import type { Bpe, Checked, Merges, ModelRow } from "./types.js";

export const bpe: ModelRow = {
  summary: "byte-pair encoding: the pair of lowest rank is merged first",
  reference: "Sennrich et al. 2016, https://aclanthology.org/P16-1162",
  check(model, claim) {
    for (const key of ["continuing_subword_prefix", "end_of_word_suffix", "dropout"])
      if (model[key])
        throw new Error(`parse: invalid model.${key}: ${show(model[key])} (only plain BPE is read; null is expected)`);
    const modelIds = claimed(model["vocab"], claim);
    return { modelIds, merges: rankedMerges(model["merges"], modelIds) };
  },
  tables: (json, checked) => bpeTables(json as TokenizerJson, checked),
  restated(model, vocabulary, { merges }) {
    const known = (model as BpeJson).merges;
    const stays = (token: string): boolean => vocabulary.has(token);
    const kept = known.filter((merge) => {
      const [left, right] = partsOf(merge);
      return stays(left) && stays(right) && stays(left + right);
    });
    return {
      ...(model as BpeJson),
      vocab: Object.fromEntries(vocabulary),
      merges: merges ? inSpellingOf(known, merges) : kept,
    };
  },
};

function bpeTables(json: TokenizerJson, { modelIds, merges }: Checked): Bpe {
  const family = familyOf(json);
  if (!family)
    throw new Error(
      "parse: invalid tokenizer: neither a ByteLevel stage nor spaces written ▁ (BPE as in GPT-2, Llama 2 and 3, Qwen or Gemma is read)",
    );
  const names = namesOf(json, modelIds);
  const { tokens, added } = names;
  const pieces = family === "sentencepiece";
  const fallback = json.model.byte_fallback === true;
  const spell = pieces ? (token: string) => plain(token, fallback) : fromAlphabet;
  const bytes: (Uint8Array | undefined)[] = [];
  const bytesOf = (id: number): Uint8Array | undefined => {
    const token = tokens[id];
    if (token === undefined) return undefined;
    return (bytes[id] ??= !pieces && added.has(id) ? utf8.encode(token) : spell(token));
  };
  const unk = json.model.unk_token;
  let encoder: Encoder | undefined;
  const composes = takesApart(json);
  const made: Bpe = {
    kind: "BPE",
    family,
    ...names,
    bytesOf,
    byteIds: Int32Array.from(symbolOf, (symbol, byte) =>
      pieces ? byteTokenOf(byte, modelIds, fallback) : (modelIds.get(symbol) ?? -1),
    ),
    byteOf(id) {
      const token = tokens[id] ?? "";
      if (pieces) return fallback ? byteOfToken(token) : -1;
      return token.length === 1 && modelIds.has(token) ? (fromSymbols(token)?.[0] ?? -1) : -1;
    },
    unknown: typeof unk === "string" ? names.ids.get(unk) : undefined,
    isCharacter: (id) => (pieces ? [...tokens[id]!].length === 1 : tokens[id]!.length === 1),
    hasCharacters: () => true, // its merges begin with them
    byteFallback: pieces && fallback,
    merges: merges!,
    encode: (text) => (encoder ??= encoderOf(json, made))(text),
    spell: (raw) => mergedBytes(raw, made),
    decode: (ids) => (composes ? decoded(ids, made, json).normalize("NFC") : decoded(ids, made, json)),
    misread(text) {
      if (pieces)
        return text.includes(underscore) || byteOfToken(text) >= 0
          ? "the base reads it as a space or a byte"
          : undefined;
      // A decoder takes a string of the byte alphabet for bytes.
      return /[^\0-\x7f]/.test(text) && fromSymbols(text) ? "the base reads it as other bytes" : undefined;
    },
  };
  return made;
}

const utf8 = new TextEncoder();

const fromAlphabet = (token: string): Uint8Array => fromSymbols(token) ?? utf8.encode(token);

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

/** Of a pair that is there twice the last rank counts, as in Hugging Face's library. */
function rankedMerges(merges: unknown, ids: Map<string, number>): Merges {
  if (!Array.isArray(merges)) throw new Error(`parse: invalid model.merges: ${show(merges)} (a list is expected)`);
  const pairs = new PairTable(merges.length);
  const results: number[] = [];
  merges.forEach((merge: unknown, rank) => {
    const parts: unknown[] = typeof merge === "string" ? merge.split(" ") : Array.isArray(merge) ? merge : [];
    const [left, right] = parts;
    if (parts.length !== 2 || typeof left !== "string" || typeof right !== "string" || left === "" || right === "")
      throw new Error(
        `parse: invalid merge: ${show(merge)} at rank ${rank} (two tokens are expected, as ["a", "b"] or "a b")`,
      );
    const result = ids.get(left + right);
    const [leftId, rightId] = [ids.get(left), ids.get(right)];
    if (leftId === undefined || rightId === undefined || result === undefined) {
      const missing = [left, right, left + right].find((token) => !ids.has(token));
      throw new Error(
        `parse: invalid merge: ${show(merge)} at rank ${rank} needs ${show(missing)}, which is not in model.vocab`,
      );
    }
    pairs.set(leftId, rightId, rank);
    results.push(result);
  });
  return { pairs, results };
}
