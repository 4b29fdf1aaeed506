/**
 * Objectives on pairs, and of selected tokens: losses and gradients by all weights beside PyTorch's
 * (tests/golden/train/pairs.py), published numbers of the formulas, and what they make of a run.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { parameterShapes } from "../../src/architecture/index.js";
import { choose, type Tensors } from "../../src/engine/index.js";
import type { Memory } from "../../src/model/index.js";
import { crossLingualPairs, pairs, preferences } from "../../src/corpus/index.js";
import { fixed } from "../../src/mixture/index.js";
import { save } from "../../src/model/index.js";
import * as train from "../../src/train/index.js";
import { valueAndGradients } from "../../src/train/step/differentiate.js";
import { infoNce, pooled } from "../../src/train/step/objectives/contrastive.js";
import { byMean } from "../../src/train/step/objectives/simpo.js";
import { byOdds } from "../../src/train/step/objectives/orpo.js";
import { byRatio } from "../../src/train/step/objectives/dpo.js";
import { highest } from "../../src/train/step/objectives/select.js";
import { specsOf, stateOf } from "../../src/train/step/step.js";
import type { LanguageModel, ModelConfig, Text, Weights } from "../../src/types.js";

import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

interface Golden {
  config: ModelConfig;
  policy: Record<string, number[]>;
  reference: Record<string, number[]>;
  tokens: number[];
  weights: number[][];
  lengths: number[];
  cases: Record<string, { loss: number; gradients: Record<string, number[]> }>;
}
const golden = JSON.parse(readFileSync(join(__dirname, "..", "golden", "train", "pairs.json"), "utf8")) as Golden;
const { config } = golden;
const names = Object.keys(parameterShapes(config));
const batch = golden.lengths.length / 2;
const half = (config.context + 1) / 2;

const weightsOf = (flat: Record<string, number[]>): Weights =>
  Object.fromEntries(
    Object.entries(parameterShapes(config)).map(([name, shape]) => [
      name,
      { shape, data: Float32Array.from(flat[name]!) },
    ]),
  );

/** Of halves, as a window has them: what predicts the second half's first token is read by nobody. */
const joined = (rows: number[][]): Float32Array =>
  Float32Array.from(rows.flatMap((row, i) => (i % 2 === 0 ? [...row, 7] : row)));
const real = golden.lengths.map((length) => Array.from({ length: half }, (_, i) => (i < length ? 1 : 0)));
const tokens = Int32Array.from(golden.tokens);
const documents = Int32Array.from(real.flatMap((row, i) => row.map((one) => (one === 1 ? i % 2 : -1))));
const onPairs = { tokens, weights: joined(golden.weights), documents };
const onTranslations = { tokens, weights: joined(real.map((row) => row.slice(1))), documents };

const cases: Record<string, { objective: train.Objective; drawn: Record<string, Float32Array | Int32Array> }> = {
  dpo: { objective: train.dpo({ beta: 0.3 }), drawn: onPairs },
  "dpo means": { objective: train.dpo({ beta: 0.3, of: "means" }), drawn: onPairs },
  ipo: { objective: train.dpo({ of: "ipo" }), drawn: onPairs },
  orpo: { objective: train.orpo({ lambda: 0.4 }), drawn: onPairs },
  simpo: { objective: train.simpo(), drawn: onPairs },
  clo: { objective: train.clo({ target: ["ko"], beta: 0.3 }), drawn: onPairs },
  "mid-align": { objective: train.contrastive(), drawn: onTranslations },
  afp: { objective: train.contrastive({ form: "afp" }), drawn: onTranslations },
  "prealign, both directions": {
    objective: train.contrastive({ form: "prealign", directions: "both", weight: 0.5 }),
    drawn: onTranslations,
  },
  select: { objective: train.select(), drawn: onPairs },
};

