/** GGUF files of the `gguf` package (tests/golden/gguf): every type's values, and every kind of model's names and layouts, bit for bit. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { architectures as computed } from "../../src/architecture/index.js";
import { load } from "../../src/model/index.js";
import { architectures } from "../../src/model/gguf/architectures.js";
import { readLayout } from "../../src/model/gguf/layout.js";
import { readGguf } from "../../src/model/gguf/read.js";
import { readTensor } from "../../src/model/gguf/tensors.js";

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
    const model = readGguf(join(folder, `${name}.gguf`));
    const same = Object.fromEntries(Object.entries(config).map(([field]) => [field, model.config[field]]));
    assert.deepEqual(same, config);
    if (theta !== null) assert.equal(model.config.rope_theta, theta);
    const found = Object.entries(model.weights()).map(([key, { shape, data }]) => {
      assert.deepEqual(model.shapes[key], shape, key);
      return [key, `${shape.join("x")} ${shaOf(data)}`];
    });
    assert.deepEqual(Object.fromEntries(found), tensors);
  });

test("of every kind that can be computed a model is made; of the others one line", () => {
  for (const [name, { config }] of Object.entries(golden.models)) {
    const path = join(folder, `${name}.gguf`);
    if (Object.hasOwn(computed, config.model_type as string))
      assert.equal(load(path).config.vocabSize, config.vocab_size, name);
    else assert.throws(() => load(path), /^Error: config\.json: invalid model_type: "\w+" \(/);
  }
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
