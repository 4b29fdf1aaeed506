import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { trace } from "../../src/engine/trace.js";
import { prune } from "../../src/engine/graph.js";
import { fixed } from "../../src/mixture/index.js";
import { tablesOf } from "../../src/architecture/index.js";
import { configOf, fromHuggingFace, parameterShapes } from "../../src/model/index.js";
import * as train from "../../src/train/index.js";
import { latestCheckpoint } from "../../src/train/run/checkpoint.js";
import { gradientStep } from "../../src/train/gradient-step.js";
import { putBack, taken } from "../../src/train/step/rows.js";
import { selectionOf, trainedOf } from "../../src/train/step/parameters/trainable.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, ModelConfig, NdArray, StepRow } from "../../src/types.js";
import { fresh } from "../../src/train/pretrain.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const from = 280;
const table = "model.embed_tokens.weight";
const head = "lm_head.weight";

async function model(tied: boolean): Promise<LanguageModel> {
  const { tokenizer, config } = await tinyModel();
  return fresh({ size: "nano", tokenizer, seed: 1, config: { ...config, tied, layers: 2 } });
}

/** Six updates with much decay and momentum, in two domains. */
const options = {
  on: { old: language("old"), new: language("new") },
  mixture: fixed({ old: 0.5, new: 0.5 }),
  schedule: train.constant({ peak: 1e-2 }),
  optimiser: { weightDecay: 0.5 },
  newRows: { from },
  steps: 6,
  batch: 2,
  evaluateAt: [],
};

const bytes = ({ data }: NdArray, first = 0, end = data.length): Buffer =>
  Buffer.from(data.buffer, data.byteOffset + 4 * first, 4 * (end - first));

/** Which of: old and new rows of both tables, everything else; "+" where it moved, "0" where every bit is as before. */
function moved(before: LanguageModel, after: LanguageModel): Record<string, string> {
  const width = before.config.width;
  const mark = (name: string, first?: number, end?: number): string =>
    bytes(before.weights[name]!, first, end).equals(bytes(after.weights[name]!, first, end)) ? "0" : "+";
  const rows = (name: string): string => mark(name, 0, from * width) + mark(name, from * width);
  const rest = Object.keys(before.weights).filter((name) => name !== table && name !== head);
  return {
    input: rows(table),
    ...(before.config.tied ? {} : { output: rows(head) }),
    rest: [...new Set(rest.map((name) => mark(name)))].sort().join(""),
  };
}

test("each EEVE stage moves what it names and nothing else, bit for bit, under decay and momentum", async () => {
  const expected: Record<string, [string, string, string]> = {
    "new input rows": ["0+", "00", "0"],
    "new output rows": ["00", "0+", "0"],
    "new rows": ["0+", "0+", "0"],
    "all output rows": ["00", "++", "0"],
    "new input rows, all output rows": ["0+", "++", "0"],
    everything: ["++", "++", "+"],
    layers: ["00", "00", "+"],
  };
  const before = await model(false);
  for (const { name, trainable } of train.stages.eeve.stages) {
    const { model: after } = await train.continue(before, { ...options, trainable });
    const [input, output, rest] = expected[name]!;
    assert.deepEqual(moved(before, after), { input, output, rest }, name);
  }
});

test("with a tied head the stages that are left are new rows, all rows, everything, layers", async () => {
  const before = await model(true);
  const expected: Record<string, object> = {
    "new rows": { input: "0+", rest: "0" },
    "all output rows": { input: "++", rest: "0" },
    everything: { input: "++", rest: "+" },
    layers: { input: "00", rest: "+" },
  };
  const all = train.stages.eeve.stages;
  const left = all.filter(({ untiedOnly }) => !untiedOnly);
  assert.deepEqual(
    left.map(({ name }) => name),
    Object.keys(expected),
  );
  for (const { name, trainable } of left) {
    const { model: after } = await train.continue(before, { ...options, trainable });
    assert.deepEqual(moved(before, after), expected[name], name);
  }
  // What is left out would train the same as a stage that stays.
  const trained = ({ trainable }: (typeof all)[number]): string =>
    JSON.stringify(trainedOf({ config: before.config, trainable, newRows: { from } }));
  const kept = new Set(left.map(trained));
  for (const stage of all) assert.ok(kept.has(trained(stage)), stage.name);
});

