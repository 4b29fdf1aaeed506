/** `palimpsest generate` and `palimpsest export` as a person types them. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { configOf, init, load, readSafetensors, save } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import { adapters, saveModules } from "../../src/train/index.js";
import { startedWith } from "../../src/train/run/modules.js";
import type { Weights } from "../../src/types.js";
import { train } from "../../src/vocab/index.js";
import { palimpsest } from "./palimpsest.js";

const dir = mkdtempSync(join(tmpdir(), "palimpsest-generate-"));
const at = (name: string): string => join(dir, name);
after(() => rmSync(dir, { recursive: true }));
before(async () => {
  const tokenizer = await train({ texts: ["the cat sat on the mat."], size: 280 });
  for (const [name, norm] of [
    ["llama", "rms"],
    ["own", "layer"],
  ] as const) {
    const config = configOf({ vocabSize: tokenizer.size, width: 16, layers: 1, heads: 2, kvHeads: 2, ffn: 24, norm });
    save({ dir: at(`${name}/model`), model: { config, tokenizer, weights: init({ config, rng: rng(1) }) } });
  }
});

test("prompts are continued, the same by the same seed", async () => {
  const go = (...args: string[]) => palimpsest(["generate", at("llama/model"), "the cat", "a", ...args]);
  const first = await go("--tokens", "5", "--json");
  assert.equal(first.status, 0, first.stderr);
  const { texts } = JSON.parse(first.stdout) as { texts: { prompt: string; text: string }[] };
  assert.deepEqual(
    texts.map(({ prompt }) => prompt),
    ["the cat", "a"],
  );
  assert.ok(texts.every(({ prompt, text }) => text.startsWith(prompt) && text.length > prompt.length));
  assert.equal((await go("--tokens", "5", "--json")).stdout, first.stdout);
  assert.notEqual((await go("--tokens", "5", "--seed", "7", "--json")).stdout, first.stdout);
  assert.equal((await go("--tokens", "5")).stdout, texts.map(({ text }) => `${text}\n`).join(""));
});

test("a text is continued through the modules of its domain", async () => {
  const { config } = load(at("llama/model"));
  const parameters = adapters({ domains: ["a"] });
  const trained = Object.entries(parameters.of({ config, seed: 1 }).added!).map(([name, { shape, data }]) => [
    name,
    { shape, data: data.map((_, i) => 2 * Math.cos(i)) },
  ]);
  const modules = startedWith(parameters, Object.fromEntries(trained) as Weights);
  saveModules({ dir: at("llama/modules"), modules });
  const go = async (...args: string[]): Promise<string> => {
    const done = await palimpsest(["generate", at("llama/model"), "the cat", "--temperature", "0", ...args]);
    assert.equal(done.status, 0, done.stderr);
    return done.stdout;
  };
  const plain = await go();
  assert.equal(await go("--modules", at("llama/modules")), plain);
  assert.notEqual(await go("--modules", at("llama/modules"), "--domain", "a"), plain);
});

test("a run's model goes out in the type that is asked for, and loads again", async () => {
  const done = await palimpsest(["export", at("llama"), "--dtype", "bfloat16", "--out", at("out")]);
  assert.equal(done.status, 0, done.stderr);
  const { dtypes } = readSafetensors(at("out/model.safetensors"));
  assert.deepEqual([...new Set(Object.values(dtypes))], ["BF16"]);
  const config = JSON.parse(readFileSync(at("out/config.json"), "utf8")) as Record<string, unknown>;
  assert.deepEqual([config.torch_dtype, config.model_type], ["bfloat16", "llama"]);
  assert.equal(load(at("out")).config.width, 16);
});

test("what cannot be is one line", async () => {
  const refused = async (args: string[], status: number, said: RegExp): Promise<void> => {
    const done = await palimpsest(args);
    assert.equal(done.status, status, done.stderr);
    assert.match(done.stderr, said);
    assert.equal(done.stderr.trim().split("\n").length, 1);
  };
  await refused(["generate", at("none"), "x"], 2, /no such folder: .*none/);
  await refused(["generate", at("llama/model"), "x", "--tokens", "-1"], 2, /invalid --tokens: -1/);
  await refused(["generate", at("llama/model"), "x", "--temperature", "hot"], 2, /invalid --temperature: hot/);
  await refused(["generate", at("llama/model"), "x", "--domain", "a"], 2, /--domain is of --modules/);
  await refused(["export", at("llama"), "--out", at("x"), "--dtype", "int4"], 2, /invalid --dtype: int4/);
  await refused(["export", at("own"), "--out", at("x")], 1, /nobody else reads this shape: norm layer/);
});
