/** A model folder is what transformers takes it for, and folders that are not ours to compute are refused. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { choose, type StepFunction } from "../../src/engine/index.js";
import {
  configOf,
  forward,
  logits as logitsOf,
  init,
  load,
  losses,
  parameterCount,
  parameterShapes,
  save,
  writeSafetensors,
} from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, ModelConfig } from "../../src/types.js";
import { train } from "../../src/vocab/index.js";
import { oracle, pythonHas } from "../python.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-model-"));
after(() => rmSync(root, { recursive: true }));
const at = (name: string): string => join(root, name);
const shape = { vocabSize: 304, width: 32, layers: 2, heads: 4, ffn: 48, context: 16 };
/** Far from the defaults, so that a setting which is not handed over shows. */
const llama = configOf({ ...shape, kvHeads: 2, ropeTheta: 500, normEps: 1e-3 });
const untied = configOf({ ...shape, kvHeads: 4, tied: false });
const gpt = configOf({ ...shape, kvHeads: 4, norm: "layer", positions: "learned", activation: "gelu", tied: false });
const text = "the cat  한국어 log! 🙂";
const ids = Array.from({ length: 2 * 17 }, (_, i) => (i * i + 7) % 290);

let tokenizer: LanguageModel["tokenizer"];
before(async () => {
  tokenizer = await train({
    texts: ["the cat sat on the mat. the dog sat on the log. 한국어 텍스트 한국어"],
    size: 290,
  });
  for (const [name, config] of Object.entries({ llama, untied, gpt })) save({ dir: at(name), model: modelOf(config) });
});
/** Weights large enough for the logits to differ by more than rounding. */
function modelOf(config: ModelConfig): LanguageModel {
  const weights = init({ config, rng: rng(1) });
  for (const [name, { data }] of Object.entries(weights))
    if (!name.endsWith("norm.weight")) data.forEach((x, i) => (data[i] = 6 * x));
  return { config, tokenizer, weights };
}

/** Logits of every position of two windows, and the mean loss, as this lab computes them. */
async function ours({ config, weights }: LanguageModel): Promise<{ logits: Float32Array; loss: number }> {
  const engine = await choose({ device: "cpu", threads: 1 });
  const fn: StepFunction = (params, { tokens }) => {
    const hidden = forward(config, params, tf.slice(tokens!, [0, 0], [2, 16]));
    return {
      outputs: {
        logits: logitsOf(config, params, hidden),
        loss: tf.mean(losses(config, params, tokens!)),
      },
    };
  };
  const state = Object.fromEntries(
    Object.entries(parameterShapes(config)).map(([name, dims]) => [name, { shape: dims, dtype: "float32" as const }]),
  );
  const program = await engine.compile(fn, { state, inputs: { tokens: { shape: [2, 17], dtype: "int32" } } });
  const uploaded = engine.upload(weights);
  const { logits, loss } = await program.run(uploaded, { tokens: Int32Array.from(ids) });
  uploaded.dispose();
  await program.dispose();
  return { logits: logits!, loss: loss![0]! };
}

