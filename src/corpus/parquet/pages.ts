/**
 * The pages of one column chunk, checked before hyparquet decodes them: their sizes against the chunk and against what the
 * file may become, their numbers of values against the rows, their levels, indices and lengths against what is there.
 */
import { crc32 } from "node:zlib";
import type { ParquetType } from "hyparquet";
import { scanDeltas, scanLengths, scanRuns } from "./encodings.js";
import type { Inflate } from "./inflate.js";
import type { Leaf } from "./schema.js";
import { readStruct, type Cursor, type Struct } from "./thrift.js";

/** What reading may still make of the file, in bytes of pages and in values; lessened as pages are met. */
export interface Allowance {
  bytes: number;
  values: number;
}

export interface Chunk {
  bytes: Uint8Array;
  leaf: Leaf;
  inflate: Inflate;
  /** Rows of the row group. */
  rows: number;
  allowance: Allowance;
}

/** The largest page that is unpacked. */
const largestPage = 256 << 20;
const [dataPage, dictionaryPage, dataPage2] = [0, 2, 3];
const [plain, plainDictionary, rle, deltaBinary, deltaLength, deltaBytes, rleDictionary, split] = [
  0, 2, 3, 5, 6, 7, 8, 9,
];

export function checkChunk(chunk: Chunk): void {
  const { bytes, leaf, rows } = chunk;
  const flat = leaf.path.length === 1 && leaf.repetition === 0;
  const cursor: Cursor = { bytes, at: 0, left: Infinity };
  let dictionary: number | undefined;
  let found = 0;
  while (cursor.at < bytes.length - 1 && !(flat && found >= rows)) {
    const header = readStruct(cursor);
    const [type, unpacked, packed] = [header[1], count(header[2], "size"), count(header[3], "size")];
    if (packed > bytes.length - cursor.at)
      throw new Error(`a page of ${packed} bytes where ${bytes.length - cursor.at} are left`);
    if (unpacked > largestPage)
      throw new Error(`a page of ${unpacked} bytes unpacked; at most ${largestPage} are read`);
    if ((chunk.allowance.bytes -= unpacked) < 0)
      throw new Error("pages that become far more bytes than such a file holds");
    const page = bytes.subarray(cursor.at, (cursor.at += packed));
    if (typeof header[4] === "number" && crc32(page) !== header[4] >>> 0)
      throw new Error("a page whose checksum is not that of its bytes");
    if (type === dictionaryPage) dictionary = checkDictionary(chunk, page, unpacked, header[7]);
    else if (type === dataPage) found += checkPage(chunk, page, unpacked, header[5], dictionary);
    else if (type === dataPage2) found += checkPage2(chunk, page, unpacked, header[8], dictionary);
    else throw new Error(`a page of type ${said(type)}`);
    if (found > rows) throw new Error(`${found} values where the row group has ${rows} rows`);
  }
  if (found !== rows) throw new Error(`${found} values where the row group has ${rows} rows`);
}

/** How many values the dictionary has. */
function checkDictionary(
  { leaf, inflate, allowance }: Chunk,
  page: Uint8Array,
  unpacked: number,
  header: unknown,
): number {
  const { 1: values, 2: encoding } = structOf(header);
  if (encoding !== plain && encoding !== plainDictionary) throw new Error(`a dictionary in encoding ${said(encoding)}`);
  const size = count(values, "number of values");
  spend(allowance, leaf, size);
  checkPlain(leaf, unpack(inflate, page, unpacked), 0, size);
  return size;
}

/** The first layout of a data page, levels and values packed together. Returns how many rows begin in it. */
function checkPage(
  { leaf, inflate, allowance }: Chunk,
  page: Uint8Array,
  unpacked: number,
  header: unknown,
  dictionary?: number,
): number {
  const { 1: values, 2: encoding } = structOf(header);
  const size = count(values, "number of values");
  spend(allowance, leaf, size);
  const bytes = unpack(inflate, page, unpacked);
  let at = 0;
  const levels = (most: number, sought: number): number => {
    if (most === 0) return size;
    const end = at + 4 + (bytes.length - at < 4 ? Infinity : uint32(bytes, at));
    if (end > bytes.length) throw new Error("a page that ends inside its levels");
    const found = scanRuns({ bytes, at: at + 4, end, width: 32 - Math.clz32(most), count: size, most, sought });
    at = end;
    return found;
  };
  const rows = levels(leaf.repetition, 0);
  const present = levels(leaf.definition, leaf.definition);
  checkValues({ leaf, bytes, at, encoding, present, dictionary, allowance, first: true });
  return rows;
}

/** The second layout, whose levels are never packed. */
function checkPage2(
  { leaf, inflate, allowance }: Chunk,
  page: Uint8Array,
  unpacked: number,
  header: unknown,
  dictionary?: number,
): number {
  const { 1: values, 2: nulls, 4: encoding, 5: definitions, 6: repetitions, 7: compressed } = structOf(header);
  const size = count(values, "number of values");
  spend(allowance, leaf, size);
  const first = count(repetitions, "size of levels");
  const both = first + count(definitions, "size of levels");
  if (both > page.length || both > unpacked) throw new Error("a page that ends inside its levels");
  const levels = (at: number, end: number, most: number, sought: number): number =>
    most === 0 ? size : scanRuns({ bytes: page, at, end, width: 32 - Math.clz32(most), count: size, most, sought });
  const rows = levels(0, first, leaf.repetition, 0);
  const present = levels(first, both, leaf.definition, leaf.definition);
  if (size - count(nulls, "number of nulls") !== present)
    throw new Error("a page whose number of nulls is not that of its levels");
  const rest = page.subarray(both);
  const bytes = compressed === false ? rest : unpack(inflate, rest, unpacked - both);
  checkValues({ leaf, bytes, at: 0, encoding, present, dictionary, allowance, first: false });
  return rows;
}

