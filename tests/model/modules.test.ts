/** What a forward computes besides a model's own weights: at every place, with the same gradients where layers are made again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../../src/engine/index.js";
import { configOf, forward, init, losses, type Module, type Modules, withModules } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { ModelConfig } from "../../src/types.js";

const micro = { vocabSize: 30, width: 8, layers: 2, heads: 2, kvHeads: 2, ffn: 12, context: 8 };
const families: Record<string, { config: ModelConfig; linear: string }> = {
  llama: { config: configOf(micro), linear: "model.layers.1.mlp.up_proj.weight" },
  gpt2: {
    config: configOf({ ...micro, architecture: "gpt2", norm: "layer", positions: "learned", activation: "gelu-tanh" }),
    linear: "transformer.h.1.attn.c_attn.weight",
  },
};
const tokens = (): tf.Tensor =>
  tf.tensor2d(
    [
      [1, 7, 2, 9, 4],
      [3, 3, 8, 5, 6],
    ],
    undefined,
    "int32",
  );
/** Nothing that the norm after it would take away. */
const bent: Module = { reads: ["bend"], of: ({ tensors: [bend], y }) => tf.add(y, tf.mul(bend!, tf.square(y))) };

for (const [family, { config, linear }] of Object.entries(families)) {
  // Larger than fresh ones, so that each half of a layer is heard.
  const tensors = (): Tensors =>
    Object.fromEntries(
      Object.entries(init({ config, rng: rng(1) })).map(([name, { shape, data }]) => [
        name,
        tf.mul(tf.tensor(data, shape), shape.length > 1 ? 20 : 1),
      ]),
    );

  test(`${family}: a module is heard at each place, and layers made again give it the same gradient`, async () => {
    await tf.setBackend("cpu");
    const places = [linear, "layers.1.attention", "layers.1.feed", "layers.1", "embedding", "states"];
    for (const place of places)
      tf.tidy(() => {
        const params = tensors();
        const plain = tf.mean(losses(config, params, tokens())).dataSync()[0]!;
        const loss =
          (memory: "keep" | "layers") =>
          (bend: tf.Tensor): tf.Scalar =>
            tf.mean(losses(config, withModules({ ...params, bend }, { [place]: bent }), tokens(), { memory }));
        const [kept, again] = (["keep", "layers"] as const).map((memory) =>
          tf.valueAndGrad(loss(memory))(tf.scalar(0.3)),
        );
        assert.notEqual(kept!.value.dataSync()[0], plain, place);
        assert.deepEqual(again!.value.dataSync(), kept!.value.dataSync(), place);
        assert.deepEqual(again!.grad.dataSync(), kept!.grad.dataSync(), place);
        assert.notEqual(kept!.grad.dataSync()[0], 0, place);
      });
  });

  test(`${family}: rows before the first token are read by the tokens, which stay as many as they were`, async () => {
    await tf.setBackend("cpu");
    const before = (count: number): Modules => ({
      embedding: {
        reads: ["prompt"],
        of: ({ tensors: [prompt], y, batch }) => {
          const rows = tf.reshape(y, [batch, -1, config.width]);
          const shared = tf.tile(tf.reshape(prompt!, [1, count, config.width]), [batch, 1, 1]);
          return tf.reshape(tf.concat([shared, rows], 1), [-1, config.width]);
        },
      },
    });
    tf.tidy(() => {
      const params = tensors();
      const table = params[family === "gpt2" ? "transformer.wte.weight" : "model.embed_tokens.weight"]!;
      const of = (prompt: number[]): Tensors =>
        withModules({ ...params, prompt: tf.gather(table, prompt) }, before(prompt.length));
      // The rows of two tokens are those tokens.
      const said = forward(config, of([9, 4]), tokens());
      const read = forward(
        config,
        params,
        tf.concat(
          [
            tf.tensor2d(
              [
                [9, 4],
                [9, 4],
              ],
              undefined,
              "int32",
            ),
            tokens(),
          ],
          1,
        ),
      );
      const last = tf.slice(tf.reshape(read, [2, 7, config.width]), [0, 2, 0], [2, 5, config.width]);
      assert.deepEqual(said.shape, [10, config.width]);
      assert.deepEqual(said.dataSync(), last.dataSync());
      assert.throws(
        () => forward(config, of([1, 2, 3, 4]), tokens()),
        /forward: invalid window: 9 rows, .*context is 8/,
      );
    });
  });
}
