/**
 * Vectors of tokens in a space of words: where parts of words were learned, from the parts of the token's own text (WECHSEL's
 * first way), else the mean of the words whose spelling contains the token (its second, and OFA's). Both languages come out in one space: the dictionary turns the base's words onto the new language's.
 */
import { need, type WordVectors } from "./evidence.js";
import { composed } from "./grams.js";
import { plain, rowsOf, transpose, type Matrix, type Numerics } from "./matmul.js";
import { procrustes } from "./procrustes.js";
import type { Growing } from "./types.js";
import type { Tokenizer } from "../types.js";

export interface TokensFromWordsOptions {
  words: WordVectors;
  tokenizer: Tokenizer;
  /** What a word counts in the mean: its number of occurrences (WECHSEL), or one (OFA). Defaults to "occurrences". */
  weight?: "occurrences" | "one";
  /** Whether words are also spelled with a capital letter (OFA). Defaults to false. */
  capitals?: boolean;
}

/** A row per id, [tokenizer.size, dim]; zeros for a token that has none. Each word is spelled with and without a space before it. */
export async function tokensFromWords(options: TokensFromWordsOptions): Promise<Matrix> {
  const { words, tokenizer, weight = "occurrences", capitals = false } = options;
  const dim = checked("tokensFromWords", words);
  if (words.grams && weight === "occurrences") return fromParts(words, words.grams, tokenizer);
  const sums = new Float64Array(tokenizer.size * dim);
  const weights = new Float64Array(tokenizer.size);
  const forms = words.words.map((word) => [word, ` ${word}`, ...(capitals ? [title(word), ` ${title(word)}`] : [])]);
  const spelled = await tokenizer.encodeBatch(forms.flat());
  let at = 0;
  forms.forEach((variants, n) => {
    const share = weight === "one" ? 1 : words.counts[n]!;
    for (const _ of variants)
      for (const id of new Set(spelled[at++]!)) {
        weights[id]! += share;
        for (let j = 0; j < dim; j++) sums[id * dim + j]! += share * words.vectors.data[n * dim + j]!;
      }
  });
  const data = Float32Array.from(sums, (sum, i) => {
    const total = weights[Math.floor(i / dim)]!;
    return total > 0 ? sum / total : 0;
  });
  return { shape: [tokenizer.size, dim], data };
}

/** Base and target tokens in one space, from `evidence.words`, and `evidence.dictionary` unless both are one space already. */
export async function sharedSpace(
  caller: string,
  growing: Growing,
  options: Pick<TokensFromWordsOptions, "weight" | "capitals"> = {},
): Promise<{ base: Matrix; target: Matrix }> {
  const { base, tokenizer, evidence } = growing;
  const words = need(caller, evidence, "words");
  const aligned =
    words.base === words.target
      ? words.base
      : await alignWords({ ...words, dictionary: need(caller, evidence, "dictionary"), numerics: growing });
  return {
    base: await tokensFromWords({ words: aligned, tokenizer: base, ...options }),
    target: await tokensFromWords({ words: words.target, tokenizer, ...options }),
  };
}

export interface AlignWordsOptions {
  base: WordVectors;
  target: WordVectors;
  /** [word of the base's language, word of the new language]. */
  dictionary: readonly (readonly [string, string])[];
  numerics?: Numerics;
}

/**
 * The base's words, turned so that translations come closest to each other (WECHSEL, §3.1). Each pair counts in all nine
 * combinations of as written, lower case and title case; where two of them are the same it counts twice, as in the paper's code.
 */
export async function alignWords(options: AlignWordsOptions): Promise<WordVectors> {
  const { base, target, dictionary, numerics = plain } = options;
  const dim = checked("alignWords", base);
  if (!(checked("alignWords", target) === dim))
    throw new Error(
      `alignWords: invalid vectors: ${dim} and ${target.vectors.shape[1]} wide (train both with one dim)`,
    );
  const [from, to] = [base, target].map(({ words }) => new Map(words.map((word, n) => [word, n])));
  const pairs: [number, number][] = [];
  for (const [a, b] of dictionary)
    for (const x of [a, a.toLowerCase(), title(a)])
      for (const y of [b, b.toLowerCase(), title(b)]) {
        const [i, j] = [from!.get(x), to!.get(y)];
        if (i !== undefined && j !== undefined) pairs.push([i, j]);
      }
  if (pairs.length === 0)
    throw new Error(`alignWords: invalid dictionary: none of its ${dictionary.length} pairs has vectors of both words`);
  const x = rowsOf(
    base.vectors,
    pairs.map(([i]) => i),
  );
  const y = rowsOf(
    target.vectors,
    pairs.map(([, j]) => j),
  );
  const rotation = procrustes(x, y);
  const back = transpose({ shape: rotation.shape, data: Float32Array.from(rotation.data) });
  const { grams } = base;
  return {
    ...base,
    vectors: await numerics.matmul(base.vectors, back),
    ...(grams && { grams: { ...grams, vectors: await numerics.matmul(grams.vectors, back) } }),
  };
}

/** Text of a token without the spaces around it: a known word has its own vector, half a character none. */
function fromParts(words: WordVectors, grams: NonNullable<WordVectors["grams"]>, tokenizer: Tokenizer): Matrix {
  const dim = words.vectors.shape[1]!;
  const known = new Map(words.words.map((word, n) => [word, n]));
  const data = new Float32Array(tokenizer.size * dim);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let id = 0; id < tokenizer.size; id++) {
    if (tokenizer.tokenOf(id) === undefined) continue;
    let text: string;
    try {
      text = decoder.decode(tokenizer.bytesOf(id)).trim();
    } catch {
      continue; // a part of a character says nothing
    }
    const word = known.get(text);
    if (word !== undefined) data.set(words.vectors.data.subarray(word * dim, (word + 1) * dim), id * dim);
    else if (text !== "") data.set(composed(grams, text), id * dim);
  }
  return { shape: [tokenizer.size, dim], data };
}

/** Each run of letters with a capital first and small letters after. */
function title(word: string): string {
  return word.replace(/\p{L}+/gu, (run) => {
    const [first = ""] = run;
    return first.toUpperCase() + run.slice(first.length).toLowerCase();
  });
}

/** The width of the vectors, if there is one for each word. */
function checked(caller: string, { words, vectors, counts }: WordVectors): number {
  const [count, dim] = [vectors.shape[0]!, vectors.shape[1]!];
  if (!(count === words.length && counts.length === count && vectors.data.length === count * dim && dim > 0))
    throw new Error(
      `${caller}: invalid words: ${words.length} with ${counts.length} counts and vectors [${vectors.shape}]`,
    );
  return dim;
}