interface Values {
  leaf: Leaf;
  bytes: Uint8Array;
  at: number;
  encoding: unknown;
  /** How many values are there, nulls left out. */
  present: number;
  dictionary: number | undefined;
  allowance: Allowance;
  /** Whether the page is of the first layout, in which indices of no bits have no runs. */
  first: boolean;
}

function checkValues({ leaf, bytes, at, encoding, present, dictionary, allowance, first }: Values): void {
  const { type } = leaf.element;
  const text = type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY";
  if (encoding === plain) checkPlain(leaf, bytes, at, present);
  else if (encoding === plainDictionary || encoding === rleDictionary) {
    if (present === 0) return;
    if (dictionary === undefined || type === "BOOLEAN") throw new Error("a page of indices without a dictionary");
    const width = bytes[at];
    if (width === undefined || width > 32) throw new Error(`a page with indices of ${said(width)} bits`);
    const runs = { bytes, at: at + 1, end: bytes.length, width, count: present, most: dictionary - 1, sought: -1 };
    if (dictionary === 0) throw new Error("a page of indices into an empty dictionary");
    if (width > 0 || !first) scanRuns(runs);
  } else if (encoding === rle && type === "BOOLEAN") {
    if (present > 0) scanRuns({ bytes, at: at + 4, end: bytes.length, width: 1, count: present, most: 1, sought: -1 });
  } else if (encoding === split && leastBytes(leaf) >= 1 && type !== "BYTE_ARRAY" && type !== "INT96") {
    if (present * leastBytes(leaf) > bytes.length - at) throw new Error("a page that ends inside its values");
  } else if (encoding === deltaBinary && (type === "INT32" || type === "INT64")) scanDeltas(bytes, at, present);
  else if (encoding === deltaLength && type === "BYTE_ARRAY") {
    const lengths = new Int32Array(present);
    scanLengths(bytes, scanDeltas(bytes, at, present, lengths), lengths);
  } else if (encoding === deltaBytes && text) {
    const [shared, lengths] = [new Int32Array(present), new Int32Array(present)];
    scanLengths(bytes, scanDeltas(bytes, scanDeltas(bytes, at, present, shared), present, lengths), lengths);
    for (let i = 0, before = 0; i < present; i++) {
      if (!(shared[i]! >= 0 && shared[i]! <= before))
        throw new Error("a page with a text that shares more than there is");
      before = shared[i]! + lengths[i]!;
      if ((allowance.bytes -= before) < 0) throw new Error("pages that become far more bytes than such a file holds");
    }
  } else throw new Error(`a page of ${type} in encoding ${said(encoding)}, which is not read`);
}

function checkPlain(leaf: Leaf, bytes: Uint8Array, at: number, values: number): void {
  if (values * leastBytes(leaf) > bytes.length - at) throw new Error("a page that ends inside its values");
  if (leaf.element.type !== "BYTE_ARRAY") return;
  for (let i = 0; i < values; i++) {
    if (bytes.length - at < 4) throw new Error("a page that ends inside a text");
    at += 4 + uint32(bytes, at);
  }
  if (at > bytes.length) throw new Error("a page that ends inside a text");
}

const widths: Partial<Record<ParquetType, number>> = {
  BOOLEAN: 1 / 8,
  INT32: 4,
  INT64: 8,
  INT96: 12,
  FLOAT: 4,
  DOUBLE: 8,
  BYTE_ARRAY: 4,
};
const leastBytes = ({ element }: Leaf): number => widths[element.type] ?? element.type_length!;

/** A value costs a place at each step of its path. */
function spend(allowance: Allowance, leaf: Leaf, values: number): void {
  if ((allowance.values -= values * leaf.path.length) < 0)
    throw new Error("pages that become far more values than such a file holds");
}

function unpack(inflate: Inflate, page: Uint8Array, length: number): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = inflate(page, length);
  } catch (error) {
    throw new Error(`a page of ${page.length} bytes that does not unpack to ${length}`, { cause: error });
  }
  if (bytes.length !== length) throw new Error(`a page of ${bytes.length} bytes unpacked, not ${length}`);
  return bytes;
}

function count(value: unknown, what: string): number {
  if (!(typeof value === "number" && value >= 0)) throw new Error(`a page with ${said(value)} as its ${what}`);
  return value;
}

/** A number of the header as words: it may be absent, or something else than a number. */
const said = (value: unknown): string => (typeof value === "number" ? String(value) : "nothing");

function structOf(header: unknown): Struct {
  if (typeof header !== "object" || header === null || Array.isArray(header) || header instanceof Uint8Array)
    throw new Error("a page without the header of its type");
  return header as Struct;
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  bytes[at]! + bytes[at + 1]! * 2 ** 8 + bytes[at + 2]! * 2 ** 16 + bytes[at + 3]! * 2 ** 24;
