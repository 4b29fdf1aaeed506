/** Generation with keys and values kept is generation that reads the whole window again for each token. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { choose } from "../../src/engine/index.js";
import { configOf, forward, generate, init, logits } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, ModelConfig, Weights } from "../../src/types.js";
import { train } from "../../src/vocab/index.js";

const size = { vocabSize: 300, width: 32, layers: 3, heads: 4, kvHeads: 2, ffn: 48, context: 64 };
const kinds: Record<string, ModelConfig> = {
  llama: configOf(size),
  "learned positions and layer norm": configOf({ ...size, norm: "layer", positions: "learned", activation: "gelu" }),
  "norms of queries and keys, wide heads": configOf({ ...size, architecture: "qwen3", headWidth: 16, qkNorm: "head" }),
  "a window": configOf({ ...size, window: 5 }),
  "layers that differ, half of a head turned": configOf({
    ...size,
    ropeFraction: 0.5,
    layerKinds: [{ window: 4 }, { scoreScale: 1 }, { unturned: true }],
  }),
};

/** Weights whose logits are far apart, so that rounding does not choose. */
function large(weights: Weights): Weights {
  for (const [name, { data }] of Object.entries(weights))
    if (!name.includes("norm")) data.forEach((x, i) => (data[i] = 20 * x));
  return weights;
}

for (const [kind, config] of Object.entries(kinds))
  test(`${kind}: the most probable tokens are those of whole windows`, async () => {
    const tokenizer = await train({ texts: ["the cat sat on the mat. the dog sat on the log."], size: 280 });
    const model: LanguageModel = { config, tokenizer, weights: large(init({ config, rng: rng(3) })) };
    const ids = [tokenizer.endOfText, ...(await tokenizer.encode("the cat sat"))];
    tf.tidy(() => {
      const params = Object.fromEntries(
        Object.entries(model.weights).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]),
      );
      for (let made = 0; made < 12; made++) {
        const all = forward(config, params, tf.tensor2d([ids], undefined, "int32"));
        const last = tf.slice(logits(config, params, all), [ids.length - 1, 0], [1, tokenizer.size]);
        ids.push((last.argMax(1).dataSync() as Int32Array)[0]!);
      }
    });
    assert.ok(!ids.slice(1).includes(tokenizer.endOfText), "the document ended, so less is compared");
    for (const device of ["cpu", "reference"] as const) {
      const engine = await choose({ device, threads: 1 });
      const options = { model, engine, prompt: "the cat sat", tokens: 12, rng: rng(1) };
      const pieces: string[] = [];
      const text = await generate({ ...options, temperature: 0, onText: (piece) => pieces.push(piece) });
      assert.equal(text, tokenizer.decode(ids.slice(1)));
      assert.equal(pieces.join(""), text);
    }
  });
