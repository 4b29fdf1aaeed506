/** Folders merged piece by piece are, byte for byte, those that merging in memory would save. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { merge, open } from "../../src/checkpoint/index.js";
import { linear, merge as merged, type MergeMethod, methods, slerp } from "../../src/merge/index.js";
import { load, readSafetensors, save } from "../../src/model/index.js";
import { makeOf, type Written } from "../../src/registry.js";
import { rng } from "../../src/rng.js";
import type { Tokenizer, Weights } from "../../src/types.js";
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

test("every method: stream and memory give the same bytes, whatever types and files the models have", async () => {
  makeFolder({ dir: at("base"), tokenizer: wide, dtype: "BF16", shards: 3 });
  makeFolder({ dir: at("one"), tokenizer: base, dtype: "F16", change: moved(2), padding: 0 });
  makeFolder({ dir: at("two"), tokenizer: wide, dtype: "F32", shards: 2, change: moved(3) });
  const layers = [
    [0, 0.3],
    [1, 0.5],
  ];
  for (const [name, { example }] of Object.entries(methods)) {
    const method = makeOf<MergeMethod>(methods, {
      ...{ name, ...example },
      ...(name === "elchat" && { layers }),
    } as Written);
    const used = method.models.most === 1 ? ["one"] : ["one", "two"];
    const models = used.map((dir) => open({ dir: at(dir) }));
    const out = at(`${name}-streamed`);
    const made = await merge({ models, base: open({ dir: at("base") }), method, out, rng: rng(4) });
    const inMemory = merged({ models: used.map((dir) => load(at(dir))), base: load(at("base")), method, rng: rng(4) });
    save({ dir: at("saved"), model: inMemory });
    const { matrices, vectors, kept } = made.plan.tensors;
    assert.deepEqual([matrices + vectors, kept], [Object.keys(inMemory.weights).length, 0], name);
    assert.deepEqual(contents(out), contents(at("saved")), name);
    assert.notDeepEqual(contents(out), contents(at("base")), name);
  }
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

test("a model of a kind that is not computed here: numbers are merged, packed tensors must be the same", async () => {
  const rows = base.size;
  const folder = (name: string, packed: number): void => {
    makeFolder({ dir: at(name), tokenizer: base, padding: 0 });
    const numbers = Float32Array.from({ length: rows * 2 }, (_, i) => i % (packed + 3));
    const tensors: Record<string, RawTensor> = {
      [embedding]: { dtype: "F32", shape: [rows, 2], bytes: new Uint8Array(numbers.buffer) },
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
  assert.deepEqual(made.plan.tensors, { matrices: 1, vectors: 0, kept: 1 });
  const { weights } = readSafetensors(at("mean", "model.safetensors"), ({ name }) => name === "model.packed");
  assert.deepEqual([...weights[embedding]!.data.subarray(0, 5)], [0, 1, 2, 1.5, 0.5]);
  await assert.rejects(
    merge({ models: from("strange", "strangest"), method, out: at("none") }),
    /^Error: checkpoint\.merge: invalid models: \S+strangest \(model\.packed is U8, which is not merged, and differs from the base's\)$/,
  );
  assert.ok(!existsSync(at("none")));
});

test("what does not fit is refused before anything is written; what breaks off leaves nothing", async () => {
  makeFolder({ dir: at("tied"), tokenizer: base, tied: true });
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
