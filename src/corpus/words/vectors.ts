/**
 * Word vectors from a file of fastText's or word2vec's text format (`.vec`): a line for each word, most frequent first, its
 * numbers after it between spaces; a first line of two numbers, words and width, may stand before them.
 */
import { closeSync, openSync, readSync } from "node:fs";
import type { WordVectors } from "../../embed/index.js";
import { show } from "../../foreign.js";
import { regularFile } from "../../regular-file.js";

export interface VectorsOptions {
  path: string;
  /** Words that are read at most, the first of the file. Defaults to 200,000, as published vectors are often cut. */
  most?: number;
}

/** Bytes of the longest line. */
const longest = 1 << 20;

/** How often each word came is not in such a file: `counts` are ones. Throws one line that names the file and the line. */
export function vectors({ path, most = 200_000 }: VectorsOptions): WordVectors {
  regularFile(path, "vectors");
  const words: string[] = [];
  const rows: Float32Array[] = [];
  const seen = new Set<string>();
  let number = 0;
  const fail = (what: string): never => {
    throw new Error(`vectors: invalid file: ${path} (line ${number} ${what})`);
  };
  for (const line of lines(path, () => fail(`is over ${longest} bytes; a text of words and numbers is needed`))) {
    number++;
    const [word = "", ...entries] = line.trimEnd().split(" ");
    if (line.trim() === "" || (number === 1 && /^\d+ \d+\s*$/.test(line))) continue;
    if (entries.length === 0) fail(`has no numbers: ${show(line.slice(0, 60))}`);
    const row = Float32Array.from(entries, Number);
    if (!row.every(Number.isFinite)) fail(`has what is no number: ${show(line.slice(0, 60))}`);
    const width = rows[0]?.length ?? row.length;
    if (row.length !== width) fail(`has ${row.length} numbers, the lines before it ${width}`);
    if (seen.has(word)) continue;
    seen.add(word);
    words.push(word);
    rows.push(row);
    if (words.length === most) break;
  }
  if (words.length === 0) throw new Error(`vectors: invalid file: ${path} (it has no words)`);
  const width = rows[0]!.length;
  const data = new Float32Array(words.length * width);
  rows.forEach((row, n) => data.set(row, n * width));
  return { words, vectors: { shape: [words.length, width], data }, counts: new Float32Array(words.length).fill(1) };
}

/** Lines of the file, read a piece at a time. */
function* lines(path: string, tooLong: () => never): Generator<string> {
  const handle = openSync(path, "r");
  const piece = Buffer.alloc(longest);
  let rest: Buffer = Buffer.alloc(0);
  try {
    for (let got; (got = readSync(handle, piece)) > 0;) {
      let bytes = Buffer.concat([rest, piece.subarray(0, got)]);
      for (let end; (end = bytes.indexOf(10)) >= 0; bytes = bytes.subarray(end + 1))
        yield bytes.toString("utf8", 0, end);
      if (bytes.length > longest) tooLong();
      rest = Buffer.from(bytes);
    }
    if (rest.length > 0) yield rest.toString("utf8");
  } finally {
    closeSync(handle);
  }
}
