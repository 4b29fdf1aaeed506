/**
 * Megatron's indexed data set: ids in `NAME.bin`, and in `NAME.idx` lengths, byte offsets and documents, one row each
 * (megatron/core/datasets/indexed_dataset.py of NVIDIA/Megatron-LM; GPT-NeoX reads the same).
 */
import { flat, pieces } from "./flat.js";
import { longs, words } from "./packed.js";
import type { TokenFilesOptions, TokenFilesWritten } from "./types.js";

/** From this many ids on they are int32: Megatron's own limit, a little below what uint16 holds. */
const WIDE = 65500;
const codes = { int32: 4, uint16: 8 };

export function megatron(options: TokenFilesOptions): Promise<TokenFilesWritten> {
  const dtype = options.vocabSize < WIDE ? "uint16" : "int32";
  const width = dtype === "uint16" ? 2 : 4;
  return flat({
    ...options,
    dtype,
    extension: ".bin",
    beside: ({ lengths }) => ({ ".idx": index(lengths, codes[dtype], width) }),
  });
}

function* index(lengths: readonly number[], code: number, width: number): Generator<Uint8Array | string> {
  const rows = lengths.length;
  if (lengths.some((length) => length >= 2 ** 31)) throw new Error("tokenFiles: invalid row: of 2^31 tokens or more");
  yield "MMIDIDX\0\0";
  yield longs([1]);
  yield Uint8Array.of(code);
  yield longs([rows, rows + 1]);
  yield* pieces(rows, (from, to) => words(lengths.slice(from, to)));
  let offset = 0;
  yield* pieces(rows, (from, to) =>
    longs(
      lengths.slice(from, to).map((length) => {
        const own = offset;
        offset += length * width;
        return own;
      }),
    ),
  );
  yield* pieces(rows + 1, (from, to) => longs(Array.from({ length: to - from }, (_, i) => from + i)));
}
