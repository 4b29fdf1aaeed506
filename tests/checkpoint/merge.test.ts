/** Folders merged piece by piece are, byte for byte, those that merging in memory would save. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Folder, merge, open } from "../../src/checkpoint/index.js";
import {
  linear,
  merge as merged,
  type MergeMethod,
  methods,
  passthrough,
  slerp,
  taskArithmetic,
} from "../../src/merge/index.js";
import { fromFloat32 } from "../../src/halves.js";
import { load, readSafetensors, save } from "../../src/model/index.js";
import { makeOf, type Written } from "../../src/registry.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, Tokenizer, Weights } from "../../src/types.js";
import { extend as widen, train } from "../../src/vocab/index.js";
import { diagnostics } from "../vocab/support.js";
import { contents, embedding, head, makeFolder, type RawTensor, writeRaw } from "./folders.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-merged-"));
after(() => rmSync(root, { recursive: true }));
const at = (...names: string[]): string => join(root, ...names);
let base: Tokenizer;
let wide: Tokenizer;
before(async () => {
  base = await train({ texts: diagnostics("fr"), size: 280 });
  wide = await widen({ base, texts: diagnostics("ko").slice(0, 200), newTokens: 20 });
});

/** Every weight moved a little, by a seed. */
const moved =
  (seed: number) =>
  (weights: Weights): void => {
    const draw = rng(seed);
    for (const { data } of Object.values(weights)) data.forEach((value, i) => (data[i] = value + 0.3 * draw.normal()));
  };
const json = (...names: string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(at(...names), "utf8")) as Record<string, unknown>;

const rowOf = ({ weights, tokenizer }: LanguageModel, token: string): Float32Array => {
  const id = tokenizer.idOf(token)!;
  return weights[embedding]!.data.subarray(16 * id, 16 * (id + 1));
};

test("every method: stream and memory give the same bytes, whatever types and files the models have", async () => {
  makeFolder({ dir: at("base"), tokenizer: wide, dtype: "BF16", shards: 3 });
  makeFolder({ dir: at("one"), tokenizer: base, dtype: "F16", change: moved(2), padding: 0 });
  makeFolder({ dir: at("two"), tokenizer: wide, dtype: "F32", shards: 2, change: moved(3) });
  const layers = [
    [0, 0.3],
    [1, 0.5],
  ];
  const folders = ["one", "two"].map((dir) => open({ dir: at(dir) }));
  const loaded = ["one", "two"].map((dir) => load(at(dir)));
  const [folder, from] = [open({ dir: at("base") }), load(at("base"))];
  for (const [name, { example }] of Object.entries(methods)) {
    const method = makeOf<MergeMethod>(methods, {
      ...{ name, ...example },
      ...(name === "elchat" && { layers }),
    } as Written);
    const used = method.models.most === 1 ? 1 : 2;
    const out = at(`${name}-streamed`);
    const made = await merge({ models: folders.slice(0, used), base: folder, method, out, rng: rng(4) });
    const inMemory = merged({ models: loaded.slice(0, used), base: from, method, rng: rng(4) });
    save({ dir: at("saved"), model: inMemory });
    const { matrices, vectors, kept } = made.plan.tensors;
    assert.deepEqual([matrices + vectors, kept], [Object.keys(inMemory.weights).length, 0], name);
    assert.deepEqual(contents(out), contents(at("saved")), name);
    assert.notDeepEqual(contents(out), contents(at("base")), name);
  }
});

test("sums of one, two and three models that are all in 16 bits: the bytes of numbers that were decoded first", async () => {
  makeFolder({ dir: at("half"), tokenizer: wide, dtype: "F16", shards: 2, change: moved(8) });
  makeFolder({ dir: at("brain"), tokenizer: base, change: moved(9), padding: 0 });
  const names = ["base", "half", "brain"];
  for (const weights of [[-0.7], [0.3, 1.1], [0.3, 0.6, -0.2]]) {
    const method = linear({ weights, normalize: false });
    const used = names.slice(0, weights.length);
    await merge({ models: used.map((dir) => open({ dir: at(dir) })), method, out: at("summed") });
    save({ dir: at("sum"), model: merged({ models: used.map((dir) => load(at(dir))), method }) });
    assert.deepEqual(contents(at("summed")), contents(at("sum")), `${weights}`);
  }
  makeFolder({ dir: at("infinite"), tokenizer: wide, change: (weights) => (weights[head]!.data[5] = Infinity) });
  for (const dirs of [["infinite"], ["half", "infinite"], ["base", "half", "infinite"]])
    await assert.rejects(
      merge({ models: dirs.map((dir) => open({ dir: at(dir) })), method: linear(), out: at("unsummed") }),
      /^Error: checkpoint\.merge: invalid models: \S+infinite \(lm_head\.weight has Infinity at number 5; finite numbers are expected\)$/,
    );
});