test("a saved model is loaded again, weight for weight, and leaves no temporary file", async () => {
  for (const config of [llama, untied, gpt]) {
    const dir = at(config === llama ? "llama" : config === untied ? "untied" : "gpt");
    const model = load(dir);
    assert.deepEqual(model.config, config);
    assert.deepEqual(model.weights, modelOf(config).weights);
    assert.deepEqual(await model.tokenizer.encode(text), await tokenizer.encode(text));
    assert.equal(model.tokenizer.endOfText, tokenizer.endOfText);
    assert.deepEqual(readdirSync(dir).sort(), [
      "config.json",
      "model.safetensors",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
  }
});

interface Theirs {
  logits: number[];
  loss: number;
  missing: string[];
  unexpected: string[];
  ids: number[];
  decoded: string;
  eos: number;
  size: number;
  parameters: number;
}
const python = pythonHas("torch", "transformers");
const skip = python ? false : "python3 with transformers is not here";

test("transformers loads the folders, gives our logits and loss, and what it saves we load", { skip }, async (t) => {
  const windows = [ids.slice(0, 17), ids.slice(17)];
  const script = join(__dirname, "..", "golden", "huggingface_check.py");
  const folders = ["llama", "untied"].flatMap((name) => [at(name), at(`${name}-again`)]);
  const { status, stdout, stderr } = spawnSync("python3", [oracle, script, JSON.stringify(windows), text, ...folders], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  assert.equal(status, 0, stderr);
  const results = JSON.parse(stdout) as Theirs[];
  for (const [i, config] of [llama, untied].entries())
    await t.test(config.tied ? "tied, grouped" : "untied", async () => {
      const [dir, again] = [folders[2 * i]!, load(folders[2 * i + 1]!)];
      const theirs = results[i]!;
      assert.deepEqual([theirs.missing, theirs.unexpected], [[], []]);
      assert.equal(theirs.parameters, parameterCount(config).total);
      const { logits, loss } = await ours(load(dir));
      assert.ok(Math.abs(loss - theirs.loss) < 1e-4 * theirs.loss, `loss is ${loss}, theirs ${theirs.loss}`);
      assert.ok(Math.max(...logits) - Math.min(...logits) > 1);
      // They give a row for the last token too, which has no target.
      const rows = [0, 1].flatMap((window) => theirs.logits.slice(window * 17 * 304, (window * 17 + 16) * 304));
      const furthest = rows.reduce((most, value, k) => Math.max(most, Math.abs(value - logits[k]!)), 0);
      assert.equal(rows.length, logits.length);
      assert.ok(furthest < 1e-4, `logits differ by up to ${furthest}`);
      assert.deepEqual(theirs.ids, await tokenizer.encode(text));
      assert.deepEqual([theirs.decoded, theirs.eos, theirs.size], [text, tokenizer.endOfText, tokenizer.size]);
      assert.deepEqual(again.config, config);
      assert.deepEqual(again.weights, modelOf(config).weights);
      assert.deepEqual(await again.tokenizer.encode(text), theirs.ids);
    });
});

let made = 0;
/** A copy of the llama folder with one file changed. */
function changed(file: string, change: (json: Record<string, unknown>) => unknown): string {
  const dir = at(`changed-${made++}`);
  cpSync(at("llama"), dir, { recursive: true });
  const out = change(JSON.parse(readFileSync(join(dir, file), "utf8")) as Record<string, unknown>);
  writeFileSync(join(dir, file), typeof out === "string" ? out : JSON.stringify(out));
  return dir;
}
const setting = (fields: object) => () => changed("config.json", (json) => ({ ...json, ...fields }));

const refused: Record<string, [() => string, RegExp]> = {
  "a folder without weights": [
    () => (
      rmSync(
        join(
          changed("config.json", (json) => json),
          "model.safetensors",
        ),
      ),
      at(`changed-${made - 1}`)
    ),
    /it has no model.safetensors/,
  ],
  "a folder of pickles": [
    () => {
      const dir = changed("config.json", (json) => json);
      renameSync(join(dir, "model.safetensors"), join(dir, "pytorch_model.bin"));
      return dir;
    },
    /it has no model.safetensors, and pytorch_model.bin is not read; save the model as safetensors/,
  ],
  "a config.json that is a pipe": [
    () => {
      const dir = changed("config.json", (json) => json);
      rmSync(join(dir, "config.json"));
      execFileSync("mkfifo", [join(dir, "config.json")]);
      return dir;
    },
    /^load: invalid file: .*config.json: a pipe \(name a regular file\)/,
  ],
  "a config.json that is a Git LFS pointer": [
    () => changed("config.json", () => "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
    /^load: invalid JSON: .*config.json \(it is a Git LFS pointer; fetch the file it stands for\)$/,
  ],
  "a config.json that is not JSON": [() => changed("config.json", () => "{"), /^load: invalid JSON: .*config.json \(/],
  "a config.json of null": [() => changed("config.json", () => null), /^load: invalid JSON: .*an object is needed/],
  "another architecture": [
    setting({ model_type: "mt5" }),
    /^config.json: invalid model_type: "mt5" \(llama, .* are read; T5 has an encoder and a decoder, and is left out\)$/,
  ],
  "an architecture that nobody here knows": [
    setting({ model_type: "mamba" }),
    /^config.json: invalid model_type: "mamba" \(llama, .* are read\)/,
  ],
  "a language model with eyes": [
    setting({ model_type: "gemma3", text_config: { model_type: "gemma3_text" } }),
    /^config.json: invalid model_type: "gemma3" \(its text_config is .* save the language model alone\)/,
  ],
  "layers of a type that is not known": [
    setting({ model_type: "gemma2", layer_types: ["full_attention", "chunked_attention"] }),
    /^config.json: invalid layer_types: \["full_attention","chunked_attention"\]/,
  ],
  "fewer layer types than layers": [
    setting({ model_type: "gemma2", layer_types: ["full_attention"] }),
    /^config.json: invalid layer_types: .* of each of 2 layers/,
  ],
  "positions for layers that are not numbered": [
    setting({ model_type: "smollm3", no_rope_layers: [1] }),
    /^config.json: invalid no_rope_layers: \[1\]/,
  ],
  "a width that is a text": [setting({ hidden_size: "32" }), /^config.json: invalid hidden_size: "32"/],
  "a width that the heads do not divide": [
    setting({ num_attention_heads: 5, head_dim: null, num_key_value_heads: 5 }),
    /^config: invalid heads: 5/,
  ],
  "a hundred million layers": [
    setting({ num_hidden_layers: 1e8 }),
    /^config: invalid layers: 100000000 \(a whole number from 1 to 4096\)/,
  ],
  "1e300 heads": [
    setting({ num_attention_heads: 1e300, num_key_value_heads: 1e300 }),
    /^config: invalid heads: 1e\+300/,
  ],
  "a vocabulary of 1e12": [setting({ vocab_size: 1e12 }), /^config: invalid vocabSize: 1000000000000/],
  "a context of 1e12": [setting({ max_position_embeddings: 1e12 }), /^config: invalid context: 1000000000000/],
  "a hundred thousand lists in one another": [
    () => changed("config.json", () => `{"hidden_act": ${"[".repeat(1e5)}${"]".repeat(1e5)}}`),
    /^load: invalid JSON: .*config.json \([^(]*lists and objects deeper than 100/,
  ],
  "an unknown norm": [
    setting({ model_type: "palimpsest", norm: "batch" }),
    /^config: invalid norm: "batch" \(one of rms, layer\)/,
  ],
  "a negative epsilon": [setting({ rms_norm_eps: -1 }), /^config: invalid normEps: -1/],
  "biased attention, without the biases": [
    setting({ attention_bias: true }),
    /q_proj.bias is \[absent\], config.json says \[32\]/,
  ],
  "another activation": [setting({ hidden_act: "relu" }), /^config.json: invalid hidden_act: "relu"/],
  "heads of another width": [setting({ head_dim: 32 }), /q_proj.weight is \[32,32\], config.json says \[/],
  "scaled rotary positions that lack a field": [
    setting({ rope_scaling: { rope_type: "llama3", factor: 8 } }),
    /^config.json: invalid rope_scaling: low_freq_factor: /,
  ],
  "scaled rotary positions of a kind that is not known, old spelling": [
    setting({ rope_scaling: { type: "ntk", factor: 2 } }),
    /^config.json: invalid rope_type: "ntk" \(one of default, linear, /,
  ],
  "scaled rotary positions, transformers 5": [
    setting({ rope_parameters: { rope_type: "linear", factor: -1, rope_theta: 1 } }),
    /^config.json: invalid rope_scaling|^config.json: invalid rope_parameters: factor: /,
  ],
  "more layers than weights": [
    setting({ num_hidden_layers: 3 }),
    /model.layers.2.input_layernorm.weight is \[absent\], config.json says \[32\]/,
  ],
  "fewer layers than weights": [setting({ num_hidden_layers: 1 }), /config.json has no place for model.layers.1/],
  "another vocabulary size": [
    setting({ vocab_size: 305 }),
    /model.embed_tokens.weight is \[304,32\], config.json says \[305,32\]/,
  ],
  "a tokenizer with more ids than the model has rows": [
    () => {
      const dir = setting({ vocab_size: 280 })();
      const config = { ...llama, vocabSize: 280 };
      writeSafetensors(join(dir, "model.safetensors"), init({ config, rng: rng(1) }));
      return dir;
    },
    /its ids go to 289, the model has 280 rows/,
  ],
  "a tokenizer.json that is not JSON": [
    () => changed("tokenizer.json", () => "nonsense"),
    /^readTokenizer: invalid JSON: .*tokenizer.json/,
  ],
};
for (const [what, [make, pattern]] of Object.entries(refused))
  test(`refused in one line: ${what}`, () => {
    const dir = make();
    assert.throws(
      () => load(dir),
      (error: Error) => pattern.test(error.message) && !error.message.includes("\n"),
    );
  });

test("a tied head that was written out all the same is taken for the table", () => {
  const dir = changed("config.json", (json) => json);
  const { weights } = modelOf(llama);
  writeSafetensors(join(dir, "model.safetensors"), {
    ...weights,
    "lm_head.weight": weights["model.embed_tokens.weight"]!,
  });
  assert.deepEqual(load(dir).weights, weights);
});

test("a head beside a tied table that differs from it is a head of its own, and saved as one", () => {
  const dir = changed("config.json", (json) => ({ ...json, tie_word_embeddings: true }));
  const { weights } = modelOf(llama);
  const { shape, data } = weights["model.embed_tokens.weight"]!;
  const head = { shape, data: data.map((value, i) => (i === 7 ? value + 1 : value)) };
  writeSafetensors(join(dir, "model.safetensors"), { ...weights, "lm_head.weight": head });
  const model = load(dir);
  assert.equal(model.config.tied, false);
  assert.deepEqual(model.weights["lm_head.weight"], head);
  save({ dir: at("untied"), model });
  assert.deepEqual(load(at("untied")).config, model.config);
});