test("2x2LS leaves the middle layers and the last norm alone", async () => {
  const { tokenizer, config } = await tinyModel();
  const before = fresh({ size: "nano", tokenizer, seed: 1, config: { ...config, tied: false, layers: 5 } });
  const { model: after } = await train.continue(before, { ...options, trainable: "2x2LS" });
  for (const name of Object.keys(before.weights)) {
    const same = bytes(before.weights[name]!).equals(bytes(after.weights[name]!));
    assert.equal(same, /layers\.2\.|model\.norm/.test(name), name);
  }
});

test("biases alone: those of linear layers and of norms move, every other bit stays; with norms their gains too; attention alone", async () => {
  const { tokenizer, config } = await tinyModel();
  const shape = { ...config, architecture: "gpt2", norm: "layer", positions: "learned", kvHeads: 2 } as const;
  const before = fresh({ size: "nano", tokenizer, seed: 1, config: { ...shape, activation: "gelu" } });
  const cases: [train.Trainable, RegExp][] = [
    ["biases", /\.bias$/],
    [{ biases: true, norms: true }, /\.bias$|\.ln_/],
    ["attention", /\.attn\.c_/],
  ];
  for (const [trainable, expected] of cases) {
    const { model: after } = await train.continue(before, { ...options, trainable });
    for (const name of Object.keys(before.weights)) {
      const same = bytes(before.weights[name]!).equals(bytes(after.weights[name]!));
      assert.equal(same, !expected.test(name), name);
    }
  }
});

test("the first layer and the last move, and what lies between stays", async () => {
  const { tokenizer, config } = await tinyModel();
  const before = fresh({ size: "nano", tokenizer, seed: 1, config: { ...config, layers: 4 } });
  const { model: after } = await train.continue(before, { ...options, trainable: "first-and-last" });
  for (const name of Object.keys(before.weights)) {
    const same = bytes(before.weights[name]!).equals(bytes(after.weights[name]!));
    assert.equal(same, !/layers\.[03]\./.test(name), name);
  }
});

test("rows by id: those listed move, wherever they are", async () => {
  const before = await model(true);
  const ids = [5, 30, 31, 289];
  const { model: after, record } = await train.continue(before, { ...options, trainable: { embedding: ids } });
  const { width, vocabSize } = before.config;
  for (let id = 0; id < vocabSize; id++) {
    const [first, end] = [id * width, (id + 1) * width];
    const same = bytes(before.weights[table]!, first, end).equals(bytes(after.weights[table]!, first, end));
    assert.equal(same, !ids.includes(id), `row ${id}`);
  }
  assert.deepEqual((record.recipe as { trained: object }).trained, {
    embedding: [
      [5, 6],
      [30, 32],
      [289, 290],
    ],
  });
});

test("the whole model, however it is said, has the identity of a run that says nothing", async () => {
  const before = await model(false);
  const parts = {
    embedding: { from: 0 },
    head: "all",
    layers: [0, -1],
    norms: true,
    positions: true,
  } satisfies train.Trainable;
  const [plain, all, spelt] = await Promise.all(
    [{}, { trainable: "all" } as const, { trainable: parts }].map((extra) =>
      train.continue(before, { ...options, newRows: undefined, steps: 2, ...extra }),
    ),
  );
  const fields = ["trainer", "model", "text", "mixture", "schedule", "optimiser", "steps", "batch", "context", "seed"];
  assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(plain!.record.recipe)) as object), [...fields, "evaluateAt"]);
  assert.deepEqual(all!.record.recipe, plain!.record.recipe);
  assert.deepEqual(spelt!.record.recipe, plain!.record.recipe);
  assert.ok(bytes(plain!.model.weights[head]!).equals(bytes(spelt!.model.weights[head]!)));
});

