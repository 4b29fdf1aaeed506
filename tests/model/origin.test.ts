/** What a model's folder held that is not the model's numbers is there again when the model is saved. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { grow, replace, trim } from "../../src/embed/index.js";
import { configOf, init, load, readSafetensors, save, storedAlike, writeSafetensors } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { Dtype, KeptTensor, LanguageModel } from "../../src/types.js";
import { extend, train, trim as trimTokenizer } from "../../src/vocab/index.js";
import { oracle, pythonHas } from "../python.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-origin-"));
after(() => rmSync(root, { recursive: true }));
const at = (...names: string[]): string => join(root, ...names);
const texts = ["the cat sat on the mat. the dog sat on the log. 한국어 텍스트 한국어"];
const specials = ["<|begin|>", "<|end|>", "<|pad|>", "<|eot|>"];

/** A folder as others write it: two ends of text, a pad token, half precision, a chat template, files of other tools. */
before(async () => {
  const tokenizer = await train({ texts, size: 290, specials, endOfText: "<|end|>" });
  const config = configOf({
    vocabSize: 290,
    width: 16,
    layers: 1,
    heads: 2,
    kvHeads: 1,
    ffn: 24,
    context: 32,
    tied: false,
  });
  save({ dir: at("plain"), model: { config, tokenizer, weights: init({ config, rng: rng(1) }) } });
  cpSync(at("plain"), at("model"), { recursive: true });
  const { weights } = readSafetensors(at("plain", "model.safetensors"));
  const type = (name: string): Dtype => (name.endsWith("norm.weight") ? "F32" : name.includes("mlp") ? "F16" : "BF16");
  const dtypes = Object.fromEntries(Object.keys(weights).map((name) => [name, type(name)]));
  writeSafetensors(at("model", "model.safetensors"), weights, {
    dtypes,
    metadata: { format: "pt", made: "elsewhere" },
  });
  const json = JSON.parse(readFileSync(at("plain", "config.json"), "utf8")) as object;
  const ids = { bos_token_id: 0, eos_token_id: [1, 3], pad_token_id: 2 };
  const write = (name: string, what: unknown): void => {
    mkdirSync(join(at("model", name), ".."), { recursive: true });
    writeFileSync(at("model", name), typeof what === "string" ? what : JSON.stringify(what));
  };
  write("config.json", {
    ...json,
    ...ids,
    torch_dtype: undefined,
    dtype: "bfloat16",
    initializer_range: 0.02,
    odd: [null],
  });
  write("generation_config.json", { ...ids, suppress_tokens: [3], temperature: 0.6 });
  write("tokenizer_config.json", {
    bos_token: { __type: "AddedToken", content: "<|begin|>", special: true },
    eos_token: "<|end|>",
    pad_token: "<|pad|>",
    tokenizer_class: "PreTrainedTokenizerFast",
    added_tokens_decoder: Object.fromEntries(specials.map((content, id) => [id, { content, special: true }])),
  });
  write("chat_template.jinja", "{{ messages }}<|eot|>\n");
  write("additional_chat_templates/tools.jinja", "{{ tools }}");
  write("tokenizer.model", "the same vocabulary, otherwise");
  write("LICENSE", "free\r\n");
  write("pytorch_model.bin", "a pickle");
  write(".gitattributes", "x");
});

const json = (...names: string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(at(...names), "utf8")) as Record<string, unknown>;
const kept = ["LICENSE", "chat_template.jinja", "additional_chat_templates/tools.jinja"];

test("loaded and saved, every file has the same bytes; other weights are named and not kept", () => {
  assert.deepEqual(save({ dir: at("again"), model: load(at("model")) }), { "pytorch_model.bin": "other weights" });
  const names = readdirSync(at("model"), { recursive: true, encoding: "utf8" });
  const expected = names.filter((name) => name !== "pytorch_model.bin" && name !== ".gitattributes").sort();
  assert.deepEqual(readdirSync(at("again"), { recursive: true, encoding: "utf8" }).sort(), expected);
  for (const name of expected.filter((each) => each !== "additional_chat_templates"))
    assert.deepEqual(readFileSync(at("again", name)), readFileSync(at("model", name)), name);
});