/** Loss, outputs and gradients of an objective whose base is `reference`, at the policy's weights. */
const engine = choose({ device: "cpu", threads: 1 });
async function stepOf(
  objective: train.Objective,
  drawn: Record<string, Float32Array | Int32Array>,
  { policy = golden.policy, memory }: { policy?: Record<string, number[]>; memory?: Memory } = {},
): Promise<Record<string, Float32Array>> {
  const tokenizer = { size: config.vocabSize } as LanguageModel["tokenizer"];
  const model = { config, weights: weightsOf(golden.reference), tokenizer };
  const running = objective.begin({ model, leaves: train.allOf(config) });
  const at = {
    drawn,
    domains: ["ko", "en", "en"],
    context: config.context,
    tokenizer,
    progress: 0,
    rng: undefined as never,
  };
  // An objective's own inputs; windows of `select` are whole.
  const shape =
    objective.name === "select" ? { batch: 2 * batch, context: half - 1 } : { batch, context: config.context };
  const inputs = running.inputs({ config, ...shape, weighted: false });
  const fed = running.feeds?.(at) ?? drawn;
  const fn = (state: Tensors, given: Tensors): { outputs: Tensors } => {
    let seen: Tensors = {};
    const { value, gradients } = valueAndGradients(names, state, (named) => {
      const { loss, outputs, count } = running.loss({
        ...{ config, weights: named, frozen: state, state: { ...state, ...named }, inputs: given },
        ...(memory && { memory }),
      });
      seen = Object.fromEntries(Object.entries({ ...outputs, count: count! }).map(([name, x]) => [name, tf.keep(x)]));
      return loss;
    });
    return { outputs: { ...seen, loss: value, ...gradients } };
  };
  const fixed = running.fixed ?? {};
  const program = await (await engine).compile(fn, { state: { ...stateOf(config), ...specsOf(fixed) }, inputs });
  const state = (await engine).upload({ ...weightsOf(policy), ...fixed });
  const out = await program.run(state, Object.fromEntries(Object.keys(inputs).map((name) => [name, fed[name]!])));
  state.dispose();
  await program.dispose();
  return out as Record<string, Float32Array>;
}

for (const [name, { objective, drawn }] of Object.entries(cases))
  test(`${name}: loss and gradients by all weights are PyTorch's`, async () => {
    const expected = golden.cases[name]!;
    for (const memory of ["dpo", "mid-align"].includes(name) ? (["keep", "layers"] as const) : (["keep"] as const)) {
      const out = await stepOf(objective, drawn, { memory });
      assert.ok(
        Math.abs(out.loss![0]! - expected.loss) < 2e-6 * (1 + expected.loss),
        `${out.loss![0]}, ${expected.loss}`,
      );
      for (const [key, theirs] of Object.entries(expected.gradients)) {
        const most = Math.max(...theirs.map(Math.abs));
        theirs.forEach((value, i) =>
          assert.ok(Math.abs(out[key]![i]! - value) < 5e-6 * (1 + most), `${key}: ${out[key]![i]} and ${value}`),
        );
      }
    }
  });

test("as long as the model is its reference a pair's loss is ln 2, and none is preferred", async () => {
  for (const objective of [train.dpo(), train.dpo({ of: "means" })]) {
    const { loss, margin, accuracy, count, chosen, rejected } = await stepOf(objective, onPairs, {
      policy: golden.reference,
    });
    assert.equal(loss![0], Math.fround(Math.LN2));
    assert.deepEqual([margin![0], accuracy![0], count![0]], [0, 0, 2]);
    assert.ok(chosen![0]! < 0 && rejected![0]! < 0);
  }
});

const side = (sum: number, mean = sum): { sum: tf.Tensor; mean: tf.Tensor } => ({
  sum: tf.tensor1d([sum]),
  mean: tf.tensor1d([mean]),
});
const near = (ours: tf.Tensor, expected: number, within = 1e-6): void => {
  const value = ours.dataSync()[0]!;
  assert.ok(Math.abs(value - expected) < within, `${value} and ${expected}`);
};

test("losses of preference on paper", () => {
  const [policy, reference] = [
    { chosen: side(-12), rejected: side(-14) },
    { chosen: side(-13), rejected: side(-13.5) },
  ];
  const ratio = byRatio({ beta: 0.1, of: "sums" });
  near(ratio(policy, reference).margin, 1.5);
  near(ratio(policy, reference).loss, 0.620957);
  const swapped = { chosen: policy.rejected, rejected: policy.chosen };
  near(ratio(swapped, { chosen: reference.rejected, rejected: reference.chosen }).margin, -1.5);
  const slope = tf.grad((s) => ratio({ ...policy, chosen: { sum: s, mean: s } }, reference).loss)(policy.chosen.sum);
  near(slope, -0.1 * 0.46257);
  // Answers of 6 and of 10 tokens.
  const [short, long] = [
    { chosen: side(-12, -2), rejected: side(-14, -1.4) },
    { chosen: side(-13, -13 / 6), rejected: side(-13.5, -1.35) },
  ];
  near(byRatio({ beta: 0.1, of: "means" })(short, long).loss, 0.682373);
  const odds = byOdds(0.1)({ chosen: side(-0.5), rejected: side(-1.2) });
  near(odds.margin, 1.27437);
  near(odds.loss, 0.1 * 0.246553);
  const means = { chosen: side(-0.5), rejected: side(-1.2) };
  near(byMean({ beta: 2, gammaOverBeta: 0.5 })(means).loss, 0.513015);
  near(byMean({ beta: 2, gammaOverBeta: 0.25 })(means).loss, 0.341154);
  near(byMean({ beta: 0.1, gammaOverBeta: 5 })(means).loss, 0.931084);
});

