/**
 * How a page's values are packed, walked without being kept: whether the runs, blocks and lengths that a page promises fit
 * into the page. hyparquet believes them, and writes or loops as far as they say.
 */
import { readVarint, type Cursor } from "./thrift.js";

export interface Runs {
  bytes: Uint8Array;
  at: number;
  end: number;
  /** Bits of a value. */
  width: number;
  /** How many values there must be. */
  count: number;
  /** The highest value that means something. */
  most: number;
  sought: number;
}

/** Runs and bit-packed groups of eight, mixed (RLE). Returns how many values are `sought`. */
export function scanRuns({ bytes, at, end, width, count, most, sought }: Runs): number {
  const cursor: Cursor = { bytes: bytes.subarray(0, end), at, left: 0 };
  let found = 0;
  for (let seen = 0; seen < count;) {
    const header = readVarint(cursor);
    const length = Math.floor(header / 2);
    const packed = header % 2 === 1;
    const values = Math.min(packed ? 8 * length : length, count - seen);
    // The last groups of eight are filled up, which some writers do to a multiple of 504.
    if (packed ? 8 * length > count - seen + 504 : length > count - seen)
      throw new Error(`a page with a run of ${packed ? 8 * length : length} values where ${count - seen} are left`);
    const size = packed ? Math.ceil((values * width) / 8) : Math.ceil(width / 8);
    if (size > end - cursor.at) throw new Error("a page that ends inside a run");
    for (let i = 0; i < (packed ? values : Math.min(values, 1)); i++) {
      const value = bitsAt(bytes, 8 * cursor.at + i * width, packed ? width : 8 * size);
      if (value > most) throw new Error(`a page with the level or index ${value} where ${most} is the highest`);
      if (value === sought) found += packed ? 1 : values;
    }
    cursor.at += packed ? length * width : size;
    seen += values;
  }
  return found;
}

/** Differences in blocks (DELTA_BINARY_PACKED). Returns where they end; fills `lengths` where it is given, 32 bits each. */
export function scanDeltas(bytes: Uint8Array, at: number, count: number, lengths?: Int32Array): number {
  const cursor: Cursor = { bytes, at, left: 0 };
  const block = readVarint(cursor);
  const miniblocks = readVarint(cursor);
  const size = block / miniblocks;
  const total = readVarint(cursor);
  if (!(block > 0 && block <= 2 ** 20 && Number.isInteger(size) && size % 8 === 0))
    throw new Error(`a page with blocks of ${block} differences in ${miniblocks} parts`);
  if (total !== count) throw new Error(`a page of ${total} differences, not ${count}`);
  let value = unzigzag(readVarint(cursor));
  if (lengths && count > 0) lengths[0] = value;
  for (let seen = 1; seen < count;) {
    const least = unzigzag(readVarint(cursor));
    const widths = cursor.at;
    cursor.at += miniblocks;
    for (let i = 0; i < miniblocks && seen < count; i++) {
      const width = bytes[widths + i];
      if (width === undefined || width > 64 || cursor.at + (size * width) / 8 > bytes.length)
        throw new Error("a page that ends inside a block of differences");
      const values = Math.min(size, count - seen);
      for (let j = 0; lengths && j < values; j++) {
        value = (value + least + bitsAt(bytes, 8 * cursor.at + j * width, Math.min(width, 32))) | 0;
        lengths[seen + j] = value;
      }
      cursor.at += (size * width) / 8;
      seen += values;
    }
  }
  return cursor.at;
}

/** The lengths of `count` texts and the end of what they cover; none may be negative or reach beyond the page. */
export function scanLengths(bytes: Uint8Array, at: number, lengths: Int32Array): number {
  let end = at;
  for (const length of lengths) {
    if (length < 0) throw new Error(`a page with a text of ${length} bytes`);
    end += length;
  }
  if (end > bytes.length) throw new Error("a page that ends inside a text");
  return end;
}

const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

function bitsAt(bytes: Uint8Array, position: number, width: number): number {
  let value = 0;
  for (let got = 0; got < width;) {
    const at = position + got;
    const taken = Math.min(8 - (at % 8), width - got);
    value += ((bytes[Math.floor(at / 8)]! >> (at % 8)) & ((1 << taken) - 1)) * 2 ** got;
    got += taken;
  }
  return value;
}
