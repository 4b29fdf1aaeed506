/**
 * Thrift's compact protocol, in which Parquet writes its footer and the header of each page: structs of numbered fields.
 * Read here only to be checked, before hyparquet reads the same bytes: every length is held against the bytes that are
 * left, so that nothing is allocated for a number that is a lie. 64-bit integers are given as the nearest double.
 */
export type Value = boolean | number | Uint8Array | readonly Value[] | Struct;
export interface Struct {
  readonly [field: number]: Value | undefined;
}

export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  /** How many values may still be made. */
  left: number;
}

const deepest = 16;

export function readStruct(cursor: Cursor, depth = 0): Struct {
  if (depth > deepest) throw new Error(`a header nested more than ${deepest} deep`);
  const fields: Record<number, Value> = {};
  for (let field = 0; ;) {
    const head = readByte(cursor);
    if ((head & 15) === 0) return fields;
    field = head >> 4 ? field + (head >> 4) : readInteger(cursor);
    fields[field] = readValue(cursor, head & 15, depth);
  }
}

function readValue(cursor: Cursor, type: number, depth: number): Value {
  if (--cursor.left < 0) throw new Error("a header of too many values");
  switch (type) {
    case 1:
    case 2:
      return type === 1;
    case 3:
      return (readByte(cursor) << 24) >> 24;
    case 4:
    case 5:
      return readInteger(cursor);
    case 6:
      return readVarint(cursor) / 2;
    case 7:
      return new DataView(Uint8Array.from(take(cursor, 8)).buffer).getFloat64(0, true);
    case 8:
      return take(cursor, readVarint(cursor));
    case 9:
      return readList(cursor, depth + 1);
    case 12:
      return readStruct(cursor, depth + 1);
    default:
      throw new Error(`a header with a value of type ${type}`);
  }
}

function readList(cursor: Cursor, depth: number): Value[] {
  if (depth > deepest) throw new Error(`a header nested more than ${deepest} deep`);
  const head = readByte(cursor);
  const length = head >> 4 === 15 ? readVarint(cursor) : head >> 4;
  // The shortest element is one byte, and a boolean in a list has a byte of its own.
  if (length > cursor.bytes.length - cursor.at) throw new Error(`a header that lists ${length} values and ends before`);
  const type = head & 15;
  const element = type === 1 || type === 2 ? 3 : type;
  return Array.from({ length }, () => readValue(cursor, element, depth));
}

/** A signed integer of 32 bits. */
function readInteger(cursor: Cursor): number {
  const value = readVarint(cursor);
  if (value >= 2 ** 32) throw new Error("a header with an integer of more than 32 bits");
  return (value >>> 1) ^ -(value & 1);
}

/** Seven bits a byte, the lowest first; at most ten bytes, which hold 64 bits. */
export function readVarint(cursor: Cursor): number {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = readByte(cursor);
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return value;
  }
  throw new Error("an integer of more than 64 bits");
}

function readByte(cursor: Cursor): number {
  return take(cursor, 1)[0]!;
}

function take(cursor: Cursor, length: number): Uint8Array {
  if (length > cursor.bytes.length - cursor.at) throw new Error("a header that ends too early");
  cursor.at += length;
  return cursor.bytes.subarray(cursor.at - length, cursor.at);
}
