/**
 * A Unigram tokenizer with more pieces, each with the logarithm of its share of the new texts' tokens for a score, and at
 * least a little more than the best that shorter pieces make of it: so that it is what its text is spelled with. Old pieces
 * keep their scores. What it breaks: words of the old language that have a new piece in them are split otherwise.
 */
import { extended } from "./extended.js";
import type { Extending } from "./extending.js";
import { learnPieces, missingCharacters, wordCounts, type Naming } from "./extend-pieces.js";
import type { TokenizerJson, UnigramJson } from "./format.js";
import { isPiece, keepsDigitsAlone } from "./piece.js";
import { byteOfToken, underscore } from "./sentencepiece.js";
import { bestPath, piecesOf } from "./viterbi.js";
import type { Tokenizer } from "../types.js";

export async function extendUnigram(options: Extending): Promise<Tokenizer> {
  const { base, maxLength = 16 } = options;
  const { model, added_tokens: added } = base.json as TokenizerJson<UnigramJson>;
  const reserved = new Set(added.map(({ content }) => content));
  const rules = { maxLength, digitsAlone: keepsDigitsAlone((token) => base.idOf(token) !== undefined) };
  const words = await wordCounts(naming, options);
  const { names, characters } = missingCharacters(naming, words, options);
  const alone = new Map(names.map(([name, count]) => [name, Math.log(count / characters)]));
  const start = extended(base, { tokens: [...alone.keys()], scores: alone });
  const allows = (name: string): boolean => !reserved.has(name) && byteOfToken(name) < 0 && isPiece(name, rules);
  const learned = await learnPieces({ start, naming, words, allows, extending: options });
  const shares = learned.names.map((name, i) => [name, Math.log(learned.times[i]! / learned.tokens)] as const);
  return extended(start, { tokens: learned.names, scores: scored(new Map([...model.vocab, ...alone]), shares) });
}

const utf8 = new TextEncoder();
/** Pieces are what they are called. */
const naming: Naming = {
  ofWord: (word) => word,
  characters: (name) => [...name],
  ofToken: (token) => token,
  toToken: (name) => name,
  bytesOf: (name) => utf8.encode(name.replaceAll(underscore, " ")),
};

/** By how much, in nats, a piece is preferred to the same text in shorter ones. */
const margin = 1e-3;

/** Scores of new pieces. Shorter ones first: only those can spell a longer one. */
function scored(old: ReadonlyMap<string, number>, shares: (readonly [string, number])[]): ReadonlyMap<string, number> {
  const scores = new Map(old);
  const { longest, unknown } = piecesOf(old);
  for (const [name, share] of [...shares].sort(([a], [b]) => a.length - b.length)) {
    const { score } = bestPath(name, { scores, longest, unknown }, name.length - 1);
    scores.set(name, Math.max(share, score + margin));
  }
  return scores;
}