test("the types are the base's or those asked for, which config.json then says; what float16 cannot hold is refused", async () => {
  const models = ["base", "two"].map((dir) => open({ dir: at(dir) }));
  const how = { models, method: slerp({ t: 0.4 }) };
  await merge({ ...how, out: at("typed"), dtype: "F32" });
  const { weights, dtypes } = readSafetensors(at("typed", "model-00001-of-00003.safetensors"));
  assert.deepEqual(new Set(Object.values(dtypes)), new Set(["F32"]));
  assert.equal(json("typed", "config.json").torch_dtype, "float32");
  const memory = merged({ models: ["base", "two"].map((dir) => load(at(dir))), method: how.method });
  for (const [name, { data }] of Object.entries(weights)) assert.deepEqual(data, memory.weights[name]!.data, name);
  const large = { models: [models[0]!], method: linear({ weights: [1e6], normalize: false }), out: at("large") };
  await assert.rejects(
    merge({ ...large, dtype: "F16" }),
    /^Error: checkpoint\.merge: invalid dtype: F16 \([\w.]+ has numbers beyond its largest; take BF16 or F32\)$/,
  );
  assert.deepEqual(readdirSync(at("large")), []);
  await merge({ ...large, dtype: "BF16" });
});

test("the tokens of the first that has all, of the base, or of all together; rows by token", async () => {
  const other = await widen({ base, texts: diagnostics("ja").slice(0, 200), newTokens: 15 });
  makeFolder({ dir: at("narrow"), tokenizer: base, dtype: "F32", padding: 0 });
  makeFolder({ dir: at("korean"), tokenizer: wide, dtype: "F32", shards: 2, change: moved(5), padding: 3 });
  makeFolder({ dir: at("japanese"), tokenizer: other, dtype: "F32", change: moved(6), padding: 0 });
  const [narrow, korean, japanese] = ["narrow", "korean", "japanese"].map((dir) => open({ dir: at(dir) })) as [
    Folder,
    Folder,
    Folder,
  ];
  const how = { base: narrow, method: taskArithmetic({ weights: [0.5] }) };
  const widened = await merge({ ...how, models: [korean], out: at("widened") });
  const { size } = wide;
  assert.deepEqual(widened.plan.rows, { merged: base.size, kept: size - base.size, padding: 3 });
  assert.equal(widened.plan.like, at("korean"));
  const memory = merged({ ...how, base: load(at("narrow")), models: [load(at("korean"))] });
  assert.deepEqual(load(at("widened")).weights, memory.weights);
  assert.deepEqual(
    [...rowOf(memory, wide.tokenOf(size - 1)!)],
    [...rowOf(load(at("korean")), wide.tokenOf(size - 1)!)],
  );
  const cut = await merge({ ...how, models: [korean], tokens: "base", out: at("cut") });
  assert.deepEqual(cut.plan.dropped, { [at("korean")]: size - base.size });
  assert.equal(load(at("cut")).weights[embedding]!.shape[0], base.size);
  const all = await merge({ ...how, method: linear(), models: [korean, japanese], tokens: "union", out: at("union") });
  assert.deepEqual(all.plan.dropped, {});
  const united = load(at("union"));
  assert.equal(united.config.vocabSize, united.tokenizer.size);
  for (const [dir, from] of Object.entries({ korean: wide, japanese: other })) {
    const only = Array.from({ length: from.size - base.size }, (_, n) => from.tokenOf(base.size + n)!).find(
      (token) => (dir === "korean" ? other : wide).idOf(token) === undefined,
    )!;
    assert.deepEqual([...rowOf(united, only)], [...rowOf(load(at(dir)), only)], dir);
  }
  const token = base.tokenOf(200)!;
  const [one, two] = ["korean", "japanese"].map((dir) => rowOf(load(at(dir)), token));
  rowOf(united, token).forEach((value, i) => assert.ok(Math.abs(value - (one![i]! + two![i]!) / 2) < 1e-6));
});

test("a head of its own in one model is one in all, beside the table of a tied one", async () => {
  makeFolder({ dir: at("tied"), tokenizer: base, tied: true, shards: 2 });
  makeFolder({ dir: at("own"), tokenizer: base, dtype: "F32", change: moved(7) });
  const models = ["tied", "own"].map((dir) => open({ dir: at(dir) }));
  const { plan } = await merge({ models, method: linear(), out: at("untied") });
  assert.deepEqual([plan.tied, plan.untied, plan.like], [false, [at("tied")], at("tied")]);
  assert.equal(json("untied", "config.json").tie_word_embeddings, false);
  assert.ok(head in (json("untied", "model.safetensors.index.json").weight_map as object));
  const inMemory = merged({ models: ["tied", "own"].map((dir) => load(at(dir))), method: linear() });
  for (const [name, { data }] of Object.entries(load(at("untied")).weights))
    data.forEach((value, i) =>
      assert.ok(Math.abs(value - inMemory.weights[name]!.data[i]!) <= Math.abs(value) / 200, name),
    );
});

