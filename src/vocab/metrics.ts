/**
 * The measures of one tokenizer on one language: how long, how broken, how evenly. Ratios are of sums over all documents
 * unless they say macro; special tokens are not counted. Words follow a named rule and are spelled as they are after a
 * blank, or at the start of a line (Rust et al. 2021; Petrov et al. 2023; Zouhar et al. 2023).
 */
import { breathe } from "../breathe.js";
import type { Profile } from "./profile.js";
import { renyiEfficiency } from "./renyi.js";
import type { WordRule } from "./word-rules.js";
import type { Tokenizer } from "../types.js";

/** Counts add up; the other numbers do not. */
export interface Metrics {
  documents: number;
  tokens: number;
  /** UTF-8 bytes. */
  bytes: number;
  /** Unicode code points. */
  chars: number;
  words: number;
  /** Tokens per word, tokens between words included; 1 is the best a tokenizer that splits at blanks can do. */
  fertility: number;
  /** Share of words that are spelled with two or more tokens (proportion of continued words). */
  continuedWords: number;
  /** Share of word types that are one token: STRR, which is published in percent. */
  singleTokenTypes: number;
  charsPerToken: number;
  bytesPerToken: number;
  /** Mean over documents of each one's bytes per token. */
  bytesPerTokenMacro: number;
  /** Share of tokens that are the unknown token. */
  unknown: number;
  /** Share of tokens that stand for a single byte for want of better. */
  byteFallback: number;
  /** Likewise, the bytes above 0x7F alone. */
  nonAsciiBytes: number;
  /** Different tokens that occur, over the vocabulary's size. */
  utilisation: number;
  /** Rényi efficiency at the order asked for, and Shannon's, over the tokens that occur. */
  renyi: number;
  shannon: number;
}

export interface Measuring {
  profile: Profile;
  documents: string[];
  rule: WordRule;
  /** Word types for `singleTokenTypes`, spelled after a blank; defaults to the different words of the documents. */
  types?: string[] | undefined;
  alpha: number;
  signal?: AbortSignal | undefined;
}

export interface Measured {
  metrics: Metrics;
  /** Tokens of each document. */
  lengths: number[];
  /** Occurrences by id. */
  counts: Map<number, number>;
}

export async function measure(measuring: Measuring): Promise<Measured> {
  const { profile, documents, alpha, signal } = measuring;
  const { tokenizer, size, unknown, bytes: single } = profile;
  const encoded = await encodeAll(tokenizer, documents, signal);
  const lengths = encoded.map((ids) => ids.length);
  const counts = new Map<number, number>();
  for (const ids of encoded) for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const sizes = documents.map((text) => utf8.encode(text).length);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  let chars = 0;
  for (const text of documents) for (const _ of text) chars++;
  const { words, continued, types, whole } = await spellWords(measuring);
  const occurrences = (wanted: (id: number) => boolean): number =>
    [...counts].reduce((sum, [id, count]) => sum + (wanted(id) ? count : 0), 0);
  const perDocument = sizes.flatMap((length, i) => (lengths[i]! > 0 ? [length / lengths[i]!] : []));
  const metrics: Metrics = {
    documents: documents.length,
    tokens,
    bytes,
    chars,
    words,
    fertility: tokens / words,
    continuedWords: continued / words,
    singleTokenTypes: whole / types,
    charsPerToken: chars / tokens,
    bytesPerToken: bytes / tokens,
    bytesPerTokenMacro: perDocument.reduce((sum, ratio) => sum + ratio, 0) / perDocument.length,
    unknown: occurrences((id) => id === unknown) / tokens,
    byteFallback: occurrences((id) => single.has(id)) / tokens,
    nonAsciiBytes: occurrences((id) => (single.get(id) ?? 0) > 0x7f) / tokens,
    utilisation: counts.size / size,
    renyi: renyiEfficiency({ counts: counts.values(), alpha }),
    shannon: renyiEfficiency({ counts: counts.values(), alpha: 1 }),
  };
  return { metrics, lengths, counts };
}

const utf8 = new TextEncoder();

interface Spelled {
  words: number;
  continued: number;
  types: number;
  whole: number;
}

/** Each different word is spelled once. */
async function spellWords({ profile, documents, rule, types, signal }: Measuring): Promise<Spelled> {
  const { tokenizer, blank } = profile;
  const occurrences = new Map<string, number>();
  /** Spelling of each type: after a blank where it ever stands after one, as is where the language writes none. */
  const listed = new Map<string, string>(types?.map((word) => [word, blank ? word : ` ${word}`]));
  for (const text of documents)
    for (const word of rule.wordsOf(text)) {
      const spelling = word.spaced && !blank ? ` ${word.text}` : word.text;
      occurrences.set(spelling, (occurrences.get(spelling) ?? 0) + 1);
      if (!types && (word.spaced || !listed.has(word.text))) listed.set(word.text, spelling);
    }
  const forms = [...occurrences.keys()];
  const runs = await encodeAll(tokenizer, forms, signal);
  let [words, continued] = [0, 0];
  forms.forEach((form, i) => {
    words += occurrences.get(form)!;
    if (runs[i]!.length > 1) continued += occurrences.get(form)!;
  });
  const whole = (await encodeAll(tokenizer, [...listed.values()], signal)).filter((ids) => ids.length === 1).length;
  return { words, continued, types: listed.size, whole };
}

async function encodeAll(tokenizer: Tokenizer, texts: string[], signal: AbortSignal | undefined): Promise<number[][]> {
  const encoded: number[][] = [];
  for (let from = 0; from < texts.length; from += 1024) {
    for (const ids of await tokenizer.encodeBatch(texts.slice(from, from + 1024))) encoded.push(ids);
    await breathe(signal);
  }
  return encoded;
}
