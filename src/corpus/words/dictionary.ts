/**
 * Pairs of words that translate each other, as evidence for `embed`'s WECHSEL, OFA and RAMEN: from a file of the user's, or
 * FreeDict's for a pair of languages. Which sense of a word is meant, no pair says.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { regularFile } from "../../regular-file.js";
import { cacheFolder } from "../cache.js";
import { readDictd } from "../sources/dictd.js";
import { freedict } from "../sources/freedict.js";
import { decodeUtf8 } from "../sources/utf8.js";

export interface DictionaryOptions {
  /** Language of the first word of each pair, e.g. "en". */
  from?: string;
  /** Language of the second. */
  to?: string;
  /**
   * A file instead: two columns between tabs (or two words between spaces), a pair on each line, blank lines and lines that
   * begin with # aside; or the `.index` of a dictd dictionary that has its `.dict.dz` or `.dict` beside it.
   */
  path?: string;
  /** Where fetched dictionaries are kept. Defaults to the folder of fetched corpora. */
  cacheDir?: string;
  signal?: AbortSignal;
}

/** Bytes of the largest file of pairs. */
const largest = 1 << 28;

export async function dictionary(options: DictionaryOptions): Promise<[string, string][]> {
  const { from, to, path, cacheDir = join(cacheFolder(), "corpora"), signal } = options;
  if (path !== undefined) return path.endsWith(".index") ? besides(path) : readPairs(path);
  if (from === undefined || to === undefined)
    throw new Error(`dictionary: invalid from and to: ${from} and ${to} (two languages, or a path)`);
  return freedict({ from, to, cacheDir, signal });
}

function besides(index: string): [string, string][] {
  const stem = index.slice(0, -".index".length);
  const entries = [`${stem}.dict.dz`, `${stem}.dict`].find((file) => existsSync(file));
  if (entries === undefined) throw new Error(`dictionary: no ${stem}.dict.dz nor .dict beside ${index}`);
  return readDictd({ index, entries });
}

function readPairs(path: string): [string, string][] {
  const size = regularFile(path, "dictionary");
  if (!(size <= largest)) throw new Error(`dictionary: ${path} is too large: ${size} bytes (up to ${largest})`);
  const pairs: [string, string][] = [];
  decodeUtf8(readFileSync(path), path)
    .split(/\r?\n/)
    .forEach((line, n) => {
      if (line.trim() === "" || line.startsWith("#")) return;
      const columns = (line.includes("\t") ? line.split("\t") : line.trim().split(/\s+/)).map((word) => word.trim());
      const [word = "", translation = ""] = columns;
      if (word === "" || translation === "" || (columns.length > 2 && !line.includes("\t")))
        throw new Error(`dictionary: ${path} has no pair in line ${n + 1}: ${JSON.stringify(line.slice(0, 60))}`);
      pairs.push([word, translation]);
    });
  if (pairs.length === 0) throw new Error(`dictionary: ${path} has no pairs`);
  return pairs;
}
