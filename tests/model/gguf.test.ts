/** GGUF files as models: names, layouts and tokenizer as they were before, bounds of what is claimed, one line for the rest. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readGguf } from "../../src/model/gguf/read.js";
import { load, readSafetensors, roundedTo, save } from "../../src/model/index.js";
import {
  float32,
  ggufBytes,
  tinyLlama,
  tinyPieces,
  tinyQuantised,
  type Typed,
  type WrittenFile,
  type WrittenTensor,
} from "./gguf-file.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-gguf-"));
after(() => rmSync(root, { recursive: true }));
const path = join(root, "a.gguf");
const written = (file: WrittenFile): string => {
  writeFileSync(path, ggufBytes(file));
  return path;
};
/** The tiny Llama, changed. */
const changed = (values: Record<string, Typed | undefined>, tensors = (all: WrittenTensor[]) => all): WrittenFile => {
  const tiny = tinyLlama();
  const kept = Object.entries({ ...tiny.values, ...values }).filter(([, value]) => value !== undefined);
  return { values: Object.fromEntries(kept) as Record<string, Typed>, tensors: tensors(tiny.tensors) };
};

test("a file is a model: shape, weights by Hugging Face's names, tokenizer, chat template", async () => {
  const model = load(written(tinyLlama()));
  const { width, layers, heads, kvHeads, ffn, context, tied, normEps, ropeTheta, vocabSize } = model.config;
  assert.deepEqual([width, layers, heads, kvHeads, ffn, context, vocabSize], [8, 1, 2, 1, 12, 16, 258]);
  assert.deepEqual([tied, normEps, ropeTheta], [true, 1e-5, 10000]);
  const ids = await model.tokenizer.encode("ab<|end|>b");
  assert.deepEqual([ids.length, ids[1], model.tokenizer.endOfText], [3, 257, 257]);
  assert.equal(model.tokenizer.decode(ids), "ab<|end|>b");
});

test("rows of queries and keys lie half a head apart again", () => {
  const { weights } = load(written(tinyLlama()));
  const firsts = (name: string): number[] => {
    const { shape, data } = weights[`model.layers.0.self_attn.${name}.weight`]!;
    return Array.from({ length: shape[0]! }, (_, row) => data[row * shape[1]!]! / shape[1]!);
  };
  assert.deepEqual(firsts("q_proj"), [0, 2, 1, 3, 4, 6, 5, 7]);
  assert.deepEqual(firsts("k_proj"), [0, 2, 1, 3]);
});

test("saved, it is a folder of safetensors that loads to the same, with what the weights were rounded to", () => {
  const model = load(written(tinyQuantised()));
  const dir = join(root, "saved");
  assert.equal(roundedTo(model), "Q8_0 (1 tensor)");
  assert.deepEqual(
    model.weights["model.layers.0.mlp.down_proj.weight"]!.data.slice(0, 3),
    Float32Array.of(-16, -15, -14).map((each) => each / 256),
  );
  assert.deepEqual(save({ dir, model }), {});
  const again = load(dir);
  assert.deepEqual(again.weights, model.weights);
  assert.deepEqual(again.tokenizer.json, model.tokenizer.json);
  assert.deepEqual(again.config, model.config);
  const { dtypes, metadata } = readSafetensors(join(dir, "model.safetensors"));
  assert.deepEqual(new Set(Object.values(dtypes)), new Set(["F32"]));
  assert.deepEqual(metadata, { format: "pt", name: "Tiny", license: "mit", rounded_to: "Q8_0 (1 tensor)" });
  assert.equal(readFileSync(join(dir, "chat_template.jinja"), "utf8"), "{{ messages }}");
});

test("half precision stays half precision", () => {
  const half = changed({}, (all) =>
    all.map((tensor) => {
      if (tensor.shape.length === 1) return tensor;
      const bits = new Uint32Array(tensor.data.buffer as ArrayBuffer);
      return { ...tensor, type: 30, data: new Uint8Array(Uint16Array.from(bits, (each) => each >>> 16).buffer) };
    }),
  );
  const model = load(written(half));
  const { dtypes, metadata } = model.origin!.tensors["model.safetensors"]!;
  assert.equal(dtypes["model.embed_tokens.weight"], "BF16");
  assert.equal(dtypes["model.norm.weight"], "F32");
  assert.equal(metadata.rounded_to, undefined);
});

test("a folder with one file is that file; beside other weights of its own it is none", () => {
  const dir = join(root, "folder");
  mkdirSync(dir);
  writeFileSync(join(dir, "x.gguf"), ggufBytes(tinyLlama()));
  assert.equal(load(dir).config.width, 8);
  writeFileSync(join(dir, "y.gguf"), "");
  assert.throws(() => load(dir), /^Error: load: invalid model folder: \S+ \(name one of x\.gguf, y\.gguf\)$/);
  save({ dir: join(root, "both"), model: load(written(tinyLlama())) });
  writeFileSync(join(root, "both", "x.gguf"), "");
  assert.deepEqual(load(join(root, "both")).origin!.leftOut, { "x.gguf": "other weights" });
});

