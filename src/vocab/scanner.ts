/**
 * The pre-tokenisers that are ours: text in, ends of pre-tokens in its UTF-8 out. GPT-2's, Llama 3's and Qwen's, and none
 * at all (SentencePiece-style), where words are cut between characters that no merge joins. Others are Hugging Face's.
 */
import { beforeSpace, blocks, type IsCut } from "./blocks.js";
import type { Bpe } from "./types.js";
import { pointAt, widthOf } from "./classes.js";
import { familyOf, leaves, type TokenizerJson } from "./format.js";
import { endOfGpt2, isGpt2 } from "./gpt2.js";
import { joinsOf, type Joins } from "./junctions.js";
import { digitsOfLlama3, endOfLlama3 } from "./llama3.js";
import { composer } from "./native.js";
import { spacesOf, underscore } from "./sentencepiece.js";

/** Calls `piece` for each pre-token with UTF-8 and the token's ends in it, in order; together they are the normalised text. */
export type Scan = (text: string, piece: Piece) => void;
export type Piece = (bytes: Uint8Array, from: number, to: number) => void;

/** End of the pre-token that begins at `start`. */
type EndOf = (bytes: Uint8Array, start: number, length: number) => number;

/** The scanner of a tokenizer, undefined where its stages are not known here. Alike for parts of a text that added tokens part. */
export function scannerOf(json: TokenizerJson, bpe?: Bpe): Scan | undefined {
  if (familyOf(json) === "sentencepiece") return bpe && wordScanner(json, joinsOf(bpe));
  if (isGpt2(json)) return over(endOfGpt2, beforeSpace);
  const digits = digitsOfLlama3(json);
  if (digits === undefined) return undefined;
  const [normalizer, ...more] = leaves(json.normalizer);
  if (more.length > 0 || (normalizer && normalizer.type !== "NFC")) return undefined;
  const endOf: EndOf = (bytes, start, length) => endOfLlama3(bytes, start, length, digits);
  return over(endOf, beforeSpace, normalizer && composer(json));
}

/** Words of a SentencePiece-style tokenizer, a space in the place of each ▁; undefined where it splits in ways not known here. */
export function wordScanner(json: TokenizerJson, joins: Joins): Scan | undefined {
  const spaces = spacesOf(json);
  if (!spaces) return undefined;
  const isEnd: Joins = (left, right) => (right === 0x20 && spaces.split) || !joins(left, right);
  const endOf: EndOf = (bytes, start, length) => {
    let point = pointAt(bytes, start);
    for (let i = start + widthOf(bytes[start]!); i < length; i += widthOf(bytes[i]!)) {
      const next = pointAt(bytes, i);
      if (isEnd(point, next)) return i;
      point = next;
    }
    return length;
  };
  const isCut: IsCut = (text, i) => {
    const left = text.charCodeAt(i - 1);
    const right = text.charCodeAt(i);
    return left < 0xd800 && right < 0xd800 && isEnd(left, right);
  };
  const scan = over(endOf, isCut);
  return (text, piece) => {
    const spaced = text.replaceAll(underscore, " ");
    const prefix = spaces.prefix === "always" || (spaces.prefix !== "never" && !spaced.startsWith(" "));
    scan(prefix && text !== "" ? ` ${spaced}` : spaced, piece);
  };
}

/** Bytes of a pre-token: merging one takes memory in proportion. */
const longest = 1 << 22;

const utf8 = new TextEncoder();
let buffer = new Uint8Array(1 << 16);

function over(endOf: EndOf, isCut: IsCut, normalize = (text: string): string => text): Scan {
  return (text, piece) => {
    for (const block of blocks(text, isCut)) {
      const normal = normalize(block);
      if (buffer.length < 3 * normal.length) buffer = new Uint8Array(3 * normal.length);
      const bytes = buffer; // a piece may scan, too
      const { written: length } = utf8.encodeInto(normal, bytes);
      for (let i = 0; i < length;) {
        const end = endOf(bytes, i, length);
        if (end - i > longest)
          throw new Error(`pretokenize: invalid text: a word of ${end - i} bytes (at most ${longest}; break it up)`);
        piece(bytes, i, end);
        i = end;
      }
    }
  };
}
