/** A table in a file of weights, read by rows: one by one where they are asked for here and there, ahead where they follow each other. */
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Table } from "../embed/index.js";
import { bytesPerNumber, toFloat32 } from "../halves.js";
import type { Dtype } from "../types.js";
import { readFully } from "./range.js";

export interface OpenTable extends Table {
  close(): void;
}

/** Bytes of the longest read. */
const most = 1 << 22;

export interface TableInFile {
  file: string;
  dtype: Dtype;
  /** [rows, width], or [rows] of one number each. */
  shape: readonly number[];
  /** Its first byte in the file. */
  position: number;
}

/** To be closed by the caller. */
export function openTable(dir: string, { file, dtype, shape: [rows, width = 1], position }: TableInFile): OpenTable {
  const bytesPerRow = width * bytesPerNumber[dtype];
  const many = Math.max(1, Math.floor(most / bytesPerRow));
  const bytes = new Uint8Array(many * bytesPerRow);
  const scratch = new Float32Array(many * width);
  const handle = openSync(join(dir, file), "r");
  let numbers: Float32Array = scratch;
  let [first, end] = [0, 0];
  return {
    shape: [rows!, width],
    row(id) {
      if (!(id >= first && id < end)) {
        const count = id === end ? Math.min(many, rows! - id, 2 * (end - first) + 1) : 1;
        const part = bytes.subarray(0, count * bytesPerRow);
        readFully(handle, part, position + id * bytesPerRow);
        numbers = toFloat32(part, dtype, scratch);
        [first, end] = [id, id + count];
      }
      return numbers.subarray((id - first) * width, (id - first + 1) * width);
    },
    close: () => closeSync(handle),
  };
}
