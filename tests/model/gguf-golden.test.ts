/** GGUF files of the `gguf` package (tests/golden/gguf): every type's values, and every kind of model's names and layouts, bit for bit. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type * as tf from "@tensorflow/tfjs";
import { parameterShapes } from "../../src/architecture/index.js";
import { choose, type StepFunction } from "../../src/engine/index.js";
import { forward, logits as headOf } from "../../src/model/forward.js";
import { load, save } from "../../src/model/index.js";
import { architectures } from "../../src/model/gguf/architectures.js";
import { readLayout } from "../../src/model/gguf/layout.js";
import { readGguf } from "../../src/model/gguf/read.js";
import { readTensor } from "../../src/model/gguf/tensors.js";
import type { LanguageModel } from "../../src/types.js";
import { oracle, pythonHas } from "../python.js";

const folder = join(__dirname, "..", "golden", "gguf");
const golden = JSON.parse(readFileSync(join(folder, "files.json"), "utf8")) as {
  blocks: Record<string, { sha256: string; first: number[] }>;
  models: Record<
    string,
    { config: Record<string, unknown>; rope_theta: number | null; tensors: Record<string, string> }
  >;
};
const shaOf = (data: Float32Array): string =>
  createHash("sha256")
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest("hex")
    .slice(0, 16);

test("every type of block has the values of the gguf package", () => {
  const fail = (what: string): never => assert.fail(what);
  const fd = openSync(join(folder, "blocks.gguf"), "r");
  const { tensors } = readLayout(fd, fail);
  const read = tensors.map((tensor) => {
    const { shape, data } = readTensor(fd, tensor, fail);
    assert.deepEqual(shape, [2, 256], tensor.name);
    return [tensor.name, { sha256: shaOf(data), first: [...data.subarray(0, 4)] }];
  });
  closeSync(fd);
  assert.deepEqual(Object.fromEntries(read), golden.blocks);
});

test("every kind that is read has a file here", () => {
  const kinds = Object.keys(golden.models).filter((name) => name !== "llama3");
  assert.deepEqual(kinds.sort(), Object.keys(architectures).sort());
});

for (const [name, { config, rope_theta: theta, tensors }] of Object.entries(golden.models))
  test(`${name}: config.json, names, shapes and weights are those of the model in transformers`, () => {
    const path = join(folder, `${name}.gguf`);
    const model = readGguf(path);
    const same = Object.fromEntries(Object.entries(config).map(([field]) => [field, model.config[field]]));
    assert.deepEqual(same, config);
    assert.equal(load(path).config.vocabSize, config.vocab_size);
    if (theta !== null) assert.equal(model.config.rope_theta, theta);
    const found = Object.entries(model.weights()).map(([key, { shape, data }]) => {
      assert.deepEqual(model.shapes[key], shape, key);
      return [key, `${shape.join("x")} ${shaOf(data)}`];
    });
    assert.deepEqual(Object.fromEntries(found), tensors);
  });

test("Llama 3's divisors of frequencies become its rope_scaling, a part of a head its share, biases a flag", () => {
  assert.deepEqual(readGguf(join(folder, "llama3.gguf")).config.rope_scaling, {
    rope_type: "llama3",
    factor: 32,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 8192,
  });
  assert.equal(readGguf(join(folder, "gptneox.gguf")).config.rotary_pct, 0.5);
  assert.equal(readGguf(join(folder, "llama.gguf")).config.attention_bias, true);
});

interface Theirs {
  weights: Record<string, string>;
  problems: string[];
  logits: number[];
  ids: number[];
  eos: number;
}
const skip = pythonHas("torch", "transformers") ? false : "python3 with transformers is not here";

test("saved as folders, transformers opens them with the same weights, logits and tokens", { skip }, async () => {
  const root = mkdtempSync(join(tmpdir(), "palimpsest-gguf-saved-"));
  const kinds = Object.entries(golden.models);
  const ids = [0, 4, 1, 6, 5, 2];
  const models = kinds.map(([name]) => load(join(folder, `${name}.gguf`)));
  const folders = kinds.map(([name], i) => {
    save({ dir: join(root, name), model: models[i]! });
    return join(root, name);
  });
  const script = join(folder, "saved.py");
  const ran = spawnSync("python3", [oracle, script, JSON.stringify(ids), ...folders], {
    encoding: "utf8",
    maxBuffer: 2 ** 24,
  });
  rmSync(root, { recursive: true });
  assert.equal(ran.status, 0, ran.stderr);
  const theirs = JSON.parse(ran.stdout) as Theirs[];
  for (const [i, [name, { tensors }]] of kinds.entries()) {
    const { weights, problems, logits, ids: encoded, eos } = theirs[i]!;
    const { tokenizer } = models[i]!;
    assert.deepEqual(problems, [], name);
    // In memory they have a tied head of its own name, and GPT-NeoX's under another than on disk.
    const found = Object.keys(tensors).map((each) => [each, weights[each.replace("embed_out", "lm_head")]]);
    assert.deepEqual(Object.fromEntries(found), tensors, name);
    assert.deepEqual([encoded, eos], [await tokenizer.encode("ab a"), tokenizer.endOfText], name);
    const ours = await logitsOf(models[i]!, ids);
    const furthest = logits.reduce((most, value, k) => Math.max(most, Math.abs(value - ours[k]!)), 0);
    assert.equal(ours.length, logits.length, name);
    assert.ok(furthest < 1e-4, `${name}: logits differ by up to ${furthest}`);
  }
});

async function logitsOf({ config, weights }: LanguageModel, ids: number[]): Promise<Float32Array> {
  const engine = await choose({ device: "cpu", threads: 1 });
  const fn: StepFunction = (params, { tokens }) => {
    const hidden = forward(config, params, tokens!).reshape([-1, config.width]) as tf.Tensor2D;
    return { outputs: { logits: headOf(config, params, hidden) } };
  };
  const shapes = Object.entries(parameterShapes(config));
  const state = Object.fromEntries(shapes.map(([name, shape]) => [name, { shape, dtype: "float32" as const }]));
  const program = await engine.compile(fn, { state, inputs: { tokens: { shape: [1, ids.length], dtype: "int32" } } });
  const uploaded = engine.upload(weights);
  const { logits } = await program.run(uploaded, { tokens: Int32Array.from(ids) });
  uploaded.dispose();
  await program.dispose();
  return logits as Float32Array;
}
