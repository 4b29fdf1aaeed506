/**
 * What a safetensors header says, believed only as far as it is consistent: known types, sizes that fit their shapes,
 * tensors that follow each other without gap or overlap to the end of the file; and what it says where a file is written.
 * Reads no file and allocates nothing.
 */
import { isReserved, reservedFix } from "../names.js";
import { isDeeper, show } from "../foreign.js";

/** Bits of a number in each type that the format has. Three of them are computed with (`Dtype`), the others are copied. */
const bits = {
  ...{ F64: 64, I64: 64, U64: 64, C64: 64, F32: 32, I32: 32, U32: 32, F16: 16, BF16: 16, I16: 16, U16: 16 },
  ...{ F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8, I8: 8, U8: 8, BOOL: 8 },
  ...{ F6_E2M3: 6, F6_E3M2: 6, F4: 4 },
} as const;
export type StoredType = keyof typeof bits;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
export const bytesOf = ({ dtype, shape }: Pick<Entry, "dtype" | "shape">): number => (sizeOf(shape) * bits[dtype]) / 8;

export interface Entry {
  name: string;
  dtype: StoredType;
  shape: number[];
  /** Bytes from the end of the header. */
  begin: number;
  end: number;
}

export interface Header {
  entries: Entry[];
  metadata: Record<string, string>;
  /** Where the header ends in the file. */
  start: number;
}
/** Throws the reader's error, in which the file is named. */
export type Fail = (what: string) => never;

/** A tensor's name as a message has it: one line, of bearable length. */
export const called = (name: string): string => (/^[\x20-\x7e]{1,100}$/.test(name) ? name : show(name));

export function parseHeader(text: string, fail: Fail): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    fail("its header is not JSON");
  }
  // Real headers go to 3, and what recurses over a deep one ends the stack.
  if (isDeeper(header, 8)) fail("its header has lists and objects deeper than 8 in others");
  if (header === null || typeof header !== "object" || Array.isArray(header)) fail("its header is not an object");
  return header as Record<string, unknown>;
}

export function checkMetadata(given: unknown, fail: Fail): Record<string, string> {
  const isObject = given !== null && typeof given === "object" && !Array.isArray(given);
  if (!isObject || !Object.values(given).every((value) => typeof value === "string"))
    fail("its metadata is not a map of texts");
  return given as Record<string, string>;
}

export function checkEntry(name: string, given: unknown, fail: Fail): Entry {
  const {
    dtype,
    shape,
    data_offsets: offsets,
  } = (given ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  if (isReserved(name)) fail(`a tensor is called ${name}; ${reservedFix}`);
  if (!(typeof dtype === "string" && Object.hasOwn(bits, dtype)))
    return fail(`${called(name)} is ${show(dtype)}; F32, F16 and BF16 are read`);
  const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!(Array.isArray(shape) && shape.length <= 8 && shape.every(isSize)))
    return fail(`${called(name)} has no valid shape`);
  if (!(Array.isArray(offsets) && offsets.length === 2 && offsets.every(isSize) && offsets[0]! <= offsets[1]!))
    return fail(`${called(name)} has no valid offsets`);
  const [begin, end] = offsets as [number, number];
  const expected = bytesOf({ dtype: dtype as StoredType, shape });
  if (expected !== end - begin)
    fail(`${called(name)} has ${end - begin} bytes, its shape [${shape}] needs ${expected}`);
  return { name, dtype: dtype as StoredType, shape, begin, end };
}

/** As the format demands, tensors follow each other without a gap and fill the file: so none is read twice. */
export function checkLayout(entries: Entry[], available: number, fail: Fail): void {
  let at = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (end > available) fail(`${called(name)} ends at byte ${end} of ${available}: truncated`);
    if (begin !== at) fail(`${called(name)} begins at byte ${begin}, the tensor before it ends at ${at}`);
    at = end;
  }
  if (at !== available) fail(`its tensors end at byte ${at} of ${available}`);
}

/** Where each tensor goes, and the bytes before them: wider types first, so that every tensor is aligned, as the format's own library does. */
export function layOut(
  tensors: readonly Pick<Entry, "name" | "dtype" | "shape">[],
  metadata: Record<string, string>,
): { head: Uint8Array; entries: Entry[] } {
  const sorted = [...tensors].sort((a, b) => bits[b.dtype] - bits[a.dtype] || (a.name < b.name ? -1 : 1));
  let at = 0;
  const entries = sorted.map(({ name, dtype, shape }) => {
    const begin = at;
    return { name, dtype, shape, begin, end: (at += bytesOf({ dtype, shape })) };
  });
  const said = entries.map(({ name, dtype, shape, begin, end }) => [
    name,
    { dtype, shape, data_offsets: [begin, end] },
  ]);
  const json = JSON.stringify({ __metadata__: metadata, ...(Object.fromEntries(said) as object) });
  const length = Buffer.byteLength(json);
  const head = Buffer.alloc(8 + Math.ceil(length / 8) * 8, " ");
  head.writeBigUInt64LE(BigInt(head.length - 8));
  head.write(json, 8);
  return { head, entries };
}
