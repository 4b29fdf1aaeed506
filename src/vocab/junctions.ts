/**
 * Between which characters a merge of SentencePiece-style BPE may ever join: those that some merge has at the end of its
 * left and the start of its right part. Anywhere else a text can be cut and its parts spelled alone, which gives the same
 * ids as spelling it whole. These tokenizers have no pre-tokeniser, and a whole text is long.
 */
import type { Bpe } from "./types.js";
import { PairTable } from "./pairs.js";
import { byteOfToken, underscore } from "./sentencepiece.js";

/** Whether a merge may join two code points; the space stands for ▁. */
export type Joins = (left: number, right: number) => boolean;

const known = new WeakMap<Bpe, Joins>();

export function joinsOf(bpe: Bpe): Joins {
  const found = known.get(bpe);
  if (found) return found;
  const { pairs } = bpe.merges;
  const table = new PairTable();
  const ascii = new Uint8Array(1 << 14);
  let bytes = false;
  for (let pair = 0; pair < pairs.size; pair++) {
    const before = bpe.tokens[pairs.left[pair]!]!;
    const after = bpe.tokens[pairs.right[pair]!]!;
    const left = lastPoint(before);
    const right = firstPoint(after);
    table.add(left, right);
    if (left < 128 && right < 128) ascii[left * 128 + right] = 1;
    bytes ||= byteOfToken(before) >= 0 || byteOfToken(after) >= 0;
  }
  // A merge of byte tokens joins characters that no token shows: then nothing is cut.
  const joins: Joins = (left, right) =>
    bytes || (left < 128 && right < 128 ? ascii[left * 128 + right] === 1 : table.find(left, right) >= 0);
  known.set(bpe, joins);
  return joins;
}

function firstPoint(token: string): number {
  return token.startsWith(underscore) ? 0x20 : token.codePointAt(0)!;
}

function lastPoint(token: string): number {
  if (token.endsWith(underscore)) return 0x20;
  const last = token.charCodeAt(token.length - 1);
  return last >= 0xdc00 && last < 0xe000 ? token.codePointAt(token.length - 2)! : last;
}
