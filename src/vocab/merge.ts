/**
 * Two tokenizers in one: the base's tokens with their ids, and after them the auxiliary's that the base lacks. Byte-level:
 * the auxiliary's merges in their order, before the base's or after them. SentencePiece-style: merges anew from the pieces,
 * the new ones outranking all others (score 0, Chinese-LLaMA, Cui et al. 2023, arXiv 2304.08177) or following them.
 * What it breaks: "prepend" changes how old text is spelled, wherever an auxiliary merge fits it; "append" leaves tokens that
 * no text encodes to, for the base's merges come first and take their parts. `unreachable` names those. A base that ignores
 * merges for whole words (Llama 3) hands out new tokens for those under both.
 */
import { bpeOf } from "./tables.js";
import { partsOf, type TokenizerJson } from "./format.js";
import { generateMerges } from "./generate-merges.js";
import { accept } from "./parse.js";
import { byteOfToken } from "./sentencepiece.js";
import { widened } from "./widen.js";
import type { Tokenizer } from "../types.js";

export interface MergeOptions {
  base: Tokenizer;
  /** A tokenizer of the same family, e.g. trained on the new language. */
  auxiliary: Tokenizer;
  /** Where the auxiliary's merges stand. Defaults to "append". */
  order?: "append" | "prepend";
  /** At most so many tokens, in the order of the auxiliary's ids. Defaults to all that the base lacks. */
  newTokens?: number;
}

export function merge(options: MergeOptions): Tokenizer {
  const { base, auxiliary, order = "append", newTokens = Infinity } = options;
  if (!(order === "append" || order === "prepend"))
    throw new Error(`merge: invalid order: ${String(order)} ("append" or "prepend")`);
  if (!(newTokens >= 0)) throw new RangeError(`merge: invalid newTokens: ${newTokens} (0 or more)`);
  const [ours, theirs] = [bpeOf(base, "merge").family, bpeOf(auxiliary, "merge").family];
  if (ours !== theirs) throw new Error(`merge: invalid auxiliary: ${theirs} (the base is ${ours})`);
  return combined(base, auxiliary, candidates(base, auxiliary).slice(0, newTokens), order);
}

/** The auxiliary's tokens that the base lacks, in order of their ids; no added tokens and no bytes. */
export function candidates(base: Tokenizer, auxiliary: Tokenizer): string[] {
  const added = new Set((auxiliary.json as TokenizerJson).added_tokens.map(({ content }) => content));
  return [...bpeOf(auxiliary, "merge").modelIds]
    .sort(([, a], [, b]) => a - b)
    .map(([token]) => token)
    .filter((token) => !added.has(token) && base.idOf(token) === undefined && byteOfToken(token) < 0);
}

/** The base with `tokens`, and the merges for them that `auxiliary` has. */
export function combined(
  base: Tokenizer,
  auxiliary: Tokenizer,
  tokens: string[],
  order: "append" | "prepend",
  first: [string, string][] = [],
): Tokenizer {
  const bpe = bpeOf(base, "merge");
  const known = (base.json as TokenizerJson).model.merges.map(partsOf);
  const merges =
    bpe.family === "sentencepiece"
      ? regenerated(base, known, tokens, order)
      : joined(known, [...first, ...inOrder(auxiliary)], new Set([...bpe.modelIds.keys(), ...tokens]), order);
  return accept(widened(base, { tokens, merges }), { endOfText: base.tokenOf(base.endOfText)! });
}

/** A pair that both have stands where it counts most: a repeated merge would count where it stands last. */
function joined(
  known: [string, string][],
  others: [string, string][],
  vocabulary: Set<string>,
  order: "append" | "prepend",
): [string, string][] {
  const fit = others.filter((pair) => [...pair, pair.join("")].every((token) => vocabulary.has(token)));
  const seen = new Set<string>();
  return (order === "append" ? [...lastOf(known), ...fit] : [...fit, ...lastOf(known)]).filter((pair) => {
    const key = keyOf(pair);
    return !seen.has(key) && seen.add(key);
  });
}

const keyOf = ([left, right]: [string, string]): string => `${left.length} ${left}${right}`;

const inOrder = (tokenizer: Tokenizer): [string, string][] =>
  lastOf((tokenizer.json as TokenizerJson).model.merges.map(partsOf));

/** Of merges that are there twice the last, which is the one that counts. */
function lastOf(merges: [string, string][]): [string, string][] {
  const last = new Map(merges.map((pair, rank) => [keyOf(pair), rank]));
  return last.size === merges.length ? merges : merges.filter((pair, rank) => last.get(keyOf(pair)) === rank);
}

/** Merges of new pieces, and those of old pieces that have a new half, which stand with the old piece's own. */
function regenerated(
  base: Tokenizer,
  known: [string, string][],
  tokens: string[],
  order: "append" | "prepend",
): [string, string][] {
  const { modelIds, size } = bpeOf(base, "merge");
  const fresh = new Map(tokens.map((token, i) => [token, size + i]));
  const ids = new Map([...modelIds, ...fresh]);
  for (const { content, special } of (base.json as TokenizerJson).added_tokens) if (special) ids.delete(content);
  const score = (i: number): number => (order === "prepend" ? 0 : -1 - i);
  const made = generateMerges({ ids, scores: new Map(tokens.map((token, i) => [token, score(i)])) });
  const last = new Map(known.map((pair, rank) => [pair.join(""), rank]));
  const old = known.flatMap((pair, rank) => {
    const piece = pair.join("");
    if (last.get(piece) !== rank || piece.length < 3) return [pair];
    const more = generateMerges({ ids, scores: new Map([[piece, 0]]) });
    return [pair, ...more.filter(([left, right]) => fresh.has(left) || fresh.has(right))];
  });
  return order === "append" ? [...old, ...made] : [...made, ...old];
}
