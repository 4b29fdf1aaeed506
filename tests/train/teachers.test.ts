/**
 * Objectives with a teacher: their losses and gradients beside PyTorch's (tests/golden/train/teachers.py), all at once and
 * in blocks; what they make of a run; teachers of other shapes; what is refused.
 */
import assert from "node:assert/strict";
import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import * as embed from "../../src/embed/index.js";
import { choose, type Tensors } from "../../src/engine/index.js";
import { fixed } from "../../src/mixture/index.js";
import { save } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import * as train from "../../src/train/index.js";
import { fresh } from "../../src/train/pretrain.js";
import { type Compared, compared, type Divergence } from "../../src/train/step/objectives/divergence.js";
import { cosine } from "../../src/train/step/objectives/late-to-early.js";
import { ownWriting } from "../../src/train/step/objectives/own-writing.js";
import { squares } from "../../src/train/step/objectives/self-distillation.js";
import { valueAndGradients } from "../../src/train/step/differentiate.js";
import * as vocab from "../../src/vocab/index.js";
import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

type Matrix = number[][];
interface Golden {
  states: Matrix;
  table: Matrix;
  bias: number[];
  theirs: Matrix;
  theirTable: Matrix;
  targets: number[];
  cases: Record<string, Case>;
  wide: Matrix;
  hidden: Apart;
  cosine: Apart;
}
/** Of the states from `wide`, and the gradient of its mean. */
interface Apart {
  each: number[];
  statesGradient: Matrix;
}
interface Case {
  how: Partial<Divergence> & { squared?: true; shared?: number; without?: number[]; bias?: true; cap?: number };
  crossEntropy: number[];
  divergence: number[];
  loss: number;
  statesGradient: Matrix;
  tableGradient: Matrix;
}
const golden = JSON.parse(readFileSync(join(__dirname, "..", "golden", "train", "teachers.json"), "utf8")) as Golden;

const ids = golden.table.length;
const array = (rows: Matrix): { shape: number[]; data: Float32Array } => ({
  shape: [rows.length, rows[0]!.length],
  data: Float32Array.from(rows.flat()),
});
const state = {
  states: array(golden.states),
  table: array(golden.table),
  theirs: array(golden.theirs),
  theirTable: array(golden.theirTable),
  bias: { shape: [ids], data: Float32Array.from(golden.bias) },
};

function close(ours: ArrayLike<number>, theirs: number[], what: string): void {
  assert.equal(ours.length, theirs.length, what);
  const most = Math.max(...theirs.map(Math.abs));
  theirs.forEach((value, i) =>
    assert.ok(Math.abs(ours[i]! - value) < 3e-6 * (1 + most), `${what}: ${ours[i]} and ${value}`),
  );
}

/** Rows at a time: all, or so few that there are three blocks. */
for (const [how, atOnce] of Object.entries({ "all at once": undefined, "in blocks": 2 * ids }))
  test(`losses and gradients are PyTorch's, ${how}`, async () => {
    const engine = await choose({ device: "cpu", threads: 1 });
    for (const [name, { how, ...expected }] of Object.entries(golden.cases)) {
      const { temperature = 1, direction = "forward", shared = ids, without, squared, bias, cap, ...more } = how;
      const fn = (given: Tensors): { outputs: Tensors } => {
        let seen: Tensors = {};
        const { value, gradients } = valueAndGradients(["states", "table"], given, ({ states, table }) => {
          const student = { states: states!, table: table!, bias: bias && given.bias!, cap };
          const options: Compared = {
            ...more,
            ...{ temperature, direction, shared, student, atOnce },
            teacher: { states: given.theirs!, table: given.theirTable! },
            targets: tf.tensor1d(golden.targets, "int32"),
            mask: without && tf.tensor1d(Array.from({ length: shared }, (_, id) => (without.includes(id) ? -1e9 : 0))),
          };
          const { crossEntropy, divergence } = compared(options);
          const term = tf.mul(divergence, squared ? temperature ** 2 : 1);
          seen = { crossEntropy: tf.keep(crossEntropy), divergence: tf.keep(term) };
          return tf.add(tf.mean(crossEntropy), tf.mul(tf.mean(term), 0.7));
        });
        return { outputs: { loss: value, ...gradients, ...seen } };
      };
      const specs = Object.fromEntries(
        Object.entries(state).map(([key, { shape }]) => [key, { shape, dtype: "float32" as const }]),
      );
      const program = await engine.compile(fn, { state: specs, inputs: {} });
      const living = engine.upload(state);
      const out = await program.run(living, {});
      close(out.crossEntropy!, expected.crossEntropy, `${name}, cross-entropy`);
      close(out.divergence!, expected.divergence, `${name}, divergence`);
      close(out.loss!, [expected.loss], `${name}, loss`);
      close(out.states!, expected.statesGradient.flat(), `${name}, gradient of the states`);
      close(out.table!, expected.tableGradient.flat(), `${name}, gradient of the table`);
      living.dispose();
      await program.dispose();
    }
  });