test("contrastive losses on paper: rows, columns, both, and one pair alone", () => {
  const cosines = tf.tensor2d([
    [0.9, 0.2, 0.1],
    [0.3, 0.8, 0],
    [0.5, 0.1, 0.7],
  ]);
  const of = (x: tf.Tensor, directions: "one" | "both" = "one"): tf.Tensor =>
    infoNce(x, { temperature: 0.1, directions }).loss;
  near(of(cosines), 0.045801);
  near(of(tf.transpose(cosines)), 0.009117);
  near(of(cosines, "both"), 0.027459);
  near(infoNce(cosines, { temperature: 0.05, directions: "one" }).loss, 0.006067);
  near(of(tf.ones([3, 3])), Math.log(3));
  near(of(tf.ones([1, 1])), 0);
  const states = tf.tensor2d([100, 0, 0, 1, 0, 3, 5, 5], [4, 2]);
  const mean = (mask: number[][], pool: "mean" | "last" = "mean"): number[] => [
    ...pooled(states, tf.tensor2d(mask), pool).dataSync(),
  ];
  assert.deepEqual(mean([[0, 1, 1, 0]]), [0, 2]);
  assert.deepEqual(mean([[0, 1, 1, 0]], "last"), [0, 3]);
});

test("of tokens the highest share counts, and what ties with the last of them", () => {
  const of = (share: number, x = [3, -1, 2, 2, 0]): number[] => [...highest(tf.tensor1d(x), share).dataSync()];
  assert.deepEqual(of(0.2), [1, 0, 0, 0, 0]);
  assert.deepEqual(of(0.4), [1, 0, 1, 1, 0]);
  assert.deepEqual(of(1), [1, 1, 1, 1, 1]);
  assert.deepEqual(of(0.01), [1, 0, 0, 0, 0]);
  assert.deepEqual(of(0.5, [0, 0, 0]), [1, 1, 1]);
});

const root = folder();

/** Prompts in `old` whose rejected answers are in `new`. */
function preferred(): Text {
  const [mine, theirs] = [language("old", 60), language("new", 60)];
  const rows = mine.train.map((text, i) => ({
    ...{ prompt: text.slice(0, 6 + (i % 3)), chosen: text.slice(10, 15), rejected: theirs.train[i]!.slice(0, 3) },
  }));
  return preferences({ name: "prefs", rows });
}
const run = {
  ...{ on: { prefs: preferred() }, mixture: fixed({ prefs: 1 }), order: pairs(), context: 15, batch: 4, seed: 2 },
  ...{ steps: 12, schedule: train.constant({ peak: 0.02 }), evaluateAt: [] },
};

test("preference: each objective learns which answer is chosen", async () => {
  const model = await tinyModel();
  for (const objective of [train.dpo({ beta: 0.5 }), train.dpo({ of: "ipo" }), train.orpo(), train.simpo()]) {
    const { steps } = await train.continue(model, { ...run, objective });
    const [first, last] = [steps[0]!, steps.at(-1)!];
    if (objective.name === "dpo" && objective.options.of === "sums") assert.ok(Math.abs(first.loss - Math.LN2) < 1e-6);
    assert.ok(last.loss < first.loss && last.margin! > first.margin! + 0.01, `${first.margin} to ${last.margin}`);
    assert.equal(last.accuracy, 1, objective.name);
    assert.ok(last.chosen! < 0 && last.rejected! < 0);
  }
});

