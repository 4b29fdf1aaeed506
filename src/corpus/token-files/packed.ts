/** Token ids as the little-endian numbers of a file. Every platform that Node runs on and we support is little-endian. */
import type { TokenFilesOptions, TokenFilesWritten, TokenRow } from "./types.js";

export type Dtype = TokenFilesWritten["dtype"];

const arrays = { uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array };

export const widthOf = (dtype: Dtype): 2 | 4 => (dtype === "uint16" ? 2 : 4);

/** uint16 where all ids fit. */
export const unsignedFor = (vocabSize: number): Dtype => (vocabSize <= 0x10000 ? "uint16" : "uint32");

/** Throws one line where an id is none of the vocabulary's: it would wrap around silently. */
export function packed({ tokens }: TokenRow, dtype: Dtype, vocabSize: number): Uint8Array {
  const ids = new arrays[dtype](tokens.length);
  for (let i = 0; i < ids.length; i++) {
    const id = tokens[i]!;
    if (!(Number.isInteger(id) && id >= 0 && id < vocabSize))
      throw new Error(`tokenFiles: invalid token: ${id} (a whole number below ${vocabSize})`);
    ids[i] = id;
  }
  return new Uint8Array(ids.buffer);
}

/** Options with defaults, checked. */
export function given({ name = "tokens", limit = 1 << 26, ...rest }: TokenFilesOptions): Required<TokenFilesOptions> {
  const { vocabSize } = rest;
  if (!(Number.isInteger(vocabSize) && vocabSize > 0 && vocabSize <= 2 ** 31))
    throw new Error(`tokenFiles: invalid vocabSize: ${vocabSize} (a whole number from 1 to 2^31)`);
  if (!/^[\w.-]+$/.test(name)) throw new Error(`tokenFiles: invalid name: ${name} (letters, digits, _, - and .)`);
  if (!(limit > 0 && limit < 2 ** 32)) throw new Error(`tokenFiles: invalid limit: ${limit} (bytes below 2^32)`);
  return { name, limit, ...rest };
}

/** Whole numbers as u64. */
export const longs = (numbers: readonly number[]): Uint8Array =>
  new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer);

/** Whole numbers as u32, or i32 where they are lengths. */
export const words = (numbers: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(numbers).buffer);
