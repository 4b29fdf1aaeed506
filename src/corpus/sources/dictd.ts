/**
 * Word pairs out of a dictd dictionary (RFC 2229's server, man 8 dictd): an index of headwords with the place of each entry,
 * and the entries, gzipped. The layout inside an entry is FreeDict's: a line with the headword, its pronunciation and its
 * kind, then translations, numbered where there are several, each maybe with a gloss below. Only pairs of single words are
 * kept, since that is what word vectors have. Not a client of the protocol.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { regularFile } from "../../regular-file.js";
import { decodeUtf8 } from "./utf8.js";

/** Bytes of the largest index and of the largest dictionary, unpacked. */
const largest = { index: 1 << 28, entries: 1 << 29 };

/** [headword, translation], in the order of the entries; each pair once. */
export function readDictd({ index, entries }: { index: string; entries: string }): [string, string][] {
  const size = regularFile(index, "dictionary");
  regularFile(entries, "dictionary");
  if (!(size <= largest.index)) throw new Error(`dictionary: ${index} is too large for an index: ${size} bytes`);
  const packed = readFileSync(entries);
  let text: Buffer;
  try {
    text = packed[0] === 0x1f && packed[1] === 0x8b ? gunzipSync(packed, { maxOutputLength: largest.entries }) : packed;
  } catch (error) {
    throw new Error(`dictionary: cannot unpack ${entries}: ${(error as Error).message}`, { cause: error });
  }
  const pairs = new Map<string, [string, string]>();
  for (const [from, to] of places(decodeUtf8(readFileSync(index), index), index, text.length))
    for (const pair of pairsOf(text.toString("utf8", from, to))) pairs.set(pair.join("\t"), pair);
  return [...pairs.values()];
}

/** Where each entry begins and ends; several headwords may share one. */
function places(index: string, path: string, length: number): [number, number][] {
  const found = new Map<number, number>();
  index.split("\n").forEach((line, n) => {
    if (line === "" || line.startsWith("00database") || line.startsWith("00-database")) return;
    const [, start = "", size = ""] = line.split("\t");
    const [from, count] = [number64(start), number64(size)];
    if (!(from >= 0 && count >= 0 && from + count <= length))
      throw new Error(`dictionary: ${path} is not an index of its entries: line ${n + 1} (fetch both anew)`);
    found.set(from, from + count);
  });
  return [...found].sort(([a], [b]) => a - b);
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** dictd's numbers, most significant digit first; NaN for what is none. */
function number64(text: string): number {
  let value = text === "" ? NaN : 0;
  for (const digit of text) {
    const worth = digits.indexOf(digit);
    value = worth < 0 ? NaN : value * 64 + worth;
  }
  return value;
}

/** Pairs of one entry. A line that is no sense, nor the first, is a gloss, an example or a reference. */
export function pairsOf(entry: string): [string, string][] {
  const [first = "", ...lines] = entry.split("\n");
  const heads = words(first.replace(/\/+[^/]*\/+/g, ""));
  const pairs: [string, string][] = [];
  let wanted = true;
  for (const line of lines) {
    const sense = /^\s*\d+\.\s*/.exec(line)?.[0];
    if (sense === undefined && (!wanted || /^\s/.test(line))) continue;
    const rest = line.slice(sense?.length ?? 0);
    // What is only "(noun)" announces the translation on the next line.
    wanted = bare(rest) === "";
    for (const head of heads) for (const translation of words(rest)) pairs.push([head, translation]);
  }
  return pairs;
}

/** Without what stands in brackets of any kind: a closing one takes all since the last open one of its kind. One pass. */
function bare(text: string): string {
  const kept: string[] = [];
  const open: Record<string, number[]> = { ")": [], "]": [], ">": [], "}": [] };
  const closing: Record<string, string> = { "(": ")", "[": "]", "<": ">", "{": "}" };
  for (const character of text) {
    const places = Object.hasOwn(open, character) ? open[character]! : [];
    const from = places.pop();
    if (from !== undefined) {
      kept.length = from;
      for (const others of Object.values(open)) while (others.length > 0 && others.at(-1)! >= from) others.pop();
      kept.push(" ");
      continue;
    }
    if (Object.hasOwn(closing, character)) open[closing[character]!]!.push(kept.length);
    kept.push(character);
  }
  return kept.join("").trim();
}

/** Single words between commas and semicolons. */
function words(text: string): string[] {
  return bare(text)
    .split(/[,;、]/)
    .map((part) => part.trim())
    .filter((part) => /^[\p{L}\p{M}\p{N}]+$/u.test(part));
}