test("an update of two batches is one of both; the reference is a folder, read again where a run goes on", async () => {
  const model = await tinyModel();
  const dir = join(root, "reference");
  save({ dir, model: await tinyModel(5) });
  const objective = train.dpo({ reference: dir });
  const options = { ...run, steps: 4, objective, checkpointEvery: 1 };
  const whole = await train.continue(model, { ...options, dir: join(root, "whole") });
  assert.ok(Math.abs(whole.steps[0]!.loss - Math.LN2) > 1e-3);
  const { objective: said } = whole.record.recipe as unknown as { objective: { reference: string } };
  assert.equal(said.reference, train.hashOfModel(await tinyModel(5)));
  const halved = await train.continue(model, { ...options, batch: 2, accumulate: 2 });
  halved.steps.forEach(({ loss, margin }, i) => {
    assert.ok(Math.abs(loss - whole.steps[i]!.loss) < 2e-5, `${loss} and ${whole.steps[i]!.loss}`);
    assert.ok(Math.abs(margin! - whole.steps[i]!.margin!) < 2e-3);
  });
  const stop = new AbortController();
  const cut = { ...options, dir: join(root, "cut") };
  await train.continue(model, { ...cut, signal: stop.signal, onStep: ({ step }) => void (step === 2 && stop.abort()) });
  const resumed = await train.continue(model, { ...cut, resume: true });
  sameWeights(resumed.model.weights, whole.model.weights);
  assert.deepEqual(bare(resumed), bare(whole));
});

test("cross-lingual pairs: the answer in the prompt's language before the other", () => {
  const answered = { en: [{ prompt: "one?", answer: "yes" }], ko: [{ prompt: "하나?", answer: "네" }] };
  assert.deepEqual(crossLingualPairs(answered), {
    en: [{ prompt: "one?", chosen: "yes", rejected: "네" }],
    ko: [{ prompt: "하나?", chosen: "네", rejected: "yes" }],
  });
  assert.throws(() => crossLingualPairs({ en: answered.en, ko: [] }), /^Error: crossLingualPairs: invalid languages: /);
});

test("preferences as text: answers are marked, and a prompt is on one side", () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({ prompt: `p${i % 20}: `, chosen: `yes ${i}`, rejected: "no" }));
  const few = ["a", "b", "a"].map((prompt) => ({ prompt, chosen: "x", rejected: "y" }));
  assert.ok(preferences({ name: "p", rows: few, heldOut: 1e-9 }).heldOut.length > 0, "of two prompts one is held out");
  assert.equal(preferences({ name: "p", rows: few, heldOut: 0 }).heldOut.length, 0);
  const { train: documents, heldOut, marks } = preferences({ name: "p", rows, heldOut: 0.3 });
  assert.equal(documents.length + heldOut.length, 80);
  const [text, mark] = [documents[0]!, marks!.train[0]![0]!];
  assert.deepEqual([text.slice(0, mark.from), text.slice(mark.from, mark.to), mark.weight], ["p0: ", "yes 0", 1]);
  assert.equal(documents[1], "p0: no");
  const prompts = (all: string[]): Set<string> => new Set(all.map((document) => document.split(":")[0]!));
  assert.ok([...prompts(heldOut)].every((prompt) => !prompts(documents).has(prompt)));
  assert.throws(
    () => preferences({ name: "p", rows: [{ prompt: "a", chosen: "", rejected: "b" }] }),
    /^Error: preferences: invalid chosen in row 1 of p: empty \(it must be text\)$/,
  );
});

test("of held-out pairs it is said how often the chosen answer is likelier", async () => {
  const model = await tinyModel();
  const held = preferred();
  const { train: documents, marks } = held;
  const twenty = { ...held, heldOut: documents.slice(0, 20), marks: { ...marks!, heldOut: marks!.train.slice(0, 20) } };
  const evaluators = [train.preferred()];
  const of = async (on: Text, given = model, context = 15): Promise<Record<string, number>> => {
    const { measurements } = await train.evaluate(given, { on, evaluators, context, batch: 3 });
    return Object.fromEntries(measurements.map(({ metric, value }) => [metric, value]));
  };
  const before = await of(twenty);
  const swap = <T>(all: T[]): T[] => all.map((_, i) => all[i ^ 1]!);
  const turned = {
    ...twenty,
    heldOut: swap(twenty.heldOut),
    marks: { ...marks!, heldOut: swap(twenty.marks.heldOut) },
  };
  const after = await of(turned);
  const sum = (metric: string): number => before[metric]! + after[metric]!;
  assert.ok(Math.abs(sum("preference-accuracy") - 1) < 1e-6, "turned round it is the other answer");
  assert.ok(Math.abs(sum("preference-accuracy-by-token") - 1) < 1e-6);
  assert.ok(Math.abs(sum("preference-margin")) < 1e-5);
  const tuned = await train.continue(model, { ...run, objective: train.simpo() });
  const learned = await of(twenty, tuned.model);
  assert.equal(learned["preference-accuracy-by-token"], 1);
  assert.ok(learned["preference-margin"]! > before["preference-margin"]!);
  // Of documents cut where halves of windows are, the margins are those of an update on all pairs.
  const all = await of({ ...twenty, heldOut: documents, marks: { ...marks!, heldOut: marks!.train } }, model, 7);
  const { steps } = await train.continue(model, {
    ...run,
    batch: documents.length / 2,
    steps: 1,
    objective: train.orpo(),
  });
  assert.ok(Math.abs(all["preference-margin"]! - (steps[0]!.chosen! - steps[0]!.rejected!)) < 1e-3);
  await assert.rejects(
    train.evaluate(model, { on: { p: language("old") }, evaluators: [train.preferred({ on: ["p"] })], context: 15 }),
    /^Error: preferred: invalid domain: p \(its held-out text is no pairs of marked answers\)$/,
  );
});