/** The step's signature and the operators of its graph. */
function compiled(config: ModelConfig, trainable: train.Trainable): { state: string[]; nodes: string[] } {
  const trained = trainedOf({ config, trainable, newRows: { from } });
  const optimiser = train.adamw();
  const step = train.trainStep({
    config,
    batch: 2,
    context: 8,
    objective: train.causal(),
    optimiser,
    leaves: selectionOf(config, trained),
  });
  const { graph, state, outputs } = trace(step.fn, step.signature, "cpu");
  const { nodes } = prune(graph, [...Object.values(state), ...Object.values(outputs)]);
  return { state: Object.keys(step.signature.state), nodes: nodes.map(({ op }) => op) };
}

test("the whole model is every parameter of it, of whatever kind it is; all but the tables, every other", () => {
  const golden = readFileSync(join(__dirname, "..", "golden", "architectures.json"), "utf8");
  const { cases } = JSON.parse(golden) as { cases: Record<string, { config: Record<string, unknown> }> };
  for (const [name, { config: json }] of Object.entries(cases)) {
    const config = fromHuggingFace(json);
    assert.equal(trainedOf({ config, trainable: "all" }), undefined, name);
    const all = Object.keys(parameterShapes(config));
    const { embedding, head } = tablesOf(config);
    const body = Object.keys(selectionOf(config, trainedOf({ config, trainable: "body" })).leaves);
    const others = all.filter((each) => each !== embedding && each !== head);
    assert.deepEqual(body, others, name);
  }
});

test("what is frozen has no moments and no gradient in the graph", () => {
  const config = configOf({ size: "nano", vocabSize: 300, tied: false });
  const products = (trainable: train.Trainable): number =>
    compiled(config, trainable).nodes.filter((op) => /MatMul|Gemm/.test(op)).length;
  const input = compiled(config, { embedding: "new" });
  assert.deepEqual(
    input.state.filter((name) => name.startsWith("adamw")),
    [`adamw.first.${table}`, `adamw.second.${table}`],
  );
  assert.deepEqual(
    input.state.filter((name) => !name.startsWith("adamw")),
    Object.keys(parameterShapes(config)),
  );
  // The gradient of each frozen matrix is one product, and so is that of each norm, a sum over rows.
  const weights = 7 * config.layers + 1 + (2 * config.layers + 1);
  assert.equal(products("all") - products({ embedding: "new" }), weights);
  // Only the head is trained: the way forward (in each layer seven products of weights and two of attention), the logits
  // and the head's own gradient; nothing goes back into the body.
  assert.equal(products({ head: "new" }), 9 * config.layers + 2);
});

test("trained rows are updated as in an update of the whole table, the others stay, and the norm counts only them", () => {
  const draw = rng(3);
  const shape = [6, 4];
  const tensor = (scale: number): tf.Tensor =>
    tf.tensor(
      Float32Array.from({ length: 24 }, () => draw.normal() * scale),
      shape,
    );
  const [weight, gradient] = [tensor(1), tensor(0.1)];
  const optimiser = train.adamw({ clip: Infinity, weightDecay: 0.3 });
  const scalars = Object.fromEntries(
    Object.entries(optimiser.scalars(1, 0.01)).map(([name, data]) => [name, tf.tensor(data, [])]),
  ) as Record<"rate" | "keep" | "floor", tf.Tensor>;
  const zeros = (leaf: number[]): Record<string, tf.Tensor> =>
    Object.fromEntries(
      Object.entries(optimiser.slots({ weight: { shape: leaf } })).map(([name, slot]) => [name, tf.zeros(slot.shape)]),
    );
  const full = optimiser.update({ weight, ...zeros(shape) }, { weight: gradient }, scalars);
  const rows = { weight: Int32Array.of(1, 4, 5) };
  const own = taken(rows, { weight });
  const part = optimiser.update({ ...own, ...zeros([3, 4]) }, taken(rows, { weight: gradient }), scalars);
  const next = putBack(rows, { weight }, part.state);
  const values = (value: tf.Tensor): number[][] => value.arraySync() as number[][];
  const [start, all, some] = [weight, full.state.weight!, next.weight!].map(values);
  for (let i = 0; i < 6; i++) assert.deepEqual(some![i], rows.weight.includes(i) ? all![i] : start![i], `row ${i}`);
  const squares = [...rows.weight].flatMap((i) => values(gradient)[i]!.map((value) => value * value));
  const norm = Math.sqrt(squares.reduce((a, b) => a + b, 0));
  assert.ok(Math.abs(part.norm.dataSync()[0]! - norm) < 1e-6 * norm);
});

