/**
 * The table of a paper's tokenizer section: every measure of `metrics.ts` for tokenizers × languages, with what only a
 * comparison has: parity against a pivot language (Petrov et al. 2023) and compression against a base tokenizer.
 */
import { measure, type Measured, type Metrics } from "./metrics.js";
import { profileOf } from "./profile.js";
import { wordRules, type WordRuleName } from "./word-rules.js";
import type { OnProgress, Tokenizer } from "../types.js";

export interface CompareOptions {
  /** By name. A function is called when its turn comes and its tokenizer let go after it: large ones need not be held together. */
  tokenizers: Record<string, Tokenizer | (() => Promise<Tokenizer>)>;
  /** Documents by language. */
  texts: Record<string, string[]>;
  /** Names of the documents, in the same order: documents of one name are translations of each other. Without, no parity. */
  keys?: Record<string, string[]>;
  /** The language that parity is against. Defaults to the first of `texts`. */
  pivot?: string;
  /** The tokenizer that compression is against. Defaults to the first of `tokenizers`. */
  base?: string;
  /** Defaults to "white-space". */
  words?: WordRuleName;
  /** Word types for `singleTokenTypes`, by language, spelled after a blank. Defaults to the different words of the documents. */
  types?: Record<string, string[]>;
  /** Order of the Rényi efficiency. Defaults to 2.5. */
  alpha?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface ComparisonRow extends Metrics {
  tokenizer: string;
  language: string;
  /** Tokens over the pivot's tokens, on the documents that both languages have; null without keys or common documents. */
  parity: number | null;
  /** Documents that parity is over. */
  aligned: number;
  /** The base's tokens over this tokenizer's tokens on the same documents: above 1 is shorter. */
  compression: number;
  /** Of the tokens that the base lacks, the share that occurs; null where it lacks none. */
  utilisationOfNew: number | null;
}

/** Rows by tokenizer, then language, in the order given; the word rule used is the caller's to report. */
export async function compare(options: CompareOptions): Promise<ComparisonRow[]> {
  const { tokenizers, texts, keys, words = "white-space", types, alpha = 2.5, signal, onProgress } = options;
  const names = Object.keys(tokenizers);
  const languages = Object.keys(texts);
  const { pivot = languages[0], base = names[0] } = options;
  if (names.length === 0) throw new Error("compare: invalid tokenizers: {} (name at least one)");
  if (languages.length === 0) throw new Error("compare: invalid texts: {} (name at least one language)");
  const rule = Object.hasOwn(wordRules, words) ? wordRules[words] : undefined;
  if (!rule) throw new Error(`compare: invalid words: ${words} (one of ${Object.keys(wordRules).join(", ")})`);
  if (!languages.includes(pivot!)) throw new Error(`compare: invalid pivot: ${pivot} (one of ${languages.join(", ")})`);
  if (!names.includes(base!)) throw new Error(`compare: invalid base: ${base} (one of ${names.join(", ")})`);
  for (const language of languages)
    if (keys && keys[language]?.length !== texts[language]!.length)
      throw new Error(
        `compare: invalid keys: ${keys[language]?.length ?? "none"} for the ${texts[language]!.length} documents of ${language}`,
      );

  const given = tokenizers[base!]!;
  const reference = typeof given === "function" ? await given() : given;
  const known = new Set<string>();
  for (let id = 0; id < reference.size; id++) known.add(reference.tokenOf(id) ?? "");
  const rows = new Map<string, ComparisonRow[]>();
  const baseTokens = new Map<string, number>();
  let done = 0;
  for (const name of [base!, ...names.filter((each) => each !== base)]) {
    const entry = tokenizers[name]!;
    const tokenizer = name === base ? reference : typeof entry === "function" ? await entry() : entry;
    const profile = await profileOf(tokenizer);
    const fresh = newIds(tokenizer, known);
    const measured = new Map<string, Measured>();
    for (const language of languages) {
      onProgress?.({
        label: "measuring",
        done: done++,
        total: names.length * languages.length,
        note: `${name}, ${language}`,
      });
      const documents = texts[language]!;
      measured.set(language, await measure({ profile, documents, rule, types: types?.[language], alpha, signal }));
    }
    const ofTokenizer = languages.map((language): ComparisonRow => {
      const { metrics, counts, lengths } = measured.get(language)!;
      if (name === base) baseTokens.set(language, metrics.tokens);
      const pair = keys && alignedTokens(lengths, keys[language]!, measured.get(pivot!)!.lengths, keys[pivot!]!);
      const used = fresh.filter((id) => counts.has(id)).length;
      return {
        tokenizer: name,
        language,
        ...metrics,
        parity: pair && pair.documents > 0 ? pair.own / pair.pivot : null,
        aligned: pair?.documents ?? 0,
        compression: baseTokens.get(language)! / metrics.tokens,
        utilisationOfNew: fresh.length > 0 ? used / fresh.length : null,
      };
    });
    rows.set(name, ofTokenizer);
  }
  onProgress?.({ label: "measuring", done, total: done });
  return names.flatMap((name) => rows.get(name)!);
}

/** Ids of tokens that are not among `known`. */
function newIds(tokenizer: Tokenizer, known: Set<string>): number[] {
  const ids: number[] = [];
  for (let id = 0; id < tokenizer.size; id++) {
    const token = tokenizer.tokenOf(id);
    if (token !== undefined && !known.has(token)) ids.push(id);
  }
  return ids;
}

/** Tokens of the documents whose names both sides have. */
function alignedTokens(
  lengths: number[],
  keys: string[],
  pivotLengths: number[],
  pivotKeys: string[],
): { documents: number; own: number; pivot: number } {
  const places = new Map(pivotKeys.map((key, i) => [key, i]));
  const sum = { documents: 0, own: 0, pivot: 0 };
  keys.forEach((key, i) => {
    const place = places.get(key);
    if (place === undefined) return;
    sum.documents++;
    sum.own += lengths[i]!;
    sum.pivot += pivotLengths[place]!;
  });
  return sum;
}
