/** Training on answers: what the loss is a mean over, whatever a batch is made of, and what is measured of it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as corpus from "../../src/corpus/index.js";
import { choose, type Engine } from "../../src/engine/index.js";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import { rng } from "../../src/rng.js";
import { batchesOf } from "../../src/train/run/batches.js";
import { placed } from "../../src/train/run/placed.js";
import { updaterOf } from "../../src/train/run/updater.js";
import { differentiated } from "../../src/train/step/step.js";
import type { LanguageModel, Progress, Text } from "../../src/types.js";
import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const mixture = fixed({ old: 1 });

/** Documents of which the second half is the answer, in all but every third. */
function asked(name: "old" | "new"): Text & Required<Pick<Text, "marks">> {
  const text = language(name);
  const short = (all: string[]): string[] => all.map((document, i) => document.slice(0, 9 + ((7 * i) % 23)));
  const marks = (all: string[]) =>
    all.map(({ length }, i) => (i % 3 === 2 ? [] : [{ from: length >> 1, to: length, weight: 1 }]));
  const [ours, held] = [short(text.train), short(text.heldOut)];
  return { name, train: ours, heldOut: held, marks: { train: marks(ours), heldOut: marks(held) } };
}

test("losses 1 1 1 1 of one batch and 3 of another are 1.4 in the mean: every token counts the same", async () => {
  const outputs = [
    { loss: Float32Array.of(1), count: Float32Array.of(4), bySequence: Float32Array.of(1) },
    { loss: Float32Array.of(3), count: Float32Array.of(1), bySequence: Float32Array.of(3) },
  ];
  const last = { run: () => Promise.resolve({ gradientNorm: Float32Array.of(0) }), dispose: () => Promise.resolve() };
  const each = { run: () => Promise.resolve(outputs.shift()!), dispose: () => Promise.resolve() };
  const programs = [each, last];
  const engine = { compile: () => Promise.resolve(programs.shift()) } as unknown as Engine;
  const step = { fn: () => ({ outputs: {} }), signature: { state: {}, inputs: {} } };
  const updater = await updaterOf(engine, { each: step, last: step, sums: {} });
  const { loss, bySequence } = await updater.run({} as never, [{}, {}], {});
  assert.ok(Math.abs(loss![0]! - 1.4) < 1e-6);
  assert.deepEqual([...bySequence!], [1, 3]);
});

type Row = { tokens: number[]; weights: number[]; documents: number[] };

/** Gradient of an update by rows in batches of these sizes, each of `context` tokens, and the number that count. */
async function gradientOf(
  model: LanguageModel,
  objective: train.Objective,
  { rows, sizes, context }: { rows: readonly Row[]; sizes: readonly number[]; context: number },
): Promise<number[]> {
  const { config, weights, tokenizer } = model;
  const engine = await choose({ device: "cpu", threads: 1 });
  const leaves = train.allOf(config);
  const running = objective.begin({ model, leaves });
  const state = engine.upload(weights);
  let whole = 0;
  const total: number[] = [];
  let from = 0;
  for (const batch of sizes) {
    const own = rows.slice(from, (from += batch));
    const padded = (field: keyof Row, length: number, filling: number): number[] =>
      own.flatMap((row) => [...row[field], ...Array<number>(length - row[field].length).fill(filling)]);
    const drawn = {
      tokens: Int32Array.from(padded("tokens", context + 1, tokenizer.endOfText)),
      weights: Float32Array.from(padded("weights", context, 0)),
      documents: Int32Array.from(padded("documents", context + 1, -1)),
    };
    const program = await engine.compile(
      (params, fed) => {
        const options = { config, batch, context, leaves, objective: running, optimiser: train.adamw() };
        const { gradients, count } = differentiated(options, params, fed);
        return { outputs: { ...gradients, count: count! } };
      },
      {
        state: train.evaluationStep({ config, batch, context }).signature.state,
        inputs: running.inputs({ config, batch, context, weighted: false }),
      },
    );
    const seed = rng(1);
    const fed = running.feeds!({ drawn, domains: [], context, tokenizer, rng: seed, progress: 0 });
    const { count, ...gradients } = await program.run(state, fed);
    whole += count![0]!;
    Object.values(gradients)
      .flatMap((values) => [...values])
      .forEach((value, i) => (total[i] = (total[i] ?? 0) + count![0]! * value));
    await program.dispose();
  }
  state.dispose();
  return total.map((value) => value / whole);
}