/** What the file is refused with, between the brackets. */
function refused(file: WrittenFile | Uint8Array): string {
  writeFileSync(path, file instanceof Uint8Array ? file : ggufBytes(file));
  try {
    load(path);
  } catch (error) {
    const [, what] = /^load: invalid GGUF: \S+a\.gguf \((.*)\)$/.exec((error as Error).message) ?? [];
    return what ?? (error as Error).message;
  }
  return "read";
}

test("a header that claims what the file does not hold is refused before anything is made of it", () => {
  const whole = ggufBytes(tinyLlama());
  assert.match(refused(whole.subarray(0, 3)), /^it ends at byte 3, in its header: truncated$/);
  assert.match(refused(Buffer.from("version https://git-lfs")), /^it is a Git LFS pointer/);
  assert.match(refused(Buffer.from("a long text of something else")), /^it does not begin with GGUF$/);
  assert.match(refused({ version: 1 }), /^version 1; 2 and 3 are read/);
  assert.match(refused({ version: 0x03000000 }), /^it is big-endian/);
  assert.match(refused({ counts: { values: 1000 } }), /^it claims 1000 values$/);
  assert.match(refused({ counts: { tensors: 2 ** 50 } }), /^it claims 1125899906842624 tensors$/);
  const first = whole.indexOf("general.architecture");
  const long = Buffer.from(whole);
  long.writeBigUInt64LE(2n ** 40n, first - 8);
  assert.match(refused(long), /^a key claims 1099511627776 bytes/);
  const list = Buffer.from(whole);
  list.writeBigUInt64LE(2n ** 40n, whole.indexOf("tokenizer.ggml.tokens") + "tokenizer.ggml.tokens".length + 8);
  assert.match(refused(list), /^tokenizer\.ggml\.tokens claims 1099511627776 elements, \d+ bytes are left$/);
  const strange = Buffer.from(whole);
  strange.writeUInt32LE(13, first + "general.architecture".length);
  assert.match(refused(strange), /^general\.architecture is of type 13, which the format does not have$/);
  assert.match(refused(whole.subarray(0, whole.length - 64)), /ends at byte \d+ of \d+: truncated$/);
  assert.match(refused(changed({ "general.alignment": ["u32", 24] })), /^general\.alignment is 24; a power of two/);
});