test("how far states are apart, and its gradients, are PyTorch's", async () => {
  const engine = await choose({ device: "reference" });
  const weights = { states: state.states, wide: array(golden.wide) };
  for (const [apart, expected] of [
    [squares, golden.hidden],
    [(a: tf.Tensor, b: tf.Tensor) => tf.sub(1, cosine(a, b)), golden.cosine],
  ] as const) {
    const fn = (given: Tensors): { outputs: Tensors } => {
      const mean = ({ states }: Tensors): tf.Tensor => tf.mean(apart(states!, given.wide!));
      const { gradients } = valueAndGradients(["states"], given, mean);
      return { outputs: { each: apart(given.states!, given.wide!), ...gradients } };
    };
    const spec = { shape: state.states.shape, dtype: "float32" as const };
    const program = await engine.compile(fn, { state: { states: spec, wide: spec }, inputs: {} });
    const living = engine.upload(weights);
    const out = await program.run(living, {});
    close(out.each!, expected.each, "each");
    close(out.states!, expected.statesGradient.flat(), "gradient");
    living.dispose();
  }
});

const root = folder();
const on = { old: language("old"), new: language("new") };
const shared = { on, steps: 3, batch: 2, schedule: train.constant({ peak: 0.01 }), evaluateAt: [], seed: 3 };
const equal = fixed({ old: 0.5, new: 0.5 });

test("the base is not apart from itself: the first update is the next token's alone, and the second is not", async () => {
  const model = await tinyModel();
  const go = (objective?: train.Objective): Promise<train.Run> =>
    train.continue(model, { ...shared, mixture: equal, objective });
  const plain = await go();
  for (const objective of [train.kl({ weight: 3 }), train.lwf(), train.kl({ direction: "reverse", top: 5 })]) {
    const run = await go(objective);
    const [first, second] = run.steps;
    assert.ok(Math.abs(first!.taught!) < 2e-6, `${objective.name}: ${first!.taught}`);
    for (const field of ["loss", "gradientNorm"] as const)
      assert.ok(Math.abs(first![field] - plain.steps[0]![field]) < 1e-4, `${objective.name}: ${field}`);
    assert.ok(second!.taught! > 1e-5);
    assert.ok(
      Math.abs(second!.loss - second!.crossEntropy! - Number(objective.options.weight) * second!.taught!) < 1e-5,
    );
  }
});

test("a recipe's teacher and adapters are paths; the base is not", () => {
  const recipe = {
    ...{ model: { size: "nano" }, corpus: { files: { a: "a.txt" } }, mixture: { a: 1 }, steps: 1 },
    schedule: { name: "constant", peak: 1 },
  };
  const mapped = (more: Partial<train.Recipe>): train.Recipe =>
    train.mapPaths({ ...recipe, ...more }, (path) => `/at/${path}`);
  const objective = (teacher?: string): train.Recipe["objective"] => ({ name: "kl", teacher, top: 4 });
  assert.deepEqual(mapped({ objective: objective("small") }).objective, objective("/at/small"));
  for (const none of ["base", undefined])
    assert.deepEqual(mapped({ objective: objective(none) }).objective, objective(none));
  const part = (previous: string[]): train.Recipe["parts"] => [{ name: "o-lora", previous }, { name: "ema" }];
  assert.deepEqual(mapped({ parts: part(["x", "y"]) }).parts, part(["/at/x", "/at/y"]));
});

test("beside LoRA the base is there already; beside some layers only those are kept twice", async () => {
  const model = await tinyModel();
  const keptBy = (parameters: train.Parameters): string[] => {
    const leaves = parameters.of({ config: model.config, seed: 1, weights: model.weights });
    return Object.keys(train.kl().begin({ model, leaves }).fixed!);
  };
  assert.deepEqual(keptBy(train.lora({ rank: 2 })), []);
  assert.deepEqual(keptBy(train.selection({ trainable: { norms: true } })).sort(), [
    "teacher.model.layers.0.input_layernorm.weight",
    "teacher.model.layers.0.post_attention_layernorm.weight",
    "teacher.model.norm.weight",
  ]);
  const objective = train.kl({ weight: 2 });
  const options = { ...shared, mixture: equal, objective, parameters: train.lora({ rank: 2 }) };
  const { steps } = await train.continue(model, options);
  assert.ok(Math.abs(steps[0]!.taught!) < 2e-6 && steps[2]!.taught! > 1e-9, `${steps.map(({ taught }) => taught)}`);
});

