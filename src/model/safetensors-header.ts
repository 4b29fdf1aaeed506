/**
 * What a safetensors header says, believed only as far as it is consistent: known types, sizes that fit their shapes,
 * tensors that follow each other without gap or overlap to the end of the file. Reads no file and allocates nothing.
 */
import { isReserved, reservedFix } from "../names.js";
import type { Dtype } from "../types.js";
import { isDeeper, show } from "../foreign.js";
import { bytesPerNumber } from "./halves.js";

export const sizeOf = (shape: number[]): number => shape.reduce((product, size) => product * size, 1);

export interface Entry {
  name: string;
  dtype: Dtype;
  shape: number[];
  begin: number;
  end: number;
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
  if (!(typeof dtype === "string" && Object.hasOwn(bytesPerNumber, dtype)))
    return fail(`${called(name)} is ${show(dtype)}; F32, F16 and BF16 are read`);
  const width = bytesPerNumber[dtype as Dtype];
  const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!(Array.isArray(shape) && shape.length <= 8 && shape.every(isSize)))
    return fail(`${called(name)} has no valid shape`);
  if (!(Array.isArray(offsets) && offsets.length === 2 && offsets.every(isSize) && offsets[0]! <= offsets[1]!))
    return fail(`${called(name)} has no valid offsets`);
  const [begin, end] = offsets as [number, number];
  const expected = sizeOf(shape) * width;
  if (expected !== end - begin)
    fail(`${called(name)} has ${end - begin} bytes, its shape [${shape}] needs ${expected}`);
  return { name, dtype: dtype as Dtype, shape, begin, end };
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
