/** A model with blocks added is the same function until they are trained, a folder like any other, and the blocks train alone. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { parametersOf } from "../../src/architecture/index.js";
import { expandBlocks, forward, fromHuggingFace, load, logits as logitsOf, save } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, ModelConfig } from "../../src/types.js";
import * as train from "../../src/train/index.js";
import { fixed } from "../../src/mixture/index.js";
import { language, tinyModel } from "../train/tiny.js";

const golden = readFileSync(join(__dirname, "..", "golden", "architectures.json"), "utf8");
const { cases } = JSON.parse(golden) as { cases: Record<string, { config: Record<string, unknown> }> };
const root = mkdtempSync(join(tmpdir(), "palimpsest-blocks-"));
after(() => rmSync(root, { recursive: true, force: true }));
let base: LanguageModel;
before(async () => {
  await tf.setBackend("cpu");
  base = await tinyModel();
});

/** Weights of which none is 0 or 1, whatever they are of. */
function random(config: ModelConfig): LanguageModel {
  const draw = rng(3);
  const weights = parametersOf(config).map(({ name, shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return [name, { shape, data: Float32Array.from({ length: size }, () => 0.3 * draw.normal()) }] as const;
  });
  return { config, tokenizer: base.tokenizer, weights: Object.fromEntries(weights) };
}

/** On the plain CPU backend, where a sum is one sum in one order. */
const logits = ({ config, weights }: LanguageModel): Float32Array =>
  tf.tidy(() => {
    const params = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]),
    );
    const ids = Array.from({ length: Math.min(8, config.context) }, (_, i) => (5 * i + 1) % config.vocabSize);
    const hidden = forward(config, params, tf.tensor2d([ids], undefined, "int32"));
    return logitsOf(config, params, hidden).dataSync() as Float32Array;
  });

const configs = Object.entries(cases).map(([name, { config }]) => [name, fromHuggingFace(config)] as const);
const byNumber = configs.filter(([, { architecture, layerKinds }]) => architecture === "gpt2" && layerKinds);
const summed = configs.filter(([, { normAt }]) => normAt === "sum");
const wide = { vocabSize: 296 };

for (const [name, config] of configs.filter((each) => ![...byNumber, ...summed].includes(each)))
  test(`${name}: with a block after every layer the logits are the same bits, and so is what is saved`, () => {
    const given = random({ ...config, ...wide });
    const { newLayers, ...deeper } = expandBlocks({ model: given, every: 1 });
    assert.deepEqual(
      newLayers,
      Array.from({ length: config.layers }, (_, i) => 2 * i + 1),
    );
    assert.equal(deeper.config.layers, 2 * config.layers);
    assert.ok(logits(given).every((value) => Number.isFinite(value)));
    assert.deepEqual(logits(deeper), logits(given));
    save({ dir: join(root, name), model: deeper });
    const loaded = load(join(root, name));
    assert.deepEqual(loaded.config, deeper.config);
    assert.deepEqual(logits(loaded), logits(given));
  });

test("where it cannot be the same function, it is refused", () => {
  assert.ok(byNumber.length > 0 && summed.length > 0);
  for (const [, config] of summed)
    assert.throws(() => expandBlocks({ model: random(config), every: 1 }), /invalid model: .*norms come after the sum/);
  for (const [, config] of byNumber)
    assert.throws(() => expandBlocks({ model: random(config), every: 1 }), /invalid model: gpt2 \(what its layers see/);
});

test("a folder that was read keeps its types and files, and the copies those of their layers", () => {
  const dir = join(root, "halves");
  save({ dir, model: base, dtype: "BF16" });
  const given = load(dir);
  const { newLayers, ...deeper } = expandBlocks({ model: given, after: [-1] });
  save({ dir: join(root, "deeper"), model: deeper });
  const loaded = load(join(root, "deeper"));
  assert.deepEqual(newLayers, [1]);
  assert.ok(Object.values(loaded.origin!.tensors["model.safetensors"]!.dtypes).every((dtype) => dtype === "BF16"));
  assert.deepEqual(logits(loaded), logits(given));
});

test("the new blocks are trained alone: they move, the model's own weights keep every bit", async () => {
  const given = random({ ...base.config, layers: 3 });
  const { newLayers, ...deeper } = expandBlocks({ model: given, after: [0, 2] });
  assert.deepEqual(newLayers, [1, 4]);
  const { model } = await train.continue(deeper, {
    on: { old: language("old") },
    mixture: fixed({ old: 1 }),
    schedule: train.constant({ peak: 1e-2 }),
    trainable: { layers: newLayers },
    steps: 2,
    batch: 2,
    evaluateAt: [],
  });
  for (const { name, layer } of parametersOf(deeper.config)) {
    const same = Buffer.from(model.weights[name]!.data.buffer).equals(Buffer.from(deeper.weights[name]!.data.buffer));
    assert.equal(same, layer === undefined || !newLayers.includes(layer), name);
  }
});

test("where blocks go is said once, and of layers that there are", () => {
  const at = (options: { every?: number; after?: number[] }): string => {
    try {
      return String(expandBlocks({ model: random({ ...base.config, layers: 5 }), ...options }).newLayers);
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.equal(at({ every: 2 }), "2,5");
  assert.equal(at({ every: 5 }), "5");
  assert.equal(at({ after: [-1, 0, 0] }), "1,6");
  assert.match(at({}), /^expandBlocks: invalid options: every and after \(give one of the two\)$/);
  assert.match(at({ every: 1, after: [0] }), /give one of the two/);
  assert.match(
    at({ every: 6 }),
    /^expandBlocks: invalid every: 6 \(a whole number from 1 to 5, the layers there are\)$/,
  );
  assert.match(at({ after: [5] }), /^expandBlocks: invalid after: 5 \(there are 5 layers: -5 to 4\)$/);
  assert.match(at({ after: [] }), /name at least one/);
});
