/** Folders that are damaged or lie are refused in one line that names the file, before anything is written. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { extend, open, trim } from "../../src/checkpoint/index.js";
import { load } from "../../src/model/index.js";
import type { Tokenizer } from "../../src/types.js";
import { extend as widen, train, trim as trimTokenizer } from "../../src/vocab/index.js";
import { diagnostics } from "../vocab/support.js";
import { embedding, head, makeFolder } from "./folders.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-damage-"));
after(() => rmSync(root, { recursive: true }));
const at = (...names: string[]): string => join(root, ...names);
let base: Tokenizer;
let wide: Tokenizer;
before(async () => {
  base = await train({ texts: diagnostics("fr"), size: 400 });
  wide = await widen({ base, texts: diagnostics("ko"), newTokens: 20 });
  makeFolder({ dir: at("whole"), tokenizer: base, shards: 3 });
});

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

const cases: Record<string, [damage: (dir: string) => void, message: RegExp]> = {
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
    /invalid weights: .* \(model\.embed_tokens\.weight is \[16,412\], config\.json says 412 rows\)/,
  ],
  "config.json says another number of rows": [
    (dir) => editJson(join(dir, "config.json"), (json) => (json.vocab_size = 500)),
    /invalid weights: .* \(model\.embed_tokens\.weight is \[412,16\], config\.json says 500 rows\)/,
  ],
  "more tokens than rows": [
    (dir) => editJson(join(dir, "config.json"), (json) => (json.vocab_size = 399)),
    /invalid tokenizer: .* \(its ids go to 399, the model has 399 rows\)/,
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
    /invalid weights: .* \(per_layer\.weight has 412 rows, as many as there are tokens, and is no table that is known here\)/,
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
    /invalid weights: .* \(model\.embed_tokens\.weight is in no file\)/,
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
  "a truncated shard": [
    (dir) => writeFileSync(join(dir, shard), readFileSync(join(dir, shard)).subarray(0, -2)),
    /invalid file: .*model-00001.* ends at byte \d+ of \d+: truncated/,
  ],
};

for (const [name, [damage, message]] of Object.entries(cases))
  test(`${name}: refused when the folder is opened`, () => {
    const dir = at(name);
    cpSync(at("whole"), dir, { recursive: true });
    damage(dir);
    assert.throws(
      () => open({ dir }),
      (error: Error) => message.test(error.message) && !error.message.includes("\n"),
    );
  });

test("a row with NaN is named, and nothing is written; rows of zeros are padding, and count for nothing", async () => {
  const options = { tokenizer: wide, init: "mean", out: at("nan-out") } as const;
  for (const [table, value] of [
    [embedding, NaN],
    [head, Infinity],
  ] as const) {
    rmSync(at("nan"), { recursive: true, force: true });
    makeFolder({ dir: at("nan"), tokenizer: base, change: (weights) => (weights[table]!.data[16 * 7 + 3] = value) });
    await assert.rejects(
      extend({ base: open({ dir: at("nan") }), ...options }),
      new RegExp(
        `^Error: checkpoint\\.extend: invalid base: ${table} has ${value} in row 7 \\(every number must be finite\\)$`,
      ),
    );
    const trimmed = await trimTokenizer({ tokenizer: base, size: 399, texts: diagnostics("fr") });
    await assert.rejects(
      trim({ base: open({ dir: at("nan") }), trimmed, out: at("nan-out") }),
      new RegExp(`^Error: checkpoint\\.trim: invalid base: ${table} has numbers that are not finite$`),
    );
    assert.ok(!existsSync(at("nan-out")));
  }
  const zeroed = (dir: string, from: number): void =>
    makeFolder({ dir, tokenizer: base, tied: true, change: (weights) => weights[embedding]!.data.fill(0, from * 16) });
  zeroed(at("zeros"), 400);
  await extend({ base: open({ dir: at("zeros") }), tokenizer: wide, init: "mean", out: at("zeros-out") });
  const { data } = load(at("zeros")).weights[embedding]!;
  const grown = load(at("zeros-out")).weights[embedding]!.data;
  const mean = Array.from({ length: 16 }, (_, j) => {
    let sum = 0;
    for (let id = 0; id < 400; id++) sum += data[id * 16 + j]!;
    return sum / 400;
  });
  for (let id = 400; id < wide.size; id++)
    for (let j = 0; j < 16; j++)
      assert.ok(Math.abs(grown[id * 16 + j]! - mean[j]!) <= Math.abs(mean[j]!) / 128 + 1e-6, `row ${id}`);
});

test("a folder that lacks a file, or none at all", () => {
  cpSync(at("whole"), at("bare"), { recursive: true });
  renameSync(at("bare", "tokenizer.json"), at("bare", "tokenizer.txt"));
  assert.throws(
    () => open({ dir: at("bare") }),
    /^Error: load: invalid model folder: .* \(it has no tokenizer\.json\)$/,
  );
  assert.throws(
    () => open({ dir: at("nowhere") }),
    /^Error: load: invalid model folder: .* \(there is no such folder\)$/,
  );
});