test("a widened model has its new rows, and all else as it was", async () => {
  const base = load(at("model"));
  const tokenizer = await extend({ base: base.tokenizer, texts: ["그리고 그리고 그리고 하지만 하지만"], newTokens: 4 });
  const model = await grow({ base, tokenizer, init: "mean", padTo: 8 });
  assert.deepEqual(save({ dir: at("wide"), model }), {
    "pytorch_model.bin": "other weights",
    "tokenizer.model": "of the old vocabulary",
  });
  assert.deepEqual(json("wide", "config.json"), { ...json("model", "config.json"), vocab_size: 296 });
  for (const name of [...kept, "generation_config.json"])
    assert.deepEqual(readFileSync(at("wide", name)), readFileSync(at("model", name)), name);
  const [was, is] = [at("model"), at("wide")].map((dir) => readSafetensors(join(dir, "model.safetensors")));
  assert.deepEqual([is!.dtypes, is!.metadata], [was!.dtypes, was!.metadata]);
  for (const [name, { data }] of Object.entries(was!.weights))
    assert.deepEqual(is!.weights[name]!.data.subarray(0, data.length), data, name);
  assert.equal(load(at("wide")).tokenizer.endOfText, 1);
});

test("ids follow their tokens, and a token that is gone is named no longer", async () => {
  const base = load(at("model"));
  const trimmed = await trimTokenizer({ tokenizer: base.tokenizer, size: 270, texts });
  save({ dir: at("small"), model: trim({ base, trimmed }) });
  const idOf = (name: string): number => trimmed.tokenizer.idOf(name)!;
  assert.deepEqual(json("small", "generation_config.json")["eos_token_id"], [idOf("<|end|>"), idOf("<|eot|>")]);

  const other = await train({
    texts,
    size: 280,
    specials: ["<|pad|>", "<|begin|>", "<|stop|>"],
    endOfText: "<|stop|>",
  });
  save({ dir: at("other"), model: await replace({ base, tokenizer: other, init: "mean" }) });
  for (const name of ["config.json", "generation_config.json"]) {
    const { bos_token_id: bos, eos_token_id: eos, pad_token_id: pad } = json("other", name);
    assert.deepEqual([bos, eos, pad], [1, 2, 0], name);
  }
  assert.deepEqual(json("other", "generation_config.json")["suppress_tokens"], []);
  const names = json("other", "tokenizer_config.json");
  assert.deepEqual([names["eos_token"], names["pad_token"]], ["<|stop|>", "<|pad|>"]);
  const added = Object.values(names["added_tokens_decoder"] as Record<string, { content: string }>);
  assert.deepEqual(
    added.map(({ content }) => content),
    ["<|pad|>", "<|begin|>", "<|stop|>"],
  );
  assert.equal(load(at("other")).tokenizer.endOfText, 2);
});

test("saved exactly, changed weights are float32 and config.json says so", () => {
  const model = load(at("model"));
  const name = "model.embed_tokens.weight";
  const { shape, data } = model.weights[name]!;
  const changed: LanguageModel = {
    ...model,
    weights: { ...model.weights, [name]: { shape, data: data.map((x) => x + 1e-6) } },
  };
  save({ dir: at("exact"), model: changed, dtype: "exact" });
  assert.deepEqual(load(at("exact")).weights, changed.weights);
  assert.equal(json("exact", "config.json")["dtype"], "float32");
  save({ dir: at("unchanged"), model, dtype: "exact" });
  assert.deepEqual(readFileSync(at("unchanged", "model.safetensors")), readFileSync(at("model", "model.safetensors")));
});

