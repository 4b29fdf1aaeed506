/**
 * How many tokens each language gets in one shared vocabulary (Zheng et al. 2021, "VoCap"): each language's curve of average
 * log probability over vocabulary size, made concave, and then the largest next gain until the union is full.
 *
 * It differs from the paper in its candidates. There they are unigram SentencePiece models, one trained per size; here they
 * are the beginnings of one BPE vocabulary, which nest, so that one pass backwards over the merges gives every size. The
 * union's size is counted exactly, and its last tokens come from the language whose turn it was, not from English. The
 * tokenizer merges towards the tokens in the order in which they were chosen; the paper trains a unigram model on the pieces.
 */
import { alpCurve } from "./alp.js";
import { allocate, type Allocation, type Candidate } from "./allocate.js";
import { bpeOf } from "./tables.js";
import { symbolOf } from "./bytes.js";
import type { TokenizerJson } from "./format.js";
import { generateMerges } from "./generate-merges.js";
import { accept } from "./parse.js";
import { unreachable } from "./reach.js";
import { train } from "./train.js";
import type { OnProgress, Tokenizer } from "../types.js";

export interface VocapOptions {
  /** Documents by language; a sentence each for the paper's scale of the curve. */
  texts: Record<string, string[]>;
  /** Tokens in all, specials and bytes included. */
  size: number;
  /** Distance between two points of a curve. Defaults to 1000. */
  step?: number;
  /** The largest vocabulary that a language may have. Defaults to 50,000. */
  most?: number;
  /** Share of each language in what the model will read. Defaults to its share of the documents. */
  shares?: Record<string, number>;
  /** Weights are shares to this power, then made to add up to 1. Defaults to the paper's 0.7. */
  beta?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface VocapRow {
  language: string;
  /** Tokens of its own vocabulary that it got, shared ones included. */
  tokens: number;
  /** Average log probability per document at that size, in nats; nearer to 0 is better. */
  alp: number;
  weight: number;
}

export interface Vocap {
  tokenizer: Tokenizer;
  allocation: VocapRow[];
  /** Points of each language's curve, as measured. */
  curves: Record<string, Candidate>;
  /** Tokens of the union that its merges never make, because an earlier token takes their parts. */
  unreachable: number;
}

export async function vocap(options: VocapOptions): Promise<Vocap> {
  const { texts, size, step = 1000, most = 50_000, beta = 0.7, signal, onProgress } = options;
  const languages = Object.keys(texts);
  if (languages.length === 0) throw new Error("vocap: invalid texts: {} (name at least one language)");
  for (const [name, value] of Object.entries({ size, step, most }))
    if (!(Number.isInteger(value) && value > 0))
      throw new RangeError(`vocap: invalid ${name}: ${value} (a whole number of tokens)`);
  const documents = languages.reduce((sum, language) => sum + texts[language]!.length, 0);
  const shareOf = (language: string): number => options.shares?.[language] ?? texts[language]!.length / documents;
  const powers = languages.map((language) => shareOf(language) ** beta);
  const total = powers.reduce((sum, power) => sum + power, 0);
  if (!powers.every((power) => Number.isFinite(power) && power > 0))
    throw new RangeError(`vocap: invalid shares: ${languages.map(shareOf).join(", ")} (above 0, one per language)`);
  const learnt: Tokenizer[] = [];
  const candidates: Candidate[] = [];
  for (const [i, language] of languages.entries()) {
    onProgress?.({ label: "vocabulary curves", done: i, total: languages.length, note: language });
    const own = await train({ texts: texts[language]!, size: Math.min(most, size), ...(signal && { signal }) });
    const { sizes, alp } = await alpCurve({ tokenizer: own, texts: texts[language]!, step, signal });
    learnt.push(own);
    candidates.push({ tokens: bpeOf(own).tokens as string[], sizes, alp, weight: powers[i]! / total });
  }
  onProgress?.({ label: "vocabulary curves", done: languages.length, total: languages.length });
  const { taken, chosen } = allocate({ candidates, size });
  const tokenizer = united(learnt, chosen);
  return {
    tokenizer,
    allocation: languages.map((language, i) => ({
      language,
      tokens: taken[i]!,
      alp: candidates[i]!.alp[candidates[i]!.sizes.filter((each) => each <= taken[i]!).length - 1]!,
      weight: candidates[i]!.weight,
    })),
    curves: Object.fromEntries(languages.map((language, i) => [language, candidates[i]!])),
    unreachable: unreachable(tokenizer).length,
  };
}

/**
 * One tokenizer of the chosen stretches of several, ids in the order in which they were chosen. A token may be made in any
 * way from two others, the earlier first: with each language's own merges alone, four times as many tokens were lost.
 */
function united(learnt: Tokenizer[], chosen: Allocation["chosen"]): Tokenizer {
  const [first] = learnt as [Tokenizer];
  const json = first.json as TokenizerJson;
  const ids = new Map<string, number>();
  for (const { language, from, to } of chosen)
    for (const token of bpeOf(learnt[language]!).tokens.slice(from, to))
      if (!ids.has(token!)) ids.set(token!, ids.size);
  const atoms = new Set([...symbolOf, ...json.added_tokens.map(({ content }) => content)]);
  const scores = new Map([...ids].filter(([token]) => !atoms.has(token)).map(([token, id]) => [token, -id]));
  const model = { ...json.model, vocab: Object.fromEntries(ids), merges: generateMerges({ ids, scores }) };
  return accept({ ...json, model }, { endOfText: first.tokenOf(first.endOfText)! });
}
