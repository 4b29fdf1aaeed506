/** Readers of models and tokenizers. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  configOf,
  init,
  load,
  readAdapter,
  readSafetensors,
  save,
  saveAdapter,
  withAdapter,
  writeSafetensors,
} from "../../../src/model/index.js";
import { fileInTarball } from "../../../src/corpus/sources/tarball.js";
import { readTokenizer } from "../../../src/model/tokenizer-files.js";
import { rng } from "../../../src/rng.js";
import { parse, stringify } from "../../../src/vocab/index.js";
import { prefixOf } from "../../../src/train/ask/prefix.js";
import { dora } from "../../../src/train/index.js";
import type { LanguageModel, Tokenizer } from "../../../src/types.js";
import { ggufBytes, tinyLlama, tinyPieces } from "../../model/gguf-file.js";
import { pieceToy, toy, unigramToy, wordPieceToy } from "../../vocab/support.js";
import type { Files, Target } from "../types.js";
import { json, utf8 } from "./files.js";

const byteLevel = (): Tokenizer =>
  toy([
    ["a", "b"],
    ["ab", "a"],
  ]);
const pieces = (): Tokenizer =>
  pieceToy("▁ab한", [
    ["▁", "a"],
    ["a", "b"],
  ]);

const words = (): Tokenizer => wordPieceToy(["a", "ab", "##a", "##b", "한"]);
const scored = (): Tokenizer => unigramToy(["▁", "▁A", "b", "bA", "A", "한"]);

/** The files that `write` leaves in a folder. */
function filesOf(names: string[], write: (dir: string) => void): Files {
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-fuzz-seed-"));
  try {
    write(dir);
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(dir, name))]));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function modelFolder(tokenizer: Tokenizer): Files {
  const config = configOf({
    size: "nano",
    vocabSize: tokenizer.size,
    width: 4,
    layers: 1,
    heads: 1,
    kvHeads: 1,
    ffn: 4,
    context: 8,
  });
  const model = { config, tokenizer, weights: init({ config, rng: rng(1) }) };
  return filesOf(["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"], (dir) =>
    save({ dir, model }),
  );
}

/** What an adapter is for. */
function adapted(): LanguageModel {
  const size = { vocabSize: 8, width: 4, layers: 1, heads: 1, kvHeads: 1, ffn: 4, context: 8 };
  const config = configOf({ size: "nano", ...size });
  return { config, tokenizer: byteLevel(), weights: init({ config, rng: rng(1) }) };
}

const tensors = (): Files =>
  filesOf(["a.safetensors"], (dir) =>
    writeSafetensors(
      join(dir, "a.safetensors"),
      {
        "b.weight": { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
        a: { shape: [], data: Float32Array.of(-1) },
        none: { shape: [0, 4], data: new Float32Array() },
      },
      { metadata: { format: "pt", step: "7" } },
    ),
  );

/** One file in the archive's own blocks of 512 bytes. */
function tar(name: string, content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(512);
  header.write(name, 0, "latin1");
  header.write(content.length.toString(8).padStart(11, "0"), 124, "latin1");
  header.write("0ustar", 156, "latin1");
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512), Buffer.alloc(1024)]);
}

