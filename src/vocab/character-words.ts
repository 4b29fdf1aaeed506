/** Texts as words of characters: what SentencePiece-style training begins with. The characters become tokens as they are met. */
import { pointAt, widthOf } from "./classes.js";
import { isPiece, mayJoin } from "./piece.js";
import { wordScanner } from "./scanner.js";
import { byteToken, underscore } from "./sentencepiece.js";
import { countWords, type Counting, type Words } from "./words.js";

/** Appends a token for every character that may be a piece, by code point; others are spelled by their bytes. */
export async function countCharacters(
  counting: Pick<Counting, "caller" | "json" | "texts" | "signal" | "onProgress">,
  tokens: string[],
): Promise<Words> {
  const scan = wordScanner(counting.json, mayJoin);
  if (!scan)
    throw new Error(
      `${counting.caller}: invalid like: its normalizer and pre_tokenizer do more than write spaces as ▁ (no words can be counted)`,
    );
  const byteIds = Int32Array.from({ length: 256 }, (_, byte) => byte);
  const { symbols, starts, counts } = await countWords({ ...counting, scan, byteIds });
  const bytes = Uint8Array.from(symbols);
  const rules = { maxLength: 1, digitsAlone: false };
  const pieceOf = (point: number): string => (point === 0x20 ? underscore : String.fromCodePoint(point));
  const points = new Set<number>();
  for (let i = 0; i < bytes.length; i += widthOf(bytes[i]!)) points.add(pointAt(bytes, i));
  const taken = [...points]
    .sort((a, b) => a - b)
    .filter((point) => isPiece(pieceOf(point), rules) && !tokens.includes(pieceOf(point)));
  const first = tokens.indexOf(byteToken(0));
  const ids = new Map(taken.map((point) => [point, tokens.push(pieceOf(point)) - 1]));

  const runs = new Int32Array(starts.length);
  let at = 0;
  for (let w = 1; w < starts.length; w++) {
    for (let i = starts[w - 1]!; i < starts[w]!;) {
      const id = ids.get(pointAt(bytes, i));
      const end = i + widthOf(bytes[i]!);
      if (id !== undefined) symbols[at++] = id;
      else for (let k = i; k < end; k++) symbols[at++] = first + bytes[k]!;
      i = end;
    }
    runs[w] = at;
  }
  return { symbols, starts: runs, counts };
}
