/**
 * Any bytes in and out, valid UTF-8 or not. Text inside the bytes is encoded as text; what is no text, and text that the
 * tokenizer would not give back exactly (a normaliser, a prefix space), is spelled by the model alone.
 */
import { joinBytes } from "./decode.js";
import { spell } from "./segment.js";
import { tablesOf } from "./tables.js";
import { sequenceAt } from "./utf8.js";
import type { Tokenizer } from "../types.js";

/** Ids whose bytes are exactly `bytes`. The same as `encode` where the bytes are UTF-8 and the tokenizer loses nothing. */
export async function encodeBytes(tokenizer: Tokenizer, bytes: Uint8Array): Promise<number[]> {
  const ids = await spellText(tokenizer, bytes);
  const missing = ids.find((id) => id < 0);
  if (missing !== undefined)
    throw new Error(`encodeBytes: invalid bytes: ${-1 - missing} (the tokenizer has no token for this byte)`);
  return ids;
}

/** As `encodeBytes`; -1 - byte stands for each byte that the vocabulary lacks. */
export async function spellText(tokenizer: Tokenizer, bytes: Uint8Array): Promise<number[]> {
  const runs = utf8Runs(bytes);
  const texts = runs.filter((run) => run.valid).map((run) => utf8.decode(bytes.subarray(run.start, run.end)));
  const encoded = (await tokenizer.encodeBatch(texts)).values();
  const ids: number[] = [];
  for (const { start, end, valid } of runs) {
    const part = bytes.subarray(start, end);
    const given = valid ? (encoded.next().value as number[]) : undefined;
    const kept = given && same(decodeBytes(tokenizer, given), part) ? given : spell(tokenizer, part);
    for (const id of kept) ids.push(id);
  }
  return ids;
}

/** The bytes of each id, joined. */
export function decodeBytes(tokenizer: Tokenizer, ids: ArrayLike<number>): Uint8Array {
  const { bytesOf, size } = tablesOf(tokenizer);
  return joinBytes(ids, (id) => {
    const found = bytesOf(id);
    if (!found)
      throw new Error(`decodeBytes: invalid id: ${id} (the tokenizer has ${size} tokens and none with this id)`);
    return found;
  });
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** Cuts bytes into longest runs that are, or are not, UTF-8 (the well-formed sequences of Unicode's table 3-7). */
function utf8Runs(bytes: Uint8Array): { start: number; end: number; valid: boolean }[] {
  const runs: { start: number; end: number; valid: boolean }[] = [];
  for (let i = 0; i < bytes.length;) {
    const length = sequenceAt(bytes, i);
    const valid = length > 0;
    const last = runs.at(-1);
    const end = i + Math.max(1, length);
    if (last?.valid === valid) last.end = end;
    else runs.push({ start: i, end, valid });
    i = end;
  }
  return runs;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