test("layers of several models, stacked: in one file, and config.json counts them", async () => {
  const [one, two] = ["base", "two"].map((dir) => open({ dir: at(dir) })) as [Folder, Folder];
  const parts = [
    { folder: one, begin: 0, end: 2 },
    { folder: two, begin: 1, end: 2 },
  ];
  await merge({ models: [{ parts }], method: passthrough(), out: at("stack") });
  const made = load(at("stack"));
  assert.equal(made.config.layers, 3);
  assert.ok(!existsSync(at("stack", "model.safetensors.index.json")));
  const [first, second] = ["base", "two"].map((dir) => load(at(dir)).weights) as [Weights, Weights];
  for (const [name, weight] of Object.entries(made.weights)) {
    const isSecond = name.includes("layers.2") || name === "model.norm.weight" || name === head;
    assert.deepEqual(weight, (isSecond ? second : first)[name.replace("layers.2", "layers.1")], name);
  }
  const far = { parts: [{ folder: one, begin: 1, end: 3 }] };
  await assert.rejects(
    merge({ models: [far], method: passthrough(), out: at("far") }),
    /^Error: checkpoint\.merge: invalid slices: \S+base \(it has no layers 1 to 3; they are counted from 0 to 2, which is not one\)$/,
  );
});

test("a model of a kind that is not computed here: numbers are merged, packed tensors must be the same", async () => {
  const rows = base.size;
  // More than is read at a time: whole numbers to 127, which bfloat16 holds, and half of whose sums it does too.
  const large = 700_000;
  const numbersOf = (packed: number): Float32Array =>
    Float32Array.from({ length: large }, (_, i) => (i * (packed + 1)) % 61);
  const folder = (name: string, packed: number): void => {
    makeFolder({ dir: at(name), tokenizer: base, padding: 0 });
    const numbers = Float32Array.from({ length: rows * 2 }, (_, i) => i % (packed + 3));
    const tensors: Record<string, RawTensor> = {
      [embedding]: { dtype: "F32", shape: [rows, 2], bytes: new Uint8Array(numbers.buffer) },
      "model.large": { dtype: "BF16", shape: [large / 1000, 1000], bytes: fromFloat32(numbersOf(packed), "BF16") },
      "model.packed": { dtype: "U8", shape: [2], bytes: Uint8Array.of(packed >> 1, 2) },
    };
    writeRaw(at(name, "model.safetensors"), tensors);
    writeFileSync(at(name, "config.json"), JSON.stringify({ model_type: "strange", vocab_size: rows }));
  };
  folder("strange", 0);
  folder("stranger", 1);
  folder("strangest", 2);
  const method = linear();
  const from = (...dirs: string[]) => dirs.map((dir) => open({ dir: at(dir) }));
  const made = await merge({ models: from("strange", "stranger"), method, out: at("mean") });
  assert.deepEqual(made.plan.tensors, { matrices: 2, vectors: 0, kept: 1 });
  const { weights } = readSafetensors(at("mean", "model.safetensors"), ({ name }) => name === "model.packed");
  assert.deepEqual([...weights[embedding]!.data.subarray(0, 5)], [0, 1, 2, 1.5, 0.5]);
  const [one, two] = [numbersOf(0), numbersOf(1)];
  assert.deepEqual(
    weights["model.large"]!.data,
    one.map((value, i) => (value + two[i]!) / 2),
  );
  await assert.rejects(
    merge({ models: from("strange", "strangest"), method, out: at("none") }),
    /^Error: checkpoint\.merge: invalid models: \S+strangest \(model\.packed is U8, which is not merged, and differs from the base's\)$/,
  );
  assert.ok(!existsSync(at("none")));
});

test("what does not fit is refused before anything is written; what breaks off leaves nothing", async () => {
  makeFolder({ dir: at("other"), tokenizer: await train({ texts: diagnostics("ko").slice(0, 200), size: 280 }) });
  makeFolder({ dir: at("nan"), tokenizer: wide, change: (weights) => (weights[head]!.data[16 * 7 + 3] = NaN) });
  const cases: [string[], MergeMethod, RegExp][] = [
    [
      ["one", "other"],
      linear(),
      /invalid models: \S+one lacks ".+" of \S+other, and no other has all tokens \(tokens: "union"/,
    ],
    [["one"], slerp({ t: 0.5 }), /invalid models: 1 \(slerp merges 2\)/],
  ];
  for (const [dirs, method, message] of cases) {
    const models = dirs.map((dir) => open({ dir: at(dir) }));
    await assert.rejects(
      merge({ models, method, out: at("refused") }),
      (error: Error) => message.test(error.message) && !error.message.includes("\n"),
    );
    assert.ok(!existsSync(at("refused")), `${message}`);
  }
  const models = ["base", "nan"].map((dir) => open({ dir: at(dir) }));
  await assert.rejects(
    merge({ models, method: linear(), out: at("broken") }),
    /^Error: checkpoint\.merge: invalid models: \S+nan \(lm_head\.weight has NaN at number 115; finite numbers are expected\)$/,
  );
  assert.deepEqual(readdirSync(at("broken")), []);
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }): void => {
    if (done === 2) stop.abort(new Error("enough"));
  };
  const two = ["base", "two"].map((dir) => open({ dir: at(dir) }));
  const how = { models: two, method: linear(), out: at("stopped"), onProgress, signal: stop.signal };
  await assert.rejects(merge(how), /^Error: enough$/);
  assert.deepEqual(readdirSync(at("stopped")), []);
});
