/** Sizes, fresh weights, the causal mask as the model obeys it, and generation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { choose } from "../../src/engine/index.js";
import {
  configOf,
  forward,
  generate,
  init,
  losses,
  parameterCount,
  parameterShapes,
  type Size,
  sizes,
} from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, ModelConfig, Weights } from "../../src/types.js";
import { train } from "../../src/vocab/index.js";

const micro = { vocabSize: 300, width: 16, layers: 2, heads: 4, kvHeads: 2, ffn: 24, context: 12 };
const families: Record<string, ModelConfig> = {
  llama: configOf(micro),
  gpt: configOf({ ...micro, norm: "layer", positions: "learned", activation: "gelu", tied: false }),
};

test("every size is a valid model of the size its comment says", () => {
  const millions: Record<Size, number> = { nano: 0.1, micro: 0.4, tiny: 0.8, small: 3.2, medium: 13, large: 106 };
  for (const size of Object.keys(sizes) as Size[]) {
    const { withoutEmbeddings, total, embedding } = parameterCount(configOf({ size, vocabSize: 1000 }));
    assert.ok(Math.abs(withoutEmbeddings / 1e6 / millions[size] - 1) < 0.15, `${size} has ${withoutEmbeddings}`);
    assert.equal(total, withoutEmbeddings + embedding);
  }
  assert.equal(parameterCount(configOf({ size: "large", vocabSize: 49152 })).total, 134_515_008);
});

test("nonsense sizes are refused in one line", () => {
  const refuse = (fields: object, pattern: RegExp): void =>
    assert.throws(() => configOf({ vocabSize: 10, ...fields }), pattern);
  refuse({ size: "vast" }, /^Error: configOf: invalid size: vast \(one of nano/);
  refuse({ vocabSize: NaN }, /^Error: config: invalid vocabSize: NaN/);
  refuse({ layers: 0 }, /^Error: config: invalid layers: 0/);
  refuse({ heads: 3 }, /^Error: config: invalid heads: 3 \(must divide width 128\)/);
  refuse({ kvHeads: 3 }, /^Error: config: invalid kvHeads: 3 \(must divide heads 4\)/);
  refuse({ width: 12, heads: 4, kvHeads: 4 }, /rotary needs an even head width/);
  refuse({ activation: "selu" }, /^Error: config: invalid activation: "selu" \(one of swiglu, /);
  refuse({ ropeTheta: NaN }, /^Error: config: invalid ropeTheta: NaN/);
});

for (const [family, config] of Object.entries(families)) {
  test(`${family}: fresh weights have every parameter, depend on the seed alone, and not on each other`, () => {
    const one = init({ config, rng: rng(1) });
    assert.deepEqual(one, init({ config, rng: rng(1) }));
    assert.notDeepEqual(one, init({ config, rng: rng(2) }));
    assert.deepEqual(Object.keys(one), Object.keys(parameterShapes(config)));
    const deeper = init({ config: { ...config, layers: 3 }, rng: rng(1) });
    assert.deepEqual(deeper["model.layers.1.self_attn.q_proj.weight"], one["model.layers.1.self_attn.q_proj.weight"]);
    for (const [name, { shape, data }] of Object.entries(one))
      if (shape.length === 1)
        assert.ok(
          data.every((x) => x === (name.endsWith(".bias") ? 0 : 1)),
          name,
        );
    const { data } = one["model.embed_tokens.weight"]!;
    const deviation = Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length);
    assert.ok(Math.abs(deviation - 0.02) < 0.001, `deviation is ${deviation}`);
  });

  test(`${family}: a position sees what is before it and nothing after`, async () => {
    await tf.setBackend("cpu");
    const weights = large(init({ config, rng: rng(1) }));
    tf.tidy(() => {
      const params = Object.fromEntries(
        Object.entries(weights).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]),
      );
      const hidden = (tokens: number[]): number[][] =>
        tf
          .reshape(forward(config, params, tf.tensor2d([tokens], undefined, "int32")), [tokens.length, config.width])
          .arraySync() as number[][];
      const tokens = [5, 9, 200, 31, 77, 120];
      const before = hidden(tokens);
      const after = hidden([...tokens.slice(0, 3), 32, ...tokens.slice(4)]);
      for (const [i, row] of before.entries()) {
        const moved = Math.max(...row.map((x, j) => Math.abs(x - after[i]![j]!)));
        assert.ok(i < 3 ? moved === 0 : moved > 1e-3, `position ${i} moved by ${moved}`);
      }
      const shorter = hidden(tokens.slice(0, 4));
      shorter.forEach((row, i) => row.forEach((x, j) => assert.ok(Math.abs(x - before[i]![j]!) < 1e-5)));
      assert.throws(
        () => hidden(Array<number>(13).fill(1)),
        /forward: invalid window: 13 tokens \(the model's context is 12\)/,
      );
      const uniform = losses(
        config,
        { ...params, "lm_head.weight": tf.zeros([300, 16]), "model.norm.weight": tf.zeros([16]) },
        tf.tensor2d([tokens], undefined, "int32"),
      );
      for (const loss of uniform.dataSync()) assert.ok(Math.abs(loss - Math.log(300)) < 1e-5);
      const { "model.norm.weight": _, ...lacking } = params;
      assert.throws(
        () => forward(config, lacking, tf.tensor2d([tokens], undefined, "int32")),
        /forward: missing parameter: model.norm.weight/,
      );
    });
  });
}

/** Weights whose logits are far apart. */
function large(weights: Weights): Weights {
  for (const [name, { data }] of Object.entries(weights))
    if (!name.includes("norm")) data.forEach((x, i) => (data[i] = 20 * x));
  return weights;
}

test("generation: greedy is repeatable and independent of the window, sampling follows its seed, nonsense is refused", async () => {
  const tokenizer = await train({ texts: ["the cat sat on the mat. the dog sat on the log."], size: 280 });
  const model = (context: number): LanguageModel => {
    const config = { ...families.llama!, context };
    return { config, tokenizer, weights: large(init({ config, rng: rng(7) })) };
  };
  const engine = await choose({ device: "cpu", threads: 1 });
  const go = (options: object): Promise<string> =>
    generate({ model: model(12), engine, prompt: "the cat", tokens: 6, rng: rng(1), ...options });
  const greedy = await go({ temperature: 0 });
  assert.ok(greedy.startsWith("the cat") && greedy.length > 7);
  assert.equal(await go({ temperature: 0, rng: rng(2) }), greedy);
  assert.equal(await go({ topK: 1 }), greedy);
  assert.equal(await go({ temperature: 0, model: model(40) }), greedy);
  const reference = await choose({ device: "reference" });
  assert.equal(await go({ temperature: 0, engine: reference }), greedy);
  assert.equal(await go({ temperature: 2 }), await go({ temperature: 2 }));
  const drawn = new Set(await Promise.all([1, 2, 3, 4].map((seed) => go({ temperature: 3, rng: rng(seed) }))));
  assert.ok(drawn.size > 1);
  assert.ok((await go({ tokens: 30, temperature: 0 })).startsWith(greedy.slice(0, 9)));
  assert.equal(await go({ tokens: 0 }), "the cat");
  const stop = new AbortController();
  stop.abort();
  assert.equal(await go({ signal: stop.signal }), "the cat");
  await assert.rejects(go({ temperature: -1 }), /^Error: generate: invalid temperature: -1/);
  await assert.rejects(go({ temperature: NaN }), /invalid temperature: NaN/);
  await assert.rejects(go({ topK: 0 }), /invalid topK: 0/);
  await assert.rejects(go({ tokens: 1.5 }), /invalid tokens: 1.5/);
});
