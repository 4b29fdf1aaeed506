/** What three formats have in common: one file of ids end to end, which appears once all rows are in it. */
import { join } from "node:path";
import { atomicFile } from "../../files.js";
import { type Dtype, given, packed } from "./packed.js";
import type { TokenFilesOptions, TokenFilesWritten } from "./types.js";

export interface Beside {
  name: string;
  /** Tokens of each row. */
  lengths: readonly number[];
  tokens: number;
}

export interface FlatOptions extends TokenFilesOptions {
  dtype: Dtype;
  extension: string;
  /** Files that say where rows stand, by what comes after `name`; each a list of pieces. */
  beside(at: Beside): Record<string, Iterable<string | Uint8Array>>;
}

/** The ids' file is put in place first, then those beside it. */
export async function flat({ dtype, extension, beside, ...options }: FlatOptions): Promise<TokenFilesWritten> {
  const { rows, dir, name, vocabSize } = given(options);
  const lengths: number[] = [];
  let tokens = 0;
  const file = atomicFile(join(dir, `${name}${extension}`));
  try {
    for await (const row of rows) {
      file.write(packed(row, dtype, vocabSize));
      lengths.push(row.tokens.length);
      tokens += row.tokens.length;
    }
    if (tokens === 0) throw new Error("tokenFiles: invalid rows: none (a file needs a token)");
    file.commit();
  } finally {
    file.discard();
  }
  const others = Object.entries(beside({ name, lengths, tokens })).map(([after, pieces]) => {
    const other = atomicFile(join(dir, `${name}${after}`));
    try {
      for (const piece of pieces) other.write(piece);
      other.commit();
    } finally {
      other.discard();
    }
    return `${name}${after}`;
  });
  return { files: [`${name}${extension}`, ...others], dtype, rows: lengths.length, tokens };
}

/** Lists of 65,536 numbers or fewer, so that none of millions is held twice. */
export function* pieces(
  length: number,
  make: (from: number, to: number) => Uint8Array | string,
): Generator<Uint8Array | string> {
  for (let from = 0; from < length; from += 0x10000) yield make(from, Math.min(length, from + 0x10000));
}
