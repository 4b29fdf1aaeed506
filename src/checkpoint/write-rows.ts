/** A table in a new order of rows: old ones copied byte for byte, new ones and padding encoded. */
import type { NewRows, Shared } from "../embed/index.js";
import { fromFloat32 } from "../halves.js";
import type { Entry } from "../model/safetensors-header.js";
import type { Tokenizer } from "../types.js";
import type { Folder, Stored } from "./folder.js";
import { copyBytes, piece, type Range } from "./range.js";
import type { Rewritten } from "./write-folder.js";

export interface Change {
  tokenizer: Tokenizer;
  /** Rows of the tables then. */
  rows: number;
  /** Rows that are copied, and where to. */
  shared: Shared;
  /** Ids of the rows that are made. */
  newIds: Int32Array;
  /** By the tensor's name: those rows, and the row of all ids besides. */
  tables: NewRows["tables"];
}

/** The tables of a folder after the change, and what config.json says of them. */
export function resized(folder: Folder, change: Change): Rewritten {
  const tables = [folder.input, folder.output, ...folder.biases].filter((one) => one !== undefined);
  return {
    tokenizer: change.tokenizer,
    config: { vocab_size: change.rows },
    tensors: new Map(
      tables.map((was) => [
        was.name,
        {
          as: (entry: Entry): Entry => ({ ...entry, shape: [change.rows, ...entry.shape.slice(1)] }),
          write: (range: Range) => writeRows({ ...range, was, change }),
        },
      ]),
    ),
  };
}

/** Runs of old rows that stay together are copied together. */
async function writeRows({ was, change, position, ...range }: Range & { was: Stored; change: Change }): Promise<void> {
  const { rows, shared, newIds, tables } = change;
  const { made, mean } = tables[was.name]!;
  const width = mean.length;
  const bytesPerRow = (was.end - was.begin) / was.shape[0]!;
  const many = Math.max(1, Math.floor(piece / bytesPerRow));
  const padding = -1;
  /** For each row the old row that it is, or `padding`, or -2 less the place of a row that is made. */
  const source = new Int32Array(rows).fill(padding);
  shared.target.forEach((id, n) => (source[id] = shared.base[n]!));
  newIds.forEach((id, n) => (source[id] = -2 - n));
  const meanRow = Float32Array.from(mean);
  for (let row = 0; row < rows;) {
    const first = source[row]!;
    let count = 1;
    if (first >= 0) {
      while (row + count < rows && source[row + count] === first + count) count++;
      await copyBytes({ ...range, position: position + first * bytesPerRow, length: count * bytesPerRow });
    } else {
      while (count < many && row + count < rows && source[row + count]! < 0) count++;
      const numbers = new Float32Array(count * width);
      for (let at = 0; at < count; at++) {
        const n = -2 - source[row + at]!;
        numbers.set(n < 0 ? meanRow : made.subarray(n * width, (n + 1) * width), at * width);
      }
      range.to.write(fromFloat32(numbers, was.dtype));
    }
    row += count;
  }
}
