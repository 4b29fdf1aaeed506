/**
 * What a page is unpacked by. Each is told how long the page must become and stops there; hyparquet then compares the
 * length. Hadoop's LZ4 has no row: its writers disagree on the frame, and the error names the codec.
 */
import * as zlib from "node:zlib";
import { lz4Block } from "./lz4.js";

export type Inflate = (input: Uint8Array, length: number) => Uint8Array;

let loaded: Promise<Record<string, Inflate>> | undefined;

/** The codecs that are read, by Parquet's names. */
export const inflaters = (): Promise<Record<string, Inflate>> => (loaded ??= load());

async function load(): Promise<Record<string, Inflate>> {
  const [{ snappyUncompress }, { ZSTDDecoder }] = await Promise.all([import("hyparquet"), import("zstddec")]);
  const zstd = new ZSTDDecoder();
  await zstd.init();
  return {
    UNCOMPRESSED: (input) => input,
    SNAPPY: (input, length) => {
      // Three bytes copy 64 at most.
      if (length > 32 * input.length) throw new Error(`a page of ${input.length} bytes that says it holds ${length}`);
      const output = new Uint8Array(length);
      snappyUncompress(input, output);
      return output;
    },
    GZIP: (input, length) => zlib.gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
    BROTLI: (input, length) => zlib.brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
    ZSTD: (input, length) => zstd.decode(input, Math.max(1, length)),
    LZ4_RAW: lz4Block,
  };
}
