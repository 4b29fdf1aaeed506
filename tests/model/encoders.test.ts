/** Encoders out of folders as they were published: norms in TensorFlow's words, the head twice, parts of other tasks. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { knownTables } from "../../src/architecture/index.js";
import { grow, trim } from "../../src/embed/index.js";
import { configOf, init, load, save } from "../../src/model/index.js";
import { readSafetensors, writeSafetensors } from "../../src/model/safetensors.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, NdArray } from "../../src/types.js";
import { extend, train } from "../../src/vocab/index.js";

const dir = mkdtempSync(join(tmpdir(), "palimpsest-encoders-"));
after(() => rmSync(dir, { recursive: true }));
const bias = "cls.predictions.bias";

async function bert(): Promise<LanguageModel> {
  const specials = ["<|endoftext|>", "<pad>", "<mask>"];
  const tokenizer = await train({ texts: ["the cat sat on the mat."], size: 270, specials });
  const config = configOf({ size: "nano", vocabSize: tokenizer.size, architecture: "bert" });
  const weights = init({ config, rng: rng(1) });
  weights[bias]!.data.forEach((_, i, data) => (data[i] = i));
  return { config, weights, tokenizer };
}

test("old names, copies of the head and poolers are read; what is not a copy comes back as it was", async () => {
  const model = await bert();
  save({ dir, model });
  const file = join(dir, "model.safetensors");
  const old = Object.entries(readSafetensors(file).weights).map(([name, tensor]): [string, NdArray] => [
    name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"),
    tensor,
  ]);
  const pooler = { shape: [64, 64], data: new Float32Array(64 * 64).fill(0.5) };
  const copies = {
    "cls.predictions.decoder.weight": model.weights["bert.embeddings.word_embeddings.weight"]!,
    "cls.predictions.decoder.bias": model.weights[bias]!,
  };
  writeSafetensors(file, { ...Object.fromEntries(old), ...copies, "bert.pooler.dense.weight": pooler });
  const read = load(dir);
  assert.equal(read.config.tied, true);
  assert.deepEqual(read.weights, model.weights);
  save({ dir, model: read });
  const again = readSafetensors(file).weights;
  assert.deepEqual(Object.keys(again).sort(), [...old.map(([name]) => name), "bert.pooler.dense.weight"].sort());
  assert.deepEqual(again["bert.pooler.dense.weight"], pooler);
  assert.deepEqual(load(dir).weights, model.weights);
});

test("the head's bias goes with its tokens: theirs where they stay, the mean where they are new", async () => {
  const base = await bert();
  const { size } = base.tokenizer;
  const wider = await extend({ base: base.tokenizer, texts: ["그리고 그리고 그리고 하지만 하지만"], newTokens: 2 });
  const grown = (await grow({ base, tokenizer: wider, init: "mean" })).weights[bias]!;
  assert.deepEqual(grown.shape, [wider.size]);
  const mean = (size - 1) / 2;
  assert.deepEqual([...grown.data], [...base.weights[bias]!.data, ...Array<number>(wider.size - size).fill(mean)]);
  const oldIds = Array.from({ length: size }, (_, id) => id);
  const trimmed = trim({ base, trimmed: { tokenizer: base.tokenizer, oldIds }, padTo: size + 1 });
  assert.deepEqual([...trimmed.weights[bias]!.data], [...base.weights[bias]!.data, mean]);
});

test("a padding token that positions are counted from cannot move", async () => {
  const specials = ["<|endoftext|>", "<pad>", "<mask>"];
  const texts = ["the cat sat on the mat."];
  const tokenizer = await train({ texts, size: 270, specials });
  const config = configOf({ size: "nano", vocabSize: tokenizer.size, architecture: "roberta" });
  const folder = join(dir, "roberta");
  save({ dir: folder, model: { config, weights: init({ config, rng: rng(1) }), tokenizer } });
  const base = load(folder);
  assert.deepEqual(base.config, config);
  const moved = await train({ texts, size: 270, specials: ["<|endoftext|>", "<mask>", "<pad>"] });
  assert.throws(
    () => save({ dir: join(dir, "moved"), model: { ...base, tokenizer: moved } }),
    /^Error: save: invalid tokenizer: context and positionOffset would change, .* \(keep the special tokens at their ids\)$/,
  );
  assert.ok(!existsSync(join(dir, "moved", "config.json")));
  const wider = await extend({ base: tokenizer, texts: ["a dog ran"], newTokens: 2 });
  save({ dir: join(dir, "wider"), model: await grow({ base, tokenizer: wider, init: "mean", rng: rng(1) }) });
  assert.equal(load(join(dir, "wider")).config.positionOffset, config.positionOffset);
});

test("tables of encoders are known by name", () => {
  const table = "roberta.embeddings.word_embeddings.weight";
  const found = knownTables().find(({ embedding }) => embedding === table);
  assert.deepEqual(found, { embedding: table, head: "lm_head.decoder.weight", headBias: "lm_head.bias" });
});
