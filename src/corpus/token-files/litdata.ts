/**
 * Lightning's chunks: `chunk-0-0.bin` and so on, and `index.json` (src/litdata/streaming/writer.py of Lightning-AI/litData), for its
 * TokensLoader. That cuts each chunk into blocks and loses what does not fill the last, so rows of one length, blocks as long, lose none.
 */
import { join } from "node:path";
import { writeAtomically } from "../../files.js";
import { chunks } from "./chunks.js";
import { given, packed, unsignedFor } from "./packed.js";
import type { TokenFilesOptions, TokenFilesWritten } from "./types.js";

/** As litdata numbers the types of NumPy. */
const codes = { uint16: 5, int32: 2, uint32: 6 };

export async function litdata(options: TokenFilesOptions): Promise<TokenFilesWritten> {
  const { rows, dir, vocabSize, limit } = given(options);
  const dtype = unsignedFor(vocabSize);
  const all = chunks({ dir, nameOf: (n) => `chunk-0-${n}.bin`, limit });
  for await (const row of rows) all.add(packed(row, dtype, vocabSize), row.tokens.length);
  const done = all.end();
  const index = {
    chunks: done.map(({ name, bytes, items, tokens }) => ({
      chunk_bytes: bytes,
      chunk_size: items,
      dim: tokens,
      filename: name,
    })),
    config: {
      chunk_bytes: limit,
      chunk_size: null,
      compression: null,
      data_format: [`no_header_numpy:${codes[dtype]}`],
      data_spec: null,
      encryption: null,
      item_loader: "TokensLoader",
    },
  };
  writeAtomically(join(dir, "index.json"), JSON.stringify(index));
  return {
    files: [...done.map(({ name }) => name), "index.json"],
    dtype,
    rows: done.reduce((sum, { items }) => sum + items, 0),
    tokens: done.reduce((sum, { tokens }) => sum + tokens, 0),
  };
}
