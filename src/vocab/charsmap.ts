/**
 * The check on the compiled table of a SentencePiece normaliser (`precompiled_charsmap`): a double-array trie of UTF-8 keys,
 * whose leaves are places in a text of replacements that end with a NUL each. The library that reads it follows whatever
 * stands there and ends the process where that leads out of the table, so every step that it could take is looked at here.
 * https://github.com/google/sentencepiece (normalizer.cc, Darts-clone's units)
 */
import { show } from "../foreign.js";
import { sequenceAt } from "./utf8.js";

/** Throws one line where the table is cut short or leads out of itself. */
export function checkCharsmap(value: unknown): void {
  const fail = (why: string): never => {
    throw new Error(`parse: invalid precompiled_charsmap: ${show(value, 24)} (${why})`);
  };
  if (typeof value !== "string") return fail("a text in base 64 is expected");
  const bytes = Buffer.from(value, "base64");
  if (bytes.toString("base64") !== value) fail("it is no base 64: damaged, or cut short");
  if (bytes.length < 4) fail("it is cut short");
  const claimed = bytes.readUInt32LE(0);
  const size = Math.floor(claimed / 4);
  if (4 + size * 4 > bytes.length) fail(`it says ${claimed} bytes of trie and has ${bytes.length - 4} in all`);
  if (size === 0) fail("it has no trie");
  const units = Uint32Array.from({ length: size }, (_, i) => bytes.readUInt32LE(4 + i * 4));
  const texts = bytes.subarray(4 + size * 4);
  const starts = startsOf(texts) ?? fail("its replacements are no UTF-8");
  follow(units, starts, fail);
}

/** Whether a character begins at each place, the end included; undefined for what is no UTF-8. */
function startsOf(texts: Uint8Array): Uint8Array | undefined {
  const starts = new Uint8Array(texts.length + 1);
  let i = 0;
  for (; i < texts.length; i += sequenceAt(texts, i)) {
    if (sequenceAt(texts, i) === 0) return undefined;
    starts[i] = 1;
  }
  starts[i] = 1;
  return starts;
}

const childrenOf = (unit: number): number => (unit >>> 10) * ((unit & 0x200) === 0 ? 1 : 256);

/** Every unit that some key leads to. */
function follow(units: Uint32Array, starts: Uint8Array, fail: (why: string) => never): void {
  const seen = new Uint8Array(units.length);
  const open = [0];
  seen[0] = 1;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const unit = units[at]!;
    const base = (at ^ childrenOf(unit)) >>> 0;
    if ((base | 0xff) >>> 0 >= units.length) fail("its trie is cut short, or leads out of itself");
    if (at > 0 && (unit & 0x100) !== 0 && starts[units[base]! & 0x7fffffff] !== 1)
      fail("its trie leads out of its replacements");
    for (let byte = 1; byte < 256; byte++) {
      const child = base ^ byte;
      if (seen[child] === 1 || (units[child]! & 0x800000ff) >>> 0 !== byte) continue;
      seen[child] = 1;
      open.push(child);
    }
  }
}
