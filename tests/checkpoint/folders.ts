/** Small folders as others write them, for the tests of this room: sharded, in half precision, tied or not, headers padded oddly. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configOf, init, save, writeSafetensors } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { Dtype, Tokenizer, Weights } from "../../src/types.js";

export const embedding = "model.embed_tokens.weight";
export const head = "lm_head.weight";

export interface MadeFolder {
  dir: string;
  tokenizer: Tokenizer;
  tied?: boolean;
  dtype?: Dtype;
  shards?: number;
  /** Rows beyond the tokenizer's. Defaults to 12. */
  padding?: number;
  /** Spaces after each header. */
  spaces?: number;
  change?: (weights: Weights) => void;
}

export function makeFolder(options: MadeFolder): void {
  const { dir, tokenizer, tied = false, dtype = "BF16", shards = 1, padding = 12, spaces = 0, change } = options;
  const body = { width: 16, layers: 2, heads: 2, kvHeads: 1, ffn: 24, context: 16 };
  const config = configOf({ vocabSize: tokenizer.size + padding, ...body, tied });
  const weights = init({ config, rng: rng(1) });
  change?.(weights);
  save({ dir, model: { config, weights, tokenizer } });
  writeFileSync(join(dir, "chat_template.jinja"), "{{ messages }}\n");
  const names = Object.keys(weights).sort();
  const fileOf = (n: number): string =>
    shards === 1 ? "model.safetensors" : `model-0000${n + 1}-of-0000${shards}.safetensors`;
  const weightMap: Record<string, string> = {};
  for (let n = 0; n < shards; n++) {
    const own = names.filter((_, i) => Math.floor((i * shards) / names.length) === n);
    for (const name of own) weightMap[name] = fileOf(n);
    const some = Object.fromEntries(own.map((name) => [name, weights[name]!]));
    writeSafetensors(join(dir, fileOf(n)), some, { dtypes: Object.fromEntries(own.map((name) => [name, dtype])) });
    padHeader(join(dir, fileOf(n)), spaces);
  }
  if (shards === 1) return;
  rmSync(join(dir, "model.safetensors"));
  const total_size = names.reduce((sum, name) => sum + weights[name]!.data.length * (dtype === "F32" ? 4 : 2), 0);
  const index = { metadata: { total_size }, weight_map: weightMap };
  writeFileSync(join(dir, "model.safetensors.index.json"), JSON.stringify(index));
}

/** The same file with more spaces after its header: no multiple of 8 any longer, which the format allows. */
export function padHeader(path: string, spaces: number): void {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const first = Buffer.alloc(8);
  first.writeBigUInt64LE(BigInt(length + spaces));
  writeFileSync(
    path,
    Buffer.concat([first, bytes.subarray(8, 8 + length), Buffer.alloc(spaces, " "), bytes.subarray(8 + length)]),
  );
}

export interface RawTensor {
  dtype: string;
  shape: number[];
  bytes: Uint8Array;
}

/** A safetensors file of any types, as its parts are given. */
export function writeRaw(path: string, tensors: Record<string, RawTensor>): void {
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => [
      name,
      { dtype, shape, data_offsets: [at, (at += bytes.length)] },
    ]),
  );
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, Buffer.concat([length, json, ...Object.values(tensors).map(({ bytes }) => bytes)]));
}

/** Every file of a folder, hidden ones too, with its bytes in hexadecimal. */
export const contents = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir)
      .sort()
      .map((name) => [name, readFileSync(join(dir, name)).toString("hex")]),
  );
