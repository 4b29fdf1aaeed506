/** Folders that are damaged or lie, one of each kind: made of a whole one, with what is said of it in one line. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { embedding, head } from "./folders.js";

const shard = "model-00001-of-00003.safetensors";
const indexName = "model.safetensors.index.json";
type Json = Record<string, unknown>;

/** Rewrites the header of a file of weights; its tensors stay where they are. */
function editHeader(
  path: string,
  edit: (header: Record<string, { shape: number[]; data_offsets: number[] }>) => void,
): void {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + length)) as Parameters<typeof edit>[0];
  edit(header);
  const json = Buffer.from(JSON.stringify(header));
  const first = Buffer.alloc(8);
  first.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(path, Buffer.concat([first, json, bytes.subarray(8 + length)]));
}
function editJson(path: string, edit: (json: Json) => void): void {
  const json = JSON.parse(readFileSync(path, "utf8")) as Json;
  edit(json);
  writeFileSync(path, JSON.stringify(json));
}

/** For each what is done to a whole folder of three shards, and what is said when it is opened. */
export const damages: Record<string, [damage: (dir: string) => void, message: RegExp]> = {
  "a shard is missing": [
    (dir) => rmSync(join(dir, shard)),
    /invalid index: .*index\.json \(the folder lacks model-00001-of-00003\.safetensors; fetch it too\)/,
  ],
  "the index lies about a file": [
    (dir) =>
      editJson(
        join(dir, indexName),
        ({ weight_map: map }) => ((map as Json)[head] = "model-00003-of-00003.safetensors"),
      ),
    /invalid index: .* \(lm_head\.weight is in model-00001-of-00003\.safetensors, not in "model-00003/,
  ],
  "the index has a tensor that no file has": [
    (dir) => editJson(join(dir, indexName), ({ weight_map: map }) => ((map as Json).more = shard)),
    /invalid index: .* \(more is in no file\)/,
  ],
  "the index leads out of the folder": [
    (dir) => editJson(join(dir, indexName), ({ weight_map: map }) => ((map as Json)[head] = "../x.safetensors")),
    /invalid index: .* is not the name of a safetensors file in the folder/,
  ],
  "offsets overlap": [
    (dir) =>
      editHeader(join(dir, shard), (header) => {
        const second = Object.values(header).find(({ data_offsets: offsets }) => offsets && offsets[0]! > 0)!;
        second.data_offsets = second.data_offsets.map((offset) => offset - 2);
      }),
    /invalid file: .*model-00001.* begins at byte \d+, the tensor before it ends at \d+/,
  ],
  "a table of another shape": [
    (dir) => editHeader(join(dir, shard), (header) => header[embedding]!.shape.reverse()),
    /invalid weights: .* \(model\.embed_tokens\.weight is \[16,412\], config\.json says (412 rows|\[412,16\])\)/,
  ],
  "config.json says another number of rows": [
    (dir) => editJson(join(dir, "config.json"), (json) => (json.vocab_size = 500)),
    /invalid weights: .* \(model\.embed_tokens\.weight is \[412,16\], config\.json says (500 rows|\[500,16\])\)/,
  ],
  "more tokens than rows": [
    (dir) => editJson(join(dir, "config.json"), (json) => (json.vocab_size = 399)),
    /\((its ids go to 399, the model has 399 rows|\S+ is \[412,16\], config\.json says \[399,16\])\)/,
  ],
  "another tensor with a row for each token": [
    (dir) => {
      editJson(join(dir, "config.json"), (json) => (json.model_type = "strange"));
      editHeader(join(dir, shard), (header) => {
        header["per_layer.weight"] = header[head]!;
        delete header[head];
      });
      editJson(join(dir, indexName), ({ weight_map: map }) => {
        delete (map as Json)[head];
        (map as Json)["per_layer.weight"] = shard;
      });
    },
    /\(per_layer\.weight has 412 rows, as many as there are tokens, and is no table that is known here\)|invalid model_type: "strange"/,
  ],
  "a weight of another shape than config.json says": [
    (dir) => editJson(join(dir, "config.json"), (json) => (json.intermediate_size = 25)),
    /invalid weights: .* \(model\.layers\.0\.mlp\.\w+_proj\.weight is \[[\d,]+\], config\.json says \[[\d,]+\]\)/,
  ],
  "no table": [
    (dir) => {
      editHeader(join(dir, shard), (header) => {
        header.other = header[embedding]!;
        delete header[embedding];
      });
      editJson(join(dir, indexName), ({ weight_map: map }) => {
        delete (map as Json)[embedding];
        (map as Json).other = shard;
      });
    },
    /invalid weights: .* \(model\.embed_tokens\.weight is (in no file|\[absent\], config\.json says \[412,16\])\)/,
  ],
  "a pickle": [
    (dir) => {
      for (const n of [1, 2, 3]) rmSync(join(dir, `model-0000${n}-of-00003.safetensors`));
      rmSync(join(dir, indexName));
      writeFileSync(join(dir, "pytorch_model.bin"), "PK\u0003\u0004");
    },
    /invalid model folder: .* \(it has no model\.safetensors, and pytorch_model\.bin is not read; [^\n]*\)/,
  ],
  "a Git LFS pointer": [
    (dir) => writeFileSync(join(dir, shard), "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n"),
    /invalid file: .*model-00001.* \(it is a Git LFS pointer; fetch the file it stands for\)/,
  ],
  "a Git LFS pointer for a tokenizer": [
    (dir) => writeFileSync(join(dir, "tokenizer.json"), "version https://git-lfs.github.com/spec/v1\noid sha256:1\n"),
    /invalid JSON: .*tokenizer\.json \(it is a Git LFS pointer; fetch the file it stands for\)/,
  ],
  "a pickle called safetensors": [
    (dir) => writeFileSync(join(dir, shard), "PK\u0003\u0004".padEnd(100)),
    /invalid file: .*model-00001.* \(its header claims \d+ bytes, the file has 100\)/,
  ],
  "a truncated shard": [
    (dir) => writeFileSync(join(dir, shard), readFileSync(join(dir, shard)).subarray(0, -2)),
    /invalid file: .*model-00001.* ends at byte \d+ of \d+: truncated/,
  ],
};

/** Copies of the whole folder, each damaged in its way, by name. */
export function damagedFolders(whole: string, under: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(damages).map(([name, [damage]]) => {
      const dir = join(under, name);
      cpSync(whole, dir, { recursive: true });
      damage(dir);
      return [name, dir];
    }),
  );
}