/** The plain model in two files. */
function sharded(name: string, change: (map: Record<string, string>) => unknown = (map) => map): string {
  const dir = at(name);
  cpSync(at("plain"), dir, { recursive: true });
  const { weights } = readSafetensors(join(dir, "model.safetensors"));
  rmSync(join(dir, "model.safetensors"));
  const fileOf = (tensor: string): string => `model-0000${tensor.includes("layers") ? 1 : 2}-of-00002.safetensors`;
  for (const file of [1, 2].map((n) => `model-0000${n}-of-00002.safetensors`)) {
    const some = Object.entries(weights).filter(([tensor]) => fileOf(tensor) === file);
    writeSafetensors(join(dir, file), Object.fromEntries(some));
  }
  const size = Object.values(weights).reduce((sum, { data }) => sum + data.byteLength, 0);
  const map = Object.fromEntries(
    Object.keys(weights)
      .sort()
      .map((tensor) => [tensor, fileOf(tensor)]),
  );
  const index = { metadata: { total_size: size }, weight_map: change(map) };
  writeFileSync(join(dir, "model.safetensors.index.json"), JSON.stringify(index, null, 2) + "\n");
  return dir;
}

test("a sharded checkpoint is read, and written in the same files", async () => {
  const model = load(sharded("sharded"));
  assert.deepEqual(model.weights, load(at("plain")).weights);
  mkdirSync(at("sharded-again"));
  writeFileSync(at("sharded-again", "model.safetensors"), "of a model that was here before");
  save({ dir: at("sharded-again"), model });
  const names = readdirSync(at("sharded"));
  assert.deepEqual(readdirSync(at("sharded-again")), names);
  for (const name of names)
    assert.deepEqual(readFileSync(at("sharded-again", name)), readFileSync(at("sharded", name)));
  const tokenizer = await extend({ base: model.tokenizer, texts: ["그리고 그리고 그리고"], newTokens: 2 });
  save({ dir: at("sharded-wide"), model: await grow({ base: model, tokenizer, init: "mean" }) });
  assert.equal(load(at("sharded-wide")).config.vocabSize, 292);
  const { metadata } = json("sharded-wide", "model.safetensors.index.json") as { metadata: { total_size: number } };
  const { metadata: before } = json("sharded", "model.safetensors.index.json") as { metadata: { total_size: number } };
  assert.equal(metadata.total_size - before.total_size, 2 * 2 * 16 * 4);
  assert.ok(!existsSync(at("sharded-wide", "model.safetensors")));
});

const first = "model.norm.weight";
const badIndexes: Record<string, [(map: Record<string, string>) => unknown, RegExp]> = {
  "no map": [() => null, /it has no weight_map/],
  "a file outside": [(map) => ({ ...map, [first]: "../x.safetensors" }), /is not the name of a safetensors file/],
  "a missing file": [(map) => ({ ...map, x: "y.safetensors" }), /the folder lacks y.safetensors; fetch it too/],
  "a tensor elsewhere": [
    (map) => ({ ...map, [first]: "model-00001-of-00002.safetensors" }),
    /model.norm.weight is in model-00002-of-00002.safetensors, not in "model-00001/,
  ],
  "a tensor nowhere": [(map) => ({ ...map, x: map[first] }), /x is in no file/],
};
for (const [what, [change, pattern]] of Object.entries(badIndexes))
  test(`an index with ${what} is refused in one line`, () => {
    const dir = sharded(`index ${what}`, change);
    assert.throws(
      () => load(dir),
      (error: Error) => pattern.test(error.message) && !error.message.includes("\n"),
    );
  });

/** The model's folder with its weights under other names, and with tensors besides. */
function rewritten(name: string, rename: (tensor: string) => string, kept: Record<string, KeptTensor> = {}): string {
  cpSync(at("model"), at(name), { recursive: true });
  rmSync(at(name, "pytorch_model.bin"));
  const { weights, dtypes, metadata } = readSafetensors(at("model", "model.safetensors"));
  const renamed = <T>(of: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(of).map(([tensor, value]) => [rename(tensor), value]));
  const options = { dtypes: renamed(dtypes), metadata, kept };
  writeSafetensors(at(name, "model.safetensors"), renamed(weights), options);
  return at(name);
}
const same = (name: string): void =>
  assert.deepEqual(readFileSync(at(`${name} again`, "model.safetensors")), readFileSync(at(name, "model.safetensors")));