test("a recipe trains on rows of preferences", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({
    prompt: `${i % 9}? `,
    chosen: `yes ${i}`,
    rejected: `no ${i}`,
  }));
  writeFileSync(join(root, "prefs.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  const recipe = train.parseRecipe({
    corpus: { files: { prefs: { paths: "prefs.jsonl", form: "preferences" } }, heldOut: 0.2 },
    ...{ model: { size: "nano", vocabSize: 270 }, mixture: { prefs: 1 }, schedule: { name: "constant", peak: 0.01 } },
    ...{ objective: { name: "dpo" }, order: { name: "pairs" }, steps: 3, batch: 2, context: 31 },
    ...{ evaluate: { at: [3] }, engine: { device: "cpu", threads: 1 } },
  });
  const { steps, evaluations } = await train.runRecipe({ recipe, dir: join(root, "recipe"), from: root });
  assert.ok(Math.abs(steps[0]!.loss - Math.LN2) < 1e-6 && steps[2]!.margin! > 0);
  assert.equal(evaluations[0]!.domain, "prefs");
});

test("what objectives on pairs cannot do is refused", async () => {
  const model = await tinyModel();
  const refused = (more: object, line: RegExp): Promise<void> =>
    assert.rejects(train.continue(model, { ...run, ...more }), line);
  await refused(
    { objective: train.simpo(), order: undefined },
    /^Error: train: invalid order of prefs: shuffled \(simpo reads windows of pairs\)$/,
  );
  await refused({ objective: train.dpo(), context: 14 }, /invalid context: 14 \(.*odd/);
  await refused(
    { objective: train.contrastive(), batch: 1 },
    /^Error: contrastive: invalid batch: 1 \(.*at least 2\)$/,
  );
  await refused(
    { objective: train.contrastive({ layers: [2] }) },
    /^Error: contrastive: invalid layer: 2 \(the model has 1\)$/,
  );
  assert.throws(() => train.clo({ target: [] }), /^Error: clo: invalid target/);
  assert.throws(() => train.dpo({ of: "sum" as "sums" }), /^Error: dpo: invalid of: sum \(sums, means or ipo\)$/);
  assert.throws(() => train.dpo({ beta: 0 }), /^Error: dpo: invalid beta: 0$/);
  assert.throws(() => train.select({ share: 0 }), /^Error: select: invalid share: 0$/);
});

test("states of translations come together, and those of others stay apart", async () => {
  const model = await tinyModel();
  const { train: mine } = language("old");
  const theirs = language("new").train;
  const text = {
    name: "prefs",
    train: mine.flatMap((line, i) => [line.slice(0, 12), theirs[i]!.slice(0, 6)]),
    heldOut: [],
  };
  const options = { ...run, on: { prefs: text }, steps: 40 };
  const { steps } = await train.continue(model, { ...options, objective: train.contrastive({ weight: 2 }) });
  const [first, last] = [steps[0]!, steps.at(-1)!];
  assert.ok(last.contrastive! < first.contrastive! - 0.2, `${first.contrastive} to ${last.contrastive}`);
  assert.ok(last.cosinePairs! - last.cosineOthers! > first.cosinePairs! - first.cosineOthers!);
  assert.ok(last.crossEntropy! < first.crossEntropy!);
});

test("where the reference is the model itself every token is selected, then those with most to gain", async () => {
  const model = await tinyModel();
  const options = { ...run, on: { prefs: { ...language("old"), name: "prefs" } }, order: undefined, steps: 3 };
  const plain = await train.continue(model, options);
  const { steps } = await train.continue(model, { ...options, objective: train.select({ share: 0.5 }) });
  assert.equal(steps[0]!.selected, 1);
  assert.ok(Math.abs(steps[0]!.loss - plain.steps[0]!.loss) < 1e-6);
  assert.equal(steps[1]!.selected, 0.5);
  assert.ok(Math.abs(steps[0]!.excess!) < 1e-6 && steps[2]!.excess! < 0);
});
