/**
 * MosaicML's shards, MDS (streaming/base/format/mds of mosaicml/streaming): `shard.00000.mds` and so on, and `index.json`. The
 * columns of a row are `id`, `lang`, `source` and `tokens`; an array of ids has one byte for how wide its length is, and the length.
 */
import { join } from "node:path";
import { writeAtomically } from "../../files.js";
import { type Chunk, chunks } from "./chunks.js";
import { given, packed, words } from "./packed.js";
import type { TokenFilesOptions, TokenFilesWritten, TokenRow } from "./types.js";

/** Columns by name, with their encodings; all of them as long as their values. */
export interface MdsOptions {
  dir: string;
  columns: Record<string, string>;
  samples: Iterable<MdsSample> | AsyncIterable<MdsSample>;
  /** Bytes of one shard; defaults to 2^26. */
  limit?: number;
}

export interface MdsSample {
  /** Of each column, as its encoding has it. */
  values: Record<string, Uint8Array>;
  tokens?: number;
}

export async function mdsShards({ dir, columns, samples, limit = 1 << 26 }: MdsOptions): Promise<Chunk[]> {
  const names = Object.keys(columns).sort();
  const config = {
    column_encodings: names.map((name) => columns[name]!),
    column_names: names,
    column_sizes: names.map(() => null),
    compression: null,
    format: "mds",
    hashes: [],
    size_limit: limit,
    version: 2,
  };
  const head = Buffer.from(pythonJson(config));
  const nameOf = (n: number): string => `shard.${String(n).padStart(5, "0")}.mds`;
  const shards = chunks({ dir, nameOf, head, limit });
  for await (const { values, tokens = 0 } of samples) {
    const all = names.map((name) => values[name]!);
    shards.add(Buffer.concat([words(all.map(({ length }) => length)), ...all]), tokens);
  }
  const done = shards.end();
  const index = {
    shards: done.map(({ name, bytes, items }) => ({
      ...config,
      raw_data: { basename: name, bytes, hashes: {} },
      samples: items,
      zip_data: null,
    })),
    version: 2,
  };
  writeAtomically(join(dir, "index.json"), pythonJson(index));
  return done;
}

export async function mds(options: TokenFilesOptions): Promise<TokenFilesWritten> {
  const { rows, dir, vocabSize, limit } = given(options);
  // What readers of token shards ask for; they know no uint32.
  const dtype = vocabSize <= 0x10000 ? "uint16" : "int32";
  const columns = { id: "str", lang: "str", source: "str", tokens: `ndarray:${dtype}` };
  async function* samples(): AsyncGenerator<MdsSample> {
    let i = 0;
    for await (const row of rows) {
      const { id = String(i), lang = "", source = "" } = row;
      i++;
      const tokens = arrayOf(row, packed(row, dtype, vocabSize));
      yield {
        values: { id: Buffer.from(id), lang: Buffer.from(lang), source: Buffer.from(source), tokens },
        tokens: row.tokens.length,
      };
    }
  }
  const done = await mdsShards({ dir, columns, samples: samples(), limit });
  return {
    files: [...done.map(({ name }) => name), "index.json"],
    dtype,
    rows: done.reduce((sum, { items }) => sum + items, 0),
    tokens: done.reduce((sum, { tokens }) => sum + tokens, 0),
  };
}

/** One dimension, whose length is as narrow as may be. */
function arrayOf({ tokens: { length } }: TokenRow, ids: Uint8Array): Uint8Array {
  if (length === 0) throw new Error("tokenFiles: invalid row: without tokens (MDS has no empty arrays)");
  const size = length < 0x100 ? 0 : length < 0x10000 ? 1 : 2;
  const head = Buffer.alloc(1 + (1 << size));
  // Codes of widths come four to each number of dimensions.
  head[0] = (1 << 2) | size;
  head.writeUIntLE(length, 1, 1 << size);
  return Buffer.concat([head, ids]);
}

/** As Python's json.dumps with sorted keys writes it, which the shards' own heads are compared with. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}: ${pythonJson(field)}`).join(", ")}}`;
}
