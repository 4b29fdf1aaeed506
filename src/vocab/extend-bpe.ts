/**
 * A BPE tokenizer with more tokens: continued BPE on new texts (Purason et al. 2025, arXiv 2512.03989), its merges appended.
 * What it breaks: nothing old is split otherwise, but text of the old language may be joined further where a new merge fits it.
 * Words with a byte that the base has no token for are left out, as its encoder drops it.
 */
import { bpeOf } from "./tables.js";
import type { Bpe } from "./types.js";
import { countTokens } from "./counts.js";
import { merged } from "./encoder.js";
import { partsOf, type TokenizerJson } from "./format.js";
import { joinsOf } from "./junctions.js";
import { learn, smallerSpelling, type Learning } from "./learn.js";
import { accept } from "./parse.js";
import { isPiece, keepsDigitsAlone, mayJoin } from "./piece.js";
import { wordScanner, type Scan } from "./scanner.js";
import { byteOfToken, spacesOf, strangeStages } from "./sentencepiece.js";
import { widened } from "./widen.js";
import { countWords, type Words } from "./words.js";
import type { Extending } from "./extending.js";
import type { Tokenizer } from "../types.js";

export async function extendBpe(options: Extending): Promise<Tokenizer> {
  const { base, newTokens, characterCoverage } = options;
  const { family, size } = bpeOf(base);
  const { maxLength = family === "sentencepiece" ? 16 : Infinity } = options;
  if (family === "sentencepiece" && !spacesOf(base.json as TokenizerJson))
    throw new Error(`extend: invalid base: ${strangeStages(base.json as TokenizerJson)}`);
  const start =
    family === "sentencepiece" && characterCoverage > 0 ? await withCharacters(options, characterCoverage) : base;
  return start.size < size + newTokens ? grown(start, options, maxLength) : start;
}

/** The base with tokens for characters that it spells by their bytes. */
async function withCharacters({ base, newTokens, ...counting }: Extending, coverage: number): Promise<Tokenizer> {
  const { parted, characters } = await countTokens(base, { caller: "extend", ...counting });
  const rules = { maxLength: 1, digitsAlone: false };
  const open = [...parted].filter(([character]) => isPiece(character, rules));
  open.sort(([a, m], [b, n]) => n - m || a.codePointAt(0)! - b.codePointAt(0)!);
  const tokens: string[] = [];
  let left = open.reduce((sum, [, count]) => sum + count, 0);
  for (const [character, count] of open) {
    if (left <= (1 - coverage) * characters || tokens.length === newTokens) break;
    tokens.push(character);
    left -= count;
  }
  return tokens.length === 0 ? base : accept(widened(base, { tokens }), { endOfText: base.tokenOf(base.endOfText)! });
}

/** Continued BPE up to the number of new tokens that is asked for, those that `start` has already included. */
async function grown(
  start: Tokenizer,
  { base, texts, newTokens, minFrequency, signal, onProgress }: Extending,
  maxLength: number,
): Promise<Tokenizer> {
  const json = start.json as TokenizerJson;
  const bpe = bpeOf(start);
  const words = await countWords({
    caller: "extend",
    json,
    texts,
    byteIds: bpe.byteIds,
    scan: bpe.family === "sentencepiece" ? wordsOf(json, bpe) : undefined,
    segment: (bytes) => merged(bytes, json, bpe),
    signal,
    onProgress,
  });
  const tokens = [...bpe.tokens];
  const made = await learn({
    words,
    tokens,
    ids: new Map(bpe.modelIds),
    allows: rules(json, bpe, maxLength),
    merges: { pairs: bpe.merges.pairs.copy(), results: [...bpe.merges.results] },
    order: smallerSpelling,
    newTokens: base.size + newTokens - bpe.size,
    minFrequency,
    signal,
    onProgress,
  });
  const added = tokens.length - base.size;
  if (added < newTokens)
    throw new RangeError(
      `extend: invalid newTokens: ${newTokens} (the texts yield ${added}${leftOut(words)}; ask for fewer or give more text)`,
    );
  const merges = json.model.merges.map(partsOf);
  for (const [left, right] of made) merges.push([tokens[left]!, tokens[right]!]);
  const wider = widened(start, { tokens: tokens.slice(bpe.size) as string[], merges });
  return accept(wider, { endOfText: base.tokenOf(base.endOfText)! });
}

/** How many words could not be counted, for the base cannot spell them. */
function leftOut({ symbols, starts, counts }: Words): string {
  const left = counts.reduce((sum, count, w) => sum + (symbols[starts[w]!] === -1 ? count : 0), 0);
  return left > 0 ? `, without ${left} words that have a byte for which the base has no token` : "";
}

/** Words end where neither an old merge nor a new piece may go on: at least before every ▁ that follows something else. */
function wordsOf(json: TokenizerJson, bpe: Bpe): Scan {
  const joins = joinsOf(bpe);
  const scan = wordScanner(json, (left, right) => mayJoin(left, right) || joins(left, right));
  return scan!;
}

function rules(json: TokenizerJson, { family, tokens, modelIds }: Bpe, maxLength: number): Learning["allows"] {
  const reserved = new Set(json.added_tokens.map(({ content }) => content));
  if (family === "byte-level") return (token) => token.length <= maxLength && !reserved.has(token);
  const isWhole = (id: number): boolean => byteOfToken(tokens[id] ?? "") >= 0; // a byte is no character
  const piece = { maxLength, digitsAlone: keepsDigitsAlone((token) => modelIds.has(token)) };
  return (token, left, right) =>
    !isWhole(left) && !isWhole(right) && !reserved.has(token) && byteOfToken(token) < 0 && isPiece(token, piece);
}