test("weights without their base prefix are the same model, and are saved as they were found", async () => {
  const model = load(rewritten("bare", (tensor) => tensor.replace(/^model\./, "")));
  assert.deepEqual(model.weights, load(at("model")).weights);
  save({ dir: at("bare again"), model });
  same("bare");
  assert.ok(storedAlike(model, model.weights));
  const tokenizer = await extend({ base: model.tokenizer, texts: ["그리고 그리고 그리고"], newTokens: 2 });
  save({ dir: at("bare and wide"), model: await grow({ base: model, tokenizer, init: "mean" }) });
  const { dtypes, weights } = readSafetensors(at("bare and wide", "model.safetensors"));
  assert.deepEqual(dtypes, readSafetensors(at("bare", "model.safetensors")).dtypes);
  assert.deepEqual(weights["embed_tokens.weight"]!.shape, [292, 16]);
});

test("where a tied model keeps its table as the head, that is the table", () => {
  rewritten("head", (tensor) =>
    tensor === "lm_head.weight" ? "unused" : tensor.replace("model.embed_tokens", "lm_head"),
  );
  const { weights, ...options } = readSafetensors(at("head", "model.safetensors"));
  const { unused: _, ...others } = weights;
  writeSafetensors(at("head", "model.safetensors"), others, options);
  writeFileSync(
    at("head", "config.json"),
    JSON.stringify({ ...json("model", "config.json"), tie_word_embeddings: true }),
  );
  const model = load(at("head"));
  assert.deepEqual(model.weights["model.embed_tokens.weight"], load(at("model")).weights["model.embed_tokens.weight"]);
  save({ dir: at("head again"), model });
  same("head");
});

test("tensors that nothing is computed with are kept, of whatever type; a parameter of such a type is refused", () => {
  const of = (dtype: string, shape: number[], bytes: number): KeptTensor => ({
    dtype,
    shape,
    bytes: Uint8Array.from({ length: bytes }, (_, i) => 7 * i + 1),
  });
  const frequencies = "model.layers.0.self_attn.rotary_emb.inv_freq";
  const kept = { [frequencies]: of("F64", [4], 32), "model.position_ids": of("I64", [1, 2], 16) };
  const model = load(rewritten("kept", (tensor) => tensor, kept));
  assert.deepEqual(model.weights, load(at("model")).weights);
  save({ dir: at("kept again"), model });
  same("kept");
  save({ dir: at("kept in halves"), model, dtype: "BF16" });
  const halves = readSafetensors(at("kept in halves", "model.safetensors"), ({ name }) => name in kept);
  assert.deepEqual(Object.keys(halves.kept!).sort(), Object.keys(kept).sort());
  assert.deepEqual(Buffer.from(halves.kept![frequencies]!.bytes), Buffer.from(kept[frequencies]!.bytes));

  rewritten("integers", (tensor) => (tensor === first ? "other.position_ids" : tensor), {
    [first]: of("I32", [16], 64),
  });
  assert.throws(() => load(at("integers")), /model.norm.weight is "I32"; F32, F16 and BF16 are read/);
});

const python = pythonHas("torch", "transformers");
test("transformers finds the same special tokens, template and logits", { skip: !python && "no transformers" }, () => {
  const code = `
import json, sys, torch
from transformers import AutoModelForCausalLM, AutoTokenizer
out = []
for folder in sys.argv[1:]:
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    with torch.no_grad(): logits = model(torch.tensor([[5, 6, 7, 8]])).logits[..., :290].float().flatten().tolist()
    c, g = model.config, model.generation_config
    out.append([str(model.dtype), tokenizer.bos_token, tokenizer.eos_token, tokenizer.pad_token, tokenizer.chat_template,
                c.bos_token_id, c.eos_token_id, c.pad_token_id, g.eos_token_id, g.suppress_tokens, logits])
print(json.dumps(out))`;
  const model = load(at("model"));
  save({ dir: at("for-python"), model });
  const folders = ["model", "for-python", "wide", "bare again", "bare and wide", "kept again"];
  const ran = spawnSync("python3", [oracle, "-c", code, ...folders.map((name) => at(name))], { encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  const [original, ...others] = JSON.parse(ran.stdout) as unknown[];
  others.forEach((other, i) => assert.deepEqual(other, original, folders[i + 1]));
});