test("a heavy teacher holds the model where it was; on old text alone it says nothing about new text", async () => {
  const model = await tinyModel();
  const moved = async (objective?: train.Objective, mixture = equal): Promise<train.Run> =>
    train.continue(model, { ...shared, steps: 12, mixture, objective });
  const divergence = ({ steps }: train.Run): number => steps.at(-1)!.taught!;
  const [free, held] = [await moved(train.kl({ weight: 0 })), await moved(train.kl({ weight: 20 }))];
  assert.ok(divergence(held) < divergence(free) / 3, `${divergence(held)} and ${divergence(free)}`);
  const elsewhere = await moved(train.kl({ weight: 20, on: ["old"] }), fixed({ new: 1 }));
  assert.deepEqual(new Set(elsewhere.steps.map(({ taught }) => taught)), new Set([0]));
});

test("a folder's model of another shape teaches what it can read; it is named, and resumed with", async () => {
  const student = await tinyModel();
  const small = fresh({
    size: "nano",
    tokenizer: student.tokenizer,
    seed: 9,
    config: { width: 8, layers: 2, heads: 1, kvHeads: 1, ffn: 16, context: 16 },
  });
  const teacher = join(root, "small");
  save({ dir: teacher, model: small });
  const grown = await vocab.extend({ base: student.tokenizer, texts: on.new.train, newTokens: 6 });
  const wide = await embed.grow({ base: student, tokenizer: grown, init: "mean", rng: rng(1) });
  await train.continue(wide, { ...shared, mixture: equal, objective: train.kl({ teacher }) });
  const counted = (objective: train.Objective, domain = "old"): number[] => {
    const begun = objective.begin({ model: wide, leaves: train.allOf(wide.config) });
    const drawn = { tokens: Int32Array.of(5, 6, 291, 7, 8) };
    const at = { drawn, domains: [domain], context: 4, tokenizer: grown, rng: rng(1), progress: 0 };
    return [...begun.feeds!(at).counted!];
  };
  // 291 is new: the teacher reads what is before it, and has no logit for it.
  assert.deepEqual(counted(train.kl({ teacher })), [1, 1, 0, 0]);
  assert.deepEqual(counted(train.logitSwap({ teacher })), [1, 0, 0, 0]);
  assert.deepEqual(counted(train.kl()), [1, 1, 1, 1]);
  assert.deepEqual(counted(train.kl({ on: ["new"] })), [0, 0, 0, 0]);

  const objective = train.lateToEarly({ teacher, layer: 1 });
  const options = { ...shared, mixture: equal, objective, checkpointEvery: 1 };
  const whole = await train.continue(student, { ...options, dir: join(root, "whole") });
  const { objective: said } = whole.record.recipe as unknown as { objective: { teacher: string } };
  assert.equal(said.teacher, train.hashOfModel(small));
  const told = { teacher, hash: said.teacher, layers: 2, width: 8 };
  assert.deepEqual(whole.record.notes, { teacher: told });
  const { weights, slots } = train.latestCheckpoint(join(root, "whole", "checkpoints"))!;
  assert.deepEqual(
    Object.keys({ ...weights, ...slots }).filter((name) => name.startsWith("teacher")),
    [],
  );

  const stop = new AbortController();
  const cut = { ...options, dir: join(root, "cut") };
  await train.continue(student, {
    ...cut,
    signal: stop.signal,
    onStep: ({ step }) => void (step === 2 && stop.abort()),
  });
  const moved = join(root, "moved");
  renameSync(teacher, moved);
  const resumed = await train.continue(student, {
    ...cut,
    resume: true,
    objective: train.lateToEarly({ teacher: moved, layer: 1 }),
  });
  sameWeights(resumed.model.weights, whole.model.weights);
  assert.deepEqual(bare(resumed), bare(whole));
  save({
    dir: join(root, "other"),
    model: fresh({ size: "nano", tokenizer: student.tokenizer, seed: 10, config: small.config }),
  });
  await assert.rejects(
    train.continue(student, {
      ...cut,
      resume: true,
      objective: train.lateToEarly({ teacher: join(root, "other"), layer: 1 }),
    }),
    /^Error: train: invalid objective: .* was begun with /,
  );

  const refused = (objective: train.Objective, line: RegExp, context = 16): Promise<void> =>
    assert.rejects(train.continue(student, { ...shared, context, mixture: equal, objective }), line);
  await refused(
    train.selfDistillation({ teacher: moved }),
    /^Error: self-distillation: invalid teacher: .* \(its states are 8 wide/,
  );
  const short = fresh({ size: "nano", tokenizer: student.tokenizer, seed: 9, config: { ...small.config, context: 8 } });
  save({ dir: join(root, "short"), model: short });
  await refused(
    train.kl({ teacher: join(root, "short") }),
    /^Error: kl: invalid teacher: .* \(it reads at most 8 tokens, the run 16\)$/,
  );
  const stranger = await vocab.train({ texts: on.old.train, size: 290 });
  save({ dir: join(root, "stranger"), model: { ...small, tokenizer: stranger } });
  await refused(
    train.kl({ teacher: join(root, "stranger") }),
    /^Error: kl: invalid teacher: .* both must be read with the same ids\)$/,
  );
});