function assertNear(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  const size = Math.sqrt(expected.reduce((sum, value) => sum + value ** 2, 0));
  const apart = Math.sqrt(expected.reduce((sum, value, i) => sum + (value - actual[i]!) ** 2, 0));
  assert.ok(size > 0 && apart <= 1e-5 * size, `${apart} apart of ${size}`);
}

/** Answers of 1, 4, 2 and 3 tokens, of which one counts double, after prompts of 2 to 5. */
const rows: readonly Row[] = [
  [3, 1],
  [2, 4],
  [5, 2],
  [4, 3],
].map(([prompt, answer], row) => ({
  tokens: Array.from({ length: prompt! + answer! }, (_, i) => 5 + ((37 * i + 101 * row) % 250)),
  weights: Array.from({ length: prompt! + answer! - 1 }, (_, i) =>
    i < prompt! - 1 ? 0 : row === 3 && i === 4 ? 2 : 1,
  ),
  documents: Array<number>(prompt! + answer!).fill(0),
}));

for (const mean of ["tokens", "sequences"] as const)
  test(`the gradient is the same however an update is split into batches and padded, in the mean over ${mean}`, async () => {
    const model = await tinyModel();
    const objective = train.answers({ mean });
    const whole = await gradientOf(model, objective, { rows, sizes: [4], context: 9 });
    assertNear(await gradientOf(model, objective, { rows, sizes: [1, 1, 1, 1], context: 9 }), whole);
    assertNear(await gradientOf(model, objective, { rows, sizes: [3, 1], context: 16 }), whole);
    const other = train.answers({ mean: mean === "tokens" ? "sequences" : "tokens" });
    const differently = await gradientOf(model, other, { rows, sizes: [4], context: 9 });
    assert.throws(() => assertNear(differently, whole), "the two means differ");
  });

test("documents apart with positions of their own: the gradient is the same however they are packed", async () => {
  const model = await tinyModel();
  const ended = rows.map(({ tokens, weights, documents }) => ({
    tokens: [...tokens, model.tokenizer.endOfText],
    weights: [...weights, 1],
    documents: [...documents, 0],
  }));
  const together = (...parts: Row[]): Row => ({
    tokens: parts.flatMap(({ tokens }) => tokens),
    weights: parts.flatMap(({ weights }, i) => (i === 0 ? weights : [0, ...weights])),
    documents: parts.flatMap(({ documents }, i) => documents.map(() => i)),
  });
  const packed = [together(ended[0]!, ended[3]!), together(ended[2]!), together(ended[1]!)];
  for (const mean of ["tokens", "sequences"] as const) {
    const apart = train.answers({ mean, documents: "apart", positions: "reset" });
    const alone = await gradientOf(model, apart, { rows: ended, sizes: [4], context: 9 });
    assertNear(await gradientOf(model, apart, { rows: packed, sizes: [2, 1], context: 16 }), alone);
    const plain = train.answers({ mean });
    assertNear(await gradientOf(model, plain, { rows: ended, sizes: [4], context: 9 }), alone);
    const seen = await gradientOf(model, plain, { rows: packed, sizes: [3], context: 16 });
    assert.throws(() => assertNear(seen, alone), "together, one sees the other");
  }
});

test("text without marks is learned whole: the run is that of the next token everywhere, to rounding", async () => {
  const options = {
    on: language("old"),
    mixture,
    steps: 3,
    batch: 2,
    schedule: train.constant({ peak: 1e-3 }),
    evaluateAt: [3],
  };
  const [answers, causal] = [
    await train.continue(await tinyModel(), { ...options, objective: train.answers() }),
    await train.continue(await tinyModel(), options),
  ];
  for (const [i, { loss }] of answers.steps.entries()) assert.ok(Math.abs(loss - causal.steps[i]!.loss) < 1e-5);
  assert.ok(Math.abs(answers.evaluations[0]!.loss - causal.evaluations[0]!.loss) < 1e-5);
  assert.deepEqual(answers.measurements, []);
});