export const modelTargets: readonly Target[] = [
  {
    name: "tokenizer",
    summary: "tokenizer.json, then a text there and back",
    sources: ["src/vocab/parse.ts"],
    seeds: () =>
      [byteLevel(), pieces(), words(), scored()].map((tokenizer) => ({ "tokenizer.json": utf8(stringify(tokenizer)) })),
    async read(dir) {
      const tokenizer = parse(readFileSync(join(dir, "tokenizer.json"), "utf8"));
      const ids = await tokenizer.encode("ab aba 한 ab");
      return [ids, tokenizer.decode(ids), ids.map((id) => tokenizer.bytesOf(id))];
    },
  },
  {
    name: "safetensors",
    summary: "model.safetensors as a whole",
    sources: ["src/model/safetensors.ts"],
    seeds: () => [tensors()],
    read: (dir) => readSafetensors(join(dir, "a.safetensors")),
  },
  {
    name: "safetensors-header",
    summary: "the header of model.safetensors, its length made to fit",
    sources: ["src/model/safetensors-header.ts"],
    seeds() {
      const file = Buffer.from(tensors()["a.safetensors"]!);
      const length = Number(file.readBigUInt64LE(0));
      return [{ header: utf8(file.toString("utf8", 8, 8 + length).trim()), data: file.subarray(8 + length) }];
    },
    assemble({ header = utf8(""), data = utf8("") }) {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      return { "a.safetensors": Buffer.concat([length, header, data]) };
    },
    read: (dir) => readSafetensors(join(dir, "a.safetensors")),
  },
  {
    name: "model-folder",
    summary: "config.json, weights and tokenizer as one model, and what it puts before a text",
    sources: ["src/model/huggingface.ts", "src/train/ask/prefix.ts"],
    seeds: () => [byteLevel(), pieces(), words(), scored()].map(modelFolder),
    read: (dir) => prefixOf(load(dir)),
  },
  {
    name: "peft-folder",
    summary: "adapter_config.json and its tensors, of DoRA with rows of tokens, into a model",
    sources: ["src/model/read-peft-folder.ts", "src/model/adapter.ts"],
    seeds() {
      const { config, weights } = adapted();
      const leaves = dora({ rank: 1, newRows: { from: 6 } }).of({ config, seed: 1, weights });
      const adapter = leaves.adapter!({ ...weights, ...leaves.added });
      return [
        filesOf(["adapter_config.json", "adapter_model.safetensors"], (dir) => saveAdapter({ dir, config, adapter })),
      ];
    },
    read(dir) {
      const model = adapted();
      return Object.keys(withAdapter(model, readAdapter({ dir, config: model.config })).weights);
    },
  },
  {
    name: "gguf",
    summary: "a GGUF file as a model, with either kind of tokenizer",
    sources: ["src/model/gguf/layout.ts", "src/model/gguf/read.ts", "src/model/gguf/tokenizer.ts"],
    seeds: () => [tinyLlama(), tinyPieces()].map((file) => ({ "a.gguf": ggufBytes(file) })),
    read: (dir) => load(join(dir, "a.gguf")).config,
  },
  {
    name: "model-in-parts",
    summary: "a model whose weights are in several files, with their index",
    sources: ["src/model/weight-files.ts", "src/model/saved-files.ts"],
    seeds() {
      const whole = modelFolder(byteLevel());
      let index = json({});
      const parts = filesOf(["1.safetensors", "2.safetensors"], (dir) => {
        const path = join(dir, "model.safetensors");
        writeFileSync(path, whole["model.safetensors"]!);
        const { weights } = readSafetensors(path);
        const [first, ...others] = Object.entries(weights);
        writeSafetensors(join(dir, "1.safetensors"), Object.fromEntries([first!]));
        writeSafetensors(join(dir, "2.safetensors"), Object.fromEntries(others));
        index = json({
          metadata: {},
          weight_map: Object.fromEntries(
            Object.keys(weights).map((name) => [name, name === first![0] ? "1.safetensors" : "2.safetensors"]),
          ),
        });
      });
      const { "model.safetensors": _, ...rest } = whole;
      return [{ ...rest, ...parts, "model.safetensors.index.json": index }];
    },
    read: (dir) => load(dir).config,
  },
  {
    name: "tokenizer-files",
    summary: "tokenizer.json with the tokenizer_config.json beside it",
    sources: ["src/model/tokenizer-files.ts", "src/vocab/tokenizer-config.ts"],
    seeds: () => [
      { "tokenizer.json": utf8(stringify(byteLevel())), "tokenizer_config.json": json({ eos_token: "<|endoftext|>" }) },
      {
        "tokenizer.json": utf8(stringify(pieces())),
        "tokenizer_config.json": json({ eos_token: { content: "</s>" } }),
      },
    ],
    read: (dir) => readTokenizer({ path: dir }).endOfText,
  },
  {
    name: "npm-tarball",
    summary: "one file of an npm package's archive, packed anew",
    sources: ["src/corpus/sources/tarball.ts"],
    seeds: () => [
      { tar: tar("package/a.json", json({ a: 1 })) },
      { tar: Buffer.concat([tar("package/b", utf8("b")).subarray(0, 1024), tar("package/a.json", utf8("한"))]) },
    ],
    assemble: ({ tar: content = utf8("") }) => ({ "a.tgz": gzipSync(content, { level: 1 }) }),
    read: (dir) => fileInTarball({ tarball: readFileSync(join(dir, "a.tgz")), path: "package/a.json" }),
  },
  {
    name: "npm-tarball-packed",
    summary: "the same, packed: gzip has a checksum",
    sources: ["src/corpus/sources/tarball.ts"],
    seeds: () => [{ "a.tgz": gzipSync(tar("package/a.json", json({ a: 1 }))) }],
    read: (dir) => fileInTarball({ tarball: readFileSync(join(dir, "a.tgz")), path: "package/a.json" }),
    intact: true,
  },
];