test("on-policy: what is written is the model's own, the teacher is heard on it alone, and a share of the batches is text", async () => {
  const [model, engine] = [await tinyModel(), await choose({ device: "cpu" })];
  const on = [language("old"), language("new")];
  const options = { on, mixture: fixed({ new: 0.5, old: 0.5 }), batch: 2, context: 12, engine, evaluateAt: [] };
  const run = (steps: number, objective: train.Objective): Promise<train.Run> =>
    train.continue(model, { ...options, steps, schedule: train.constant({ peak: 1e-2 }), objective });
  // The base has nothing to say against itself.
  const [first, second] = (await run(2, train.onPolicy({ share: 1 }))).steps;
  assert.ok(Math.abs(first!.loss) < 1e-5, `${first!.loss}`);
  const text = (await run(2, train.kl({ direction: "reverse" }))).steps;
  assert.ok(second!.loss < 0.05, `where nothing is said nothing is learned: ${second!.loss}`);
  assert.ok(text[0]!.loss > 1);
  const some = (await run(12, train.onPolicy({ share: 0.5, weight: 2 }))).steps.map(
    ({ loss, taught }) => loss - 2 * taught!,
  );
  const written = some.filter((rest) => Math.abs(rest) < 1e-5).length;
  assert.ok(written > 2 && written < 10, `${written} of 12 written`);

  const tokens = Int32Array.from({ length: 2 * 9 }, (_, i) => (i * 7) % 60);
  const leaves = train.allOf(model.config);
  const writing = ownWriting({
    ...{ engine, config: model.config, leaves, batch: 2, context: 8, prompt: 3, temperature: 0 },
    ids: model.tokenizer.size,
  });
  const state = engine.upload(model.weights);
  const found = await writing.write(state, { tokens, domains: ["old", "new"], rng: rng(1) });
  for (const row of [0, 1]) {
    const own = found.subarray(row * 9, (row + 1) * 9);
    assert.deepEqual(own.subarray(0, 3), tokens.subarray(row * 9, row * 9 + 3));
    // Each is the likeliest after what stands before it.
    const { perToken } = await lossesOf(engine, model, own);
    for (let place = 3; place < 9; place++)
      for (const id of [0, 5, 17]) {
        const other = Int32Array.from(own);
        other[place] = id;
        const { perToken: theirs } = await lossesOf(engine, model, other);
        assert.ok(perToken![place - 1]! <= theirs![place - 1]! + 1e-5, `${place}`);
      }
  }
  state.dispose();
  await writing.dispose();
  assert.throws(() => train.onPolicy({ share: 0 }), /^Error: onPolicy: invalid share: 0$/);
});

/** Of one window, its losses by the evaluation's own program. */
async function lossesOf(
  engine: Awaited<ReturnType<typeof choose>>,
  model: Awaited<ReturnType<typeof tinyModel>>,
  tokens: Int32Array,
): Promise<Record<string, Float32Array>> {
  const { fn, signature } = train.evaluationStep({ config: model.config, batch: 1, context: tokens.length - 1 });
  const program = await engine.compile(fn, signature);
  const state = engine.upload(model.weights);
  try {
    return await program.run(state, { tokens });
  } finally {
    state.dispose();
    await program.dispose();
  }
}