test("moments, averages and sums of gradients are kept for trained rows alone, and a run stopped on the way ends on the same bytes", async () => {
  const before = await model(false);
  const ids = [5, 30, 31, 289];
  const recipe = {
    ...options,
    trainable: { embedding: ids, head: "new" as const, norms: true },
    parts: [train.ema()],
    accumulate: 2,
    checkpointEvery: 2,
  };
  const whole = await train.continue(before, { ...recipe, dir: join(root, "whole") });
  const stop = new AbortController();
  const dir = join(root, "stopped");
  const onStep = ({ step }: StepRow): void => void (step === 3 && stop.abort());
  const begun = await train.continue(before, { ...recipe, dir, signal: stop.signal, onStep });
  assert.equal(begun.stopped, true);
  const ended = await train.continue(before, { ...recipe, dir, resume: true });
  const left = [whole, ended].map((run) => latestCheckpoint(join(run.dir!, "checkpoints"))!);
  sameWeights(left[1]!.weights, left[0]!.weights);
  sameWeights(left[1]!.slots, left[0]!.slots);
  const { width, vocabSize } = before.config;
  for (const slot of ["adamw.first.", "adamw.second.", "ema."]) {
    assert.deepEqual(left[0]!.slots[slot + table]!.shape, [ids.length, width]);
    assert.deepEqual(left[0]!.slots[slot + head]!.shape, [vocabSize - from, width]);
  }
  assert.deepEqual(left[0]!.weights[table]!.shape, [vocabSize, width]);
});

test("the gradients of domains are compared over trained rows alone", async () => {
  const before = await model(true);
  const { config } = before;
  const leaves = selectionOf(config, trainedOf({ config, trainable: "new-rows", newRows: { from } }));
  const { fn, signature } = gradientStep({ model: before, leaves, batch: 1, context: 8 });
  const { outputs } = trace(fn, signature, "cpu");
  assert.deepEqual(outputs[table]!.shape, [config.vocabSize - from, config.width]);
});

test("nonsense is refused in one line", async () => {
  const { config } = await model(false);
  const cases: [train.Trainable, string, train.NewRows?][] = [
    [
      "rows" as "all",
      'train: invalid trainable: "rows" (one of all, new-rows, tables, body, 2x2LS, first-and-last, biases, attention, or parts)',
    ],
    [{}, "train: invalid trainable: {} (it names nothing of this model)"],
    [
      "biases",
      'train: invalid trainable: "biases" (it names nothing of this model, which has no biases; norms: true names its norms)',
    ],
    [{ embedding: "new" }, 'train: invalid trainable: {"embedding":"new"} (say which rows are new'],
    [{ embedding: [3, 290] }, 'train: invalid trainable: {"embedding":290} (rows are 0 to 289)'],
    [{ head: { from: NaN } }, 'train: invalid trainable: {"head":{"from":null}} (no row; there are 290)'],
    [{ layers: [2] }, 'train: invalid trainable: {"layers":2} (there are 2: -2 to 1)'],
    ["new-rows", 'train: invalid trainable: {"newRows":{"from":290}} (no row; there are 290)', { from: 290 }],
  ];
  for (const [trainable, line, newRows] of cases)
    assert.throws(
      () => trainedOf({ config, trainable, newRows }),
      ({ message }: Error) => {
        assert.ok(message.startsWith(line), `${message}\nis not\n${line}`);
        return true;
      },
    );
});
