/** Folders merged piece by piece are, byte for byte, those that merging in memory would save; and mergekit's, to rounding. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { merge, open } from "../../src/checkpoint/index.js";
import {
  linear,
  merge as merged,
  type MergeMethod,
  methods,
  slerp,
  taskArithmetic,
  ties,
} from "../../src/merge/index.js";
import { load, readSafetensors, save } from "../../src/model/index.js";
import { makeOf, type Written } from "../../src/registry.js";
import { rng } from "../../src/rng.js";
import type { Tokenizer, Weights } from "../../src/types.js";
import { extend as widen, train } from "../../src/vocab/index.js";
import { pythonHas } from "../python.js";
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
    assert.deepEqual([made.merged, made.kept], [Object.keys(inMemory.weights).length, 0], name);
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
  assert.deepEqual([made.merged, made.kept], [1, 1]);
  const { weights } = readSafetensors(at("mean", "model.safetensors"), (name) => name === "model.packed");
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
      ["tied", "one"],
      linear(),
      /invalid models: \S+one \(the base has no lm_head\.weight; its head is tied to the table,/,
    ],
    [
      ["one", "other"],
      linear(),
      /invalid models: \S+other \(row \d+ of model\.embed_tokens\.weight is for .* extend one/,
    ],
    [
      ["one", "two"],
      linear(),
      /invalid models: \S+two \(row 280 of model\.embed_tokens\.weight is for .* the base lacks/,
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

const skip = pythonHas("mergekit") ? false : "python3 with mergekit is not here";
test("mergekit's folders, tied or not", { skip }, async () => {
  for (const tied of [true, false]) {
    const name = (n: number): string => `kit-${tied}-${n}`;
    // In part the same way, for mergekit's model stock leads away from models that moved apart.
    const change = (n: number) => (weights: Weights) => [9, n].forEach((seed) => moved(seed)(weights));
    for (const n of [0, 1, 2])
      makeFolder({
        dir: at(name(n)),
        tokenizer: base,
        tied,
        dtype: "F32",
        padding: 0,
        ...(n > 0 && { change: change(n) }),
      });
    const [first, one, two] = [0, 1, 2].map((n) => at(name(n)));
    const kit = { model: at(name(0)), dtype: "float32" };
    const pair = (more: object = {}): object[] =>
      [one, two].map((model) => ({ model, parameters: { weight: 0.6, ...more } }));
    const cases: Record<string, [object, MergeMethod]> = {
      linear: [{ merge_method: "linear", base_model: undefined, models: pair() }, linear({ weights: [0.6, 0.6] })],
      slerp: [
        { merge_method: "slerp", base_model: one, models: pair(), parameters: { t: 0.3 } },
        slerp({ t: 0.3, vectors: "alike" }),
      ],
      task_arithmetic: [{ merge_method: "task_arithmetic", models: pair() }, taskArithmetic({ weights: [0.6, 0.6] })],
      ties: [
        { merge_method: "ties", models: pair({ density: 0.4 }), parameters: { lambda: 0.7 } },
        ties({ weights: [0.6, 0.6], density: 0.4, scale: 0.7, vectors: "alike" }),
      ],
      model_stock: [{ merge_method: "model_stock", models: pair() }, methods["model-stock"].make()],
    };
    for (const [method, [config]] of Object.entries(cases))
      writeFileSync(at(`${method}-${tied}.json`), JSON.stringify({ base_model: first, dtype: kit.dtype, ...config }));
    const names = Object.keys(cases);
    const args = names.flatMap((method) => [at(`${method}-${tied}.json`), at(`${method}-${tied}-kit`)]);
    const ran = spawnSync("python3", [join(__dirname, "..", "golden", "merge", "mergekit_run.py"), ...args], {
      encoding: "utf8",
      env: { ...process.env, HF_HUB_OFFLINE: "1" },
    });
    assert.equal(ran.status, 0, ran.stderr);
    for (const [method, [, own]] of Object.entries(cases)) {
      const models = [one!, two!].map((dir) => open({ dir }));
      await merge({ models, base: open({ dir: first! }), method: own, out: at(`${method}-${tied}`), dtype: "F32" });
      const [ours, theirs] = [`${method}-${tied}`, `${method}-${tied}-kit`].map((dir) => load(at(dir)).weights);
      assert.deepEqual(Object.keys(theirs!).sort(), Object.keys(ours!).sort(), method);
      for (const [tensor, { data }] of Object.entries(theirs!))
        data.forEach((value, i) => {
          const near = Math.abs(value - ours![tensor]!.data[i]!) <= 1e-6 * Math.max(1, Math.abs(value));
          assert.ok(near, `${method} ${tied}: ${tensor}[${i}] is ${ours![tensor]!.data[i]}, mergekit's ${value}`);
        });
    }
  }
});