test("marked text, packed: answers are learned, prompts are not; measured beside the whole text, resumed to the same bytes", async () => {
  const on = { old: asked("old"), new: asked("new") };
  const options = {
    on,
    mixture: fixed({ old: 0.5, new: 0.5 }),
    objective: train.answers(),
    order: corpus.packed(),
    schedule: train.constant({ peak: 1e-2 }),
    steps: 40,
    batch: 4,
    accumulate: 2,
    evaluateAt: [0, 40],
    checkpointEvery: 20,
  };
  const run = await train.continue(await tinyModel(), { ...options, dir: join(root, "whole") });
  const [first, last] = [0, 40].map((step) =>
    Object.fromEntries(
      run.measurements.flatMap((row) => (row.step === step && row.domain === "old" ? [[row.metric, row.value]] : [])),
    ),
  );
  assert.deepEqual(Object.keys(first!).sort(), ["answer-bits-per-byte", "answer-loss"]);
  assert.ok(last!["answer-loss"]! < first!["answer-loss"]! - 1, JSON.stringify([first, last]));
  assert.equal(run.evaluations.length, 4);

  const dir = join(root, "cut");
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }): void => void (step === 25 && stop.abort());
  await train.continue(await tinyModel(), { ...options, dir, signal: stop.signal, onStep });
  const resumed = await train.continue(await tinyModel(), { ...options, dir, resume: true });
  sameWeights(resumed.model.weights, run.model.weights);
  assert.deepEqual(bare(resumed), bare(run));
});

test("a padded order without an objective that knows padding, or with a buffer, is one line", async () => {
  const options = {
    on: asked("old"),
    mixture,
    steps: 1,
    schedule: train.constant({ peak: 1e-3 }),
    order: corpus.packed(),
  };
  const model = await tinyModel();
  await assert.rejects(
    train.continue(model, options),
    /^Error: train: invalid order: packed \(its windows are padded, and causal would learn the padding; [^\n]+\)$/,
  );
  const buffer = corpus.reservoirBuffer({ size: 4, share: 0.5 });
  await assert.rejects(
    train.continue(model, { ...options, objective: train.answers(), buffer }),
    /^Error: train: invalid buffer: reservoir \(it keeps windows by where they begin, [^\n]+ packed [^\n]+\)$/,
  );
  assert.throws(() => train.answers({ mean: "words" as "tokens" }), /^Error: answers: invalid mean: words /);

  // Of documents cut before their answers nothing is learned, which is said.
  const lines: string[] = [];
  const onProgress = ({ label, notice }: Progress): void => void (notice && lines.push(label));
  const last = (all: string[]) => all.map(({ length }) => [{ from: length - 1, to: length, weight: 1 }]);
  const { train: own, heldOut } = language("old");
  const on = { name: "old", train: own, heldOut, marks: { train: last(own), heldOut: last(heldOut) } };
  await train.continue(model, { ...options, on, context: 2, steps: 3, objective: train.answers(), onProgress });
  assert.match(lines.join("\n"), /^note: 3 of 3 updates learned nothing: /);
});

test("what is replayed from a buffer counts as it did when it was read", async () => {
  const { train: documents, marks } = asked("old");
  const { tokenizer } = await tinyModel();
  const shard = await corpus.encode({ documents, marks: marks.train, tokenizer });
  const context = 7;
  const batches = batchesOf({
    mixture,
    stream: () =>
      placed(shard, (own) => corpus.sequential().open({ shard: own, context, seed: 1, steps: 9, tokenizer })),
    replay: { buffer: corpus.reservoirBuffer({ size: 4, share: 0.5 }), seed: 1 },
    reads: ["weights", "documents"],
    textOf: () => shard,
    batch: 6,
    context,
    steps: 9,
  });
  const seen = new Map<string, string>();
  let again = 0;
  for (let step = 0; step < 9; step++) {
    const { tokens, weights, documents } = batches.next(step).feeds[0]!;
    for (let row = 0; row < 6; row++) {
      const part = (all: ArrayLike<number>, length: number): string =>
        Array.from(all)
          .slice(row * length, (row + 1) * length)
          .join();
      const [window, known] = [
        part(tokens!, context + 1),
        `${part(weights!, context)} ${part(documents!, context + 1)}`,
      ];
      if (seen.has(window)) again++;
      assert.equal(seen.get(window) ?? known, known);
      seen.set(window, known);
    }
  }
  assert.ok(again > 10 && seen.size > 10 && new Set(seen.values()).size > 5, `${again} of ${seen.size}`);
  shard.close();
});
