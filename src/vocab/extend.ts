/**
 * An existing tokenizer with more tokens: continued BPE on new texts (Purason et al. 2025, arXiv 2512.03989), its merges
 * appended, its tokens numbered after the largest id of the old file. Old ids, specials included, keep their meaning, so an
 * embedding table only grows. What it breaks: nothing old is split otherwise, but text of the old language may be joined
 * further where a new merge fits it.
 */
import { bpeOf, type Bpe } from "./bpe.js";
import { merged } from "./encoder.js";
import { partsOf, type TokenizerJson } from "./format.js";
import { joinsOf } from "./junctions.js";
import { learn, smallerSpelling, type Learning } from "./learn.js";
import { accept } from "./parse.js";
import { isPiece, keepsDigitsAlone, mayJoin } from "./piece.js";
import { unreachable } from "./reach.js";
import { wordScanner, type Scan } from "./scanner.js";
import { byteOfToken } from "./sentencepiece.js";
import { widened } from "./widen.js";
import { countWords } from "./words.js";
import type { OnProgress, Tokenizer } from "../types.js";

export interface ExtendOptions {
  base: Tokenizer;
  texts: Iterable<string>;
  /** How many tokens to add. Fewer than this many in the texts is an error. */
  newTokens: number;
  /** Pairs seen less often are not merged. Defaults to 1: every pair may be. */
  minFrequency?: number;
  /** Longest new token: characters, of a byte-level base bytes. Defaults to 16 for SentencePiece-style bases, else to no limit. */
  maxLength?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export async function extend(options: ExtendOptions): Promise<Tokenizer> {
  const { base, texts, newTokens, minFrequency = 1, signal, onProgress } = options;
  const json = base.json as TokenizerJson;
  const bpe = bpeOf(base);
  const { maxLength = bpe.family === "sentencepiece" ? 16 : Infinity } = options;
  if (!(Number.isInteger(newTokens) && newTokens > 0))
    throw new RangeError(`extend: invalid newTokens: ${newTokens} (1 or more)`);
  if (!(minFrequency >= 0)) throw new RangeError(`extend: invalid minFrequency: ${minFrequency} (0 or more)`);
  if (!(maxLength >= 2)) throw new RangeError(`extend: invalid maxLength: ${maxLength} (2 or more)`);
  const missing = bpe.byteIds.indexOf(-1);
  if (missing >= 0)
    throw new Error(
      `extend: invalid base: no token for byte ${missing} (its vocabulary lacks part of the byte alphabet)`,
    );
  const segment = (bytes: Uint8Array): number[] => merged(bytes, json, bpe);
  const scan = bpe.family === "sentencepiece" ? wordsOf(json, bpe) : undefined;
  const words = await countWords({
    caller: "extend",
    json,
    texts,
    byteIds: bpe.byteIds,
    scan,
    segment,
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
    newTokens,
    minFrequency,
    signal,
    onProgress,
  });
  const added = tokens.length - bpe.size;
  if (added < newTokens)
    throw new RangeError(
      `extend: invalid newTokens: ${newTokens} (the texts yield ${added}; ask for fewer or give more text)`,
    );
  const merges = json.model.merges.map(partsOf);
  for (const [left, right] of made) merges.push([tokens[left]!, tokens[right]!]);
  const wider = widened(base, { tokens: tokens.slice(bpe.size) as string[], merges });
  const wide = accept(wider, { endOfText: base.tokenOf(base.endOfText)! });
  const [lost] = unreachable(wide, base.size);
  if (lost !== undefined)
    throw new Error(`extend: invalid merges: no text encodes to the new token ${JSON.stringify(wide.tokenOf(lost))}`);
  return wide;
}

/** Words end where neither an old merge nor a new piece may go on: at least before every ▁ that follows something else. */
function wordsOf(json: TokenizerJson, bpe: Bpe): Scan {
  const joins = joinsOf(bpe);
  const scan = wordScanner(json, (left, right) => mayJoin(left, right) || joins(left, right));
  if (!scan)
    throw new Error(
      "extend: invalid base: its normalizer and pre_tokenizer do more than write spaces as ▁ (no words can be counted)",
    );
  return scan;
}

function rules(json: TokenizerJson, { family, tokens, modelIds }: Bpe, maxLength: number): Learning["allows"] {
  const reserved = new Set(json.added_tokens.map(({ content }) => content));
  if (family === "byte-level") return (token) => token.length <= maxLength && !reserved.has(token);
  const isWhole = (id: number): boolean => byteOfToken(tokens[id] ?? "") >= 0; // a byte is no character
  const piece = { maxLength, digitsAlone: keepsDigitsAlone((token) => modelIds.has(token)) };
  return (token, left, right) =>
    !isWhole(left) && !isWhole(right) && !reserved.has(token) && byteOfToken(token) < 0 && isPiece(token, piece);
}