test("tensors that lie over each other, are too large or of another type are refused by name", () => {
  const with1 = (tensor: Partial<WrittenTensor>): WrittenFile =>
    changed({}, ([first, second, ...others]) => [first!, { ...second!, ...tensor }, ...others]);
  assert.match(
    refused(with1({ offset: 0 })),
    /^blk\.0\.attn_norm\.weight begins at byte 0 of the data, the tensor before it ends at 8256$/,
  );
  assert.match(refused(with1({ name: "token_embd.weight" })), /^token_embd\.weight is there twice$/);
  assert.match(refused(with1({ name: "x".repeat(65) })), /^a tensor's name claims 65 bytes/);
  assert.match(refused(with1({ name: "__proto__" })), /^a tensor is called "__proto__"$/);
  assert.match(refused(with1({ shape: [2 ** 40, 2 ** 40] })), /which F32 cannot hold$/);
  assert.match(refused(with1({ shape: [1, 1, 1, 1, 8] })), /has 5 dimensions; at most 4 are read$/);
  assert.match(refused(with1({ type: 2 })), /^blk\.0\.attn_norm\.weight is \[8\], which Q4_0 cannot hold$/);
  assert.match(
    refused(with1({ type: 11 })),
    /is Q3_K; F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, BF16 are read/,
  );
  assert.match(refused(with1({ type: 99 })), /is of type 99; /);
  assert.match(
    refused(with1({ name: "blk.0.attn_sinks.weight" })),
    /^blk\.0\.attn_sinks\.weight is a tensor that this kind/,
  );
  assert.match(refused(with1({ shape: [4] })), /config\.json says \[8\]/);
});

test("what would be another model is refused by one line", () => {
  const split = changed({ "split.count": ["u16", 3] });
  writeFileSync(join(root, "m-00001-of-00003.gguf"), ggufBytes(split));
  assert.throws(
    () => load(join(root, "m-00001-of-00003.gguf")),
    /it is one of 3 parts, m-\*-of-00003\.gguf; join them into one file: llama-gguf-split/,
  );
  assert.match(
    refused(changed({ "general.architecture": ["text", "mamba"] })),
    /^its architecture is mamba; llama, qwen2/,
  );
  assert.match(refused(changed({ "general.architecture": undefined })), /^it does not say its general\.architecture$/);
  assert.match(
    refused(changed({ "llama.block_count": undefined })),
    /^llama\.block_count is absent; a number is needed$/,
  );
  assert.match(
    refused(changed({ "llama.attention.head_count_kv": ["u32", [1]] })),
    /^llama\.attention\.head_count_kv is \[1\]; a number/,
  );
  assert.match(refused(changed({ "llama.expert_count": ["u32", 8] })), /^it is a mixture of experts/);
  assert.match(refused(changed({ "llama.rope.dimension_count": ["u32", 2] })), /^its heads are turned in part$/);
  assert.match(
    refused(changed({ "llama.rope.scaling.type": ["text", "su"] })),
    /^its rope\.scaling\.type is "su"; none, linear and yarn are read$/,
  );
  const freqs = changed({}, (all) => [...all, float32("rope_freqs.weight", [2], () => 3)]);
  assert.match(refused(freqs), /^its rope_freqs\.weight is not Llama 3's/);
  const noTable = changed({}, ([, ...others]) => others);
  assert.match(refused(noTable), /^it has no token_embd\.weight$/);
});

test("Phi 3's long and short factors become its rope_scaling, and one of them alone is refused", () => {
  const phi3 = (...tensors: WrittenTensor[]): WrittenFile => {
    const { values, tensors: all } = changed({ "general.architecture": ["text", "phi3"] });
    const renamed = Object.entries(values!).map(([key, value]) => [key.replace(/^llama\./, "phi3."), value]);
    const length = { "phi3.rope.scaling.original_context_length": ["u32", 8] };
    return {
      values: { ...Object.fromEntries(renamed), ...length } as WrittenFile["values"],
      tensors: [all![0]!, ...tensors],
    };
  };
  const [long, short] = ["long", "short"].map((which, i) => float32(`rope_factors_${which}.weight`, [2], (j) => i + j));
  const { config } = readGguf(written(phi3(long!, short!)));
  assert.deepEqual(config.rope_scaling, { rope_type: "longrope", long_factor: [0, 1], short_factor: [1, 2] });
  assert.equal(config.original_max_position_embeddings, 8);
  assert.match(refused(phi3(long!)), /^of its rope_factors_long and rope_factors_short one is absent$/);
});

test("a tokenizer that would encode otherwise is refused by one line", () => {
  const tokens = tinyLlama().values["tokenizer.ggml.tokens"]![1] as string[];
  assert.match(
    refused(changed({ "tokenizer.ggml.pre": ["text", "default"] })),
    /^its tokenizer\.ggml\.pre is "default"; how it cuts text is known for gpt-2,/,
  );
  assert.match(refused(changed({ "tokenizer.ggml.pre": undefined })), /^its tokenizer\.ggml\.pre is absent/);
  assert.match(refused(changed({ "tokenizer.ggml.model": ["text", "bert"] })), /^its tokenizer is "bert"; gpt2/);
  assert.match(
    refused(changed({ "tokenizer.ggml.merges": ["text", ["a q b"]] })),
    /^its tokenizer: parse: invalid merge/,
  );
  assert.match(
    refused(changed({ "tokenizer.ggml.merges": undefined })),
    /^its tokenizer\.ggml\.merges is no list of strings$/,
  );
  assert.match(
    refused(changed({ "tokenizer.ggml.tokens": ["text", ["a", "a"]] })),
    /^its token "a" is there twice$|^its eos token/,
  );
  assert.match(
    refused(changed({ "tokenizer.ggml.eos_token_id": ["u32", 999] })),
    /^its eos token is 999, which it has not$/,
  );
  const longToken = changed({ "tokenizer.ggml.tokens": ["text", [...tokens.slice(1), "x".repeat(5000)]] });
  assert.match(refused(longToken), /^token 257 has 5000 characters; at most 4096 are read$/);
  assert.match(
    refused(changed({ "tokenizer.huggingface.json": ["text", "{"] })),
    /^its tokenizer\.huggingface\.json is damaged/,
  );
});

test("pieces merge by their scores, a space goes in front, rows beyond the vocabulary are no tokens", async () => {
  const { tokenizer, config } = load(written(tinyPieces()));
  assert.deepEqual([tokenizer.size, config.vocabSize, tokenizer.endOfText], [266, 267, 2]);
  const pieces = async (text: string): Promise<unknown[]> =>
    (await tokenizer.encode(text)).map((id) => tokenizer.tokenOf(id));
  assert.deepEqual(await pieces("ab b한"), ["▁ab", "▁", "b", "한"]);
  assert.deepEqual(await pieces("é</s>"), ["▁", "<0xC3>", "<0xA9>", "</s>"]);
  const { values, tensors } = tinyPieces();
  const bare = load(written({ values: { ...values, "tokenizer.ggml.add_space_prefix": ["bool", false] }, tensors }));
  assert.deepEqual((await bare.tokenizer.encode("ab")).length, 1);
});

test("a tokenizer.json inside is used as it is", async () => {
  const { tokenizer } = load(written(tinyLlama()));
  const json = JSON.stringify(tokenizer.json);
  const model = load(
    written(changed({ "tokenizer.huggingface.json": ["text", json], "tokenizer.ggml.pre": undefined })),
  );
  assert.deepEqual(model.tokenizer.json, tokenizer.json);
});
