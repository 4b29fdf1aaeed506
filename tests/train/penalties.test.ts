/** EWC and the two L2 penalties: importance and eight updates against PyTorch, and what each promises. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parts } from "../../src/train/step/parts/registry.js";
import { importanceStep, type Labels } from "../../src/train/step/parts/importance.js";
import * as train from "../../src/train/index.js";
import type { ModelConfig, Weights } from "../../src/types.js";
import { goldenJob, type Job } from "../engine/step-jobs.js";
import { assertClose, engineOn } from "../engine/support.js";
import type { Shard } from "../../src/corpus/index.js";
import { fixed } from "../../src/mixture/index.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

type Sums = Record<string, [number, number]>;
interface Golden {
  sequences: number;
  batch: number;
  rates: number[];
  models: Record<
    string,
    {
      config: ModelConfig;
      importance: Record<Labels, Sums>;
      runs: Record<string, { losses: number[]; checksums: Sums }>;
    }
  >;
}
const root = folder();
const golden = JSON.parse(readFileSync(join(__dirname, "..", "golden", "train", "penalties.json"), "utf8")) as Golden;

function sameSums(weights: Weights, expected: Sums, tolerance: number): void {
  assert.deepEqual(Object.keys(weights).sort(), Object.keys(expected).sort());
  for (const [name, { data }] of Object.entries(weights)) {
    const [sum, size] = expected[name]!;
    const total = data.reduce((all, value) => all + value, 0);
    assert.ok(Math.abs(total - sum) <= tolerance * size, `${name} sums to ${total}, expected ${sum}`);
    assertClose([data.reduce((all, value) => all + Math.abs(value), 0)], [size], tolerance, `size of ${name}`);
  }
}

const slot = (name: string): string => `ewc.importance.${name}`;

async function importanceOf({ config, weights }: Job, labels: Labels): Promise<Weights> {
  const engine = await engineOn("cpu");
  const leaves = train.allOf(config);
  const { fn, signature } = importanceStep({ config, leaves, slot, context: config.context, labels });
  const program = await engine.compile(fn, signature);
  const zero = Object.entries(weights).map(([name, { shape, data }]) => [
    slot(name),
    { shape, data: new Float32Array(data.length) },
  ]);
  const state = engine.upload({ ...weights, ...(Object.fromEntries(zero) as Weights) });
  for (let s = 0; s < golden.sequences; s++) {
    const tokens = Int32Array.from({ length: config.context + 1 }, (_, i) => (7 * s + i) % config.vocabSize);
    const draws = Float32Array.from({ length: config.context }, (_, i) => (0.37 * (i + 1) + 0.11 * s) % 1);
    const share = Float32Array.of(1 / golden.sequences);
    await program.run(state, { tokens, share, ...(labels === "model" && { draws }) });
  }
  const found = await state.download(zero.map(([name]) => name as string));
  state.dispose();
  await program.dispose();
  return Object.fromEntries(Object.entries(found).map(([name, array]) => [name.slice(slot("").length), array]));
}

async function descend(job: Job, part: train.Part | undefined, slots: Weights = {}): Promise<[number[], Weights]> {
  const { config, weights, batch, batches, rates } = job;
  const engine = await engineOn("cpu");
  const [leaves, optimiser, steps] = [train.allOf(config), train.adamw(), rates.length];
  const schedule = train.constant({ peak: rates[0]! });
  const rest = { seed: 1, shards: { old: { train: {} as Shard } }, batch, context: config.context };
  const running = part ? [part.begin({ config, weights, leaves, optimiser, schedule, steps, ...rest })] : [];
  const composed = { config, batch, context: config.context, objective: train.causal(), optimiser, parts: running };
  const { fn, signature } = train.trainStep(composed);
  const program = await engine.compile(fn, signature);
  const state = engine.upload({ ...weights, ...train.slotsAtStart({ leaves, optimiser, parts: running }), ...slots });
  const losses: number[] = [];
  for (const [i, tokens] of batches.entries()) {
    const scalars = { ...optimiser.scalars(i + 1, rates[i]!), ...running[0]?.scalars?.(i + 1) };
    losses.push((await program.run(state, { tokens, ...scalars })).loss![0]!);
  }
  const final = await state.download(Object.keys(weights));
  state.dispose();
  await program.dispose();
  return [losses, final];
}

for (const [family, { config, importance, runs }] of Object.entries(golden.models)) {
  const job = goldenJob(config, golden.batch, golden.rates);
  test(`${family}: importance and penalised updates are PyTorch's`, async () => {
    const text = await importanceOf(job, "text");
    sameSums(text, importance.text, 1e-4);
    sameSums(await importanceOf(job, "model"), importance.model, 1e-4);
    const slots = Object.fromEntries(Object.entries(text).map(([name, array]) => [slot(name), array]));
    const penalties: Record<string, [train.Part | undefined, Weights?]> = {
      none: [undefined],
      ewc: [train.ewc({ on: "old", lambda: 30 }), slots],
      "l2-sp": [train.l2Sp({ lambda: 0.2 })],
      "l2-sp decoupled": [train.l2Sp({ lambda: 20, decoupled: true })],
    };
    assert.deepEqual(Object.keys(penalties), Object.keys(runs));
    for (const [name, [part, given]] of Object.entries(penalties)) {
      const [losses, final] = await descend(job, part, given);
      assertClose(losses, runs[name]!.losses, 1e-4, name);
      sameSums(final, runs[name]!.checksums, 1e-4);
      // What is compared tells one from another.
      if (name !== "none") assert.ok(Math.abs(losses.at(-1)! - runs.none!.losses.at(-1)!) > 1e-3, name);
    }
  });
}

test("L2-init pulls a base to the weights that it began with", async () => {
  const model = await tinyModel(7);
  const leaves = train.allOf(model.config);
  const [optimiser, schedule] = [train.adamw(), train.constant({ peak: 1e-3 })];
  const at = { ...model, leaves, optimiser, schedule, steps: 1, seed: 7, shards: {}, batch: 1, context: 16 };
  const { slots } = train.l2Init({ lambda: 1 }).begin(at);
  const named = Object.fromEntries(
    Object.entries(slots!).map(([name, array]) => [name.slice("l2-init.".length), array]),
  );
  sameWeights(named, model.weights);
});

const on = () => [language("old"), language("new")];
const options = {
  on: on(),
  mixture: fixed({ new: 1, old: 0 }),
  schedule: train.constant({ peak: 3e-3 }),
  batch: 4,
  evaluateAt: [0, 4],
};

test("EWC keeps the old text better, a branch keeps what was measured, and gamma adds to it", async () => {
  const engine = await engineOn("cpu");
  const base = await tinyModel();
  const { model } = await train.continue(base, { ...options, engine, steps: 30, mixture: fixed({ old: 1 }) });
  const held = (lambda: number, more: object = {}) =>
    train.continue(model, {
      ...options,
      engine,
      steps: 8,
      evaluateAt: [0, 8],
      parts: [train.ewc({ on: "old", lambda, sequences: 8 })],
      ...more,
    });
  const lost = ({ evaluations }: train.Run): number => {
    const [before, after] = evaluations.filter(({ domain }) => domain === "old");
    return after!.loss - before!.loss;
  };
  const dir = join(root, "ewc");
  const [weak, strong] = [await held(1e-6), await held(30, { dir })];
  assert.ok(lost(strong) < 0.7 * lost(weak), `${lost(strong)} nats lost with EWC, ${lost(weak)} without`);

  const slotsOf = (from: string): Weights => train.latestCheckpoint(join(from, "checkpoints"))!.slots as Weights;
  const branched = async (name: string, gamma?: number): Promise<Weights> => {
    const to = join(root, name);
    const part = train.ewc({ on: "new", lambda: 30, sequences: 8, gamma });
    await train.branch(dir, {
      on: on(),
      engine,
      dir: to,
      schedule: options.schedule,
      steps: 1,
      data: "new",
      batch: 4,
      parts: [part],
    });
    return slotsOf(to);
  };
  const [first, kept, added] = [slotsOf(dir), await branched("kept"), await branched("added", 0.5)];
  const only = (slots: Weights, kind: string): Weights =>
    Object.fromEntries(Object.entries(slots).filter(([name]) => name.startsWith(`ewc.${kind}`)));
  sameWeights(only(kept, ""), only(first, ""));
  const sum = (slots: Weights): number =>
    Object.values(only(slots, "importance")).reduce((all, { data }) => all + data.reduce((a, b) => a + b, 0), 0);
  assert.ok(sum(added) > 0.5 * sum(first), "half of the first, and what was measured");
  for (const [name, { data }] of Object.entries(only(added, "importance")))
    assert.ok(
      data.every((value, i) => value >= 0.5 * first[name]!.data[i]!),
      name,
    );
  sameWeights(
    Object.fromEntries(
      Object.entries(only(added, "anchor")).map(([name, array]) => [name.slice("ewc.anchor.".length), array]),
    ),
    strong.model.weights,
  );
});

test("a branch may have a penalty that its parent had not", async () => {
  const engine = await engineOn("cpu");
  const [from, dir] = [join(root, "plain"), join(root, "penalised")];
  await train.continue(await tinyModel(), { ...options, engine, steps: 2, evaluateAt: [], dir: from });
  const branch = { on: on(), engine, dir, schedule: options.schedule, steps: 1, batch: 4, data: "new" as const };
  await train.branch(from, { ...branch, parts: [train.ewc({ on: "old", lambda: 1, sequences: 2 })] });
  const { slots } = train.latestCheckpoint(join(dir, "checkpoints"))!;
  assert.ok(slots["ewc.importance.model.norm.weight"]!.data.some((value) => value > 0));
});

test("a run that is stopped while it measures is begun again to the same bytes", async () => {
  const engine = await engineOn("cpu");
  const model = await tinyModel();
  const dir = join(root, "stopped");
  const stop = new AbortController();
  const asked = {
    ...options,
    engine,
    steps: 3,
    evaluateAt: [],
    parts: [train.ewc({ on: "old", lambda: 1, sequences: 4 })],
  };
  const onProgress = ({ label, done }: { label: string; done: number }): void =>
    void (label === "importance of old" && done === 2 && stop.abort());
  const stopped = await train.continue(model, { ...asked, dir, signal: stop.signal, onProgress });
  assert.ok(stopped.stopped && stopped.steps.length === 0);
  const resumed = await train.continue(model, { ...asked, dir, resume: true });
  sameWeights(resumed.model.weights, (await train.continue(model, asked)).model.weights);
});

test("importance that is no number, and old text that is not there, are one line", async () => {
  const engine = await engineOn("cpu");
  const model = await tinyModel();
  const asked = { ...options, engine, steps: 1, evaluateAt: [] };
  await assert.rejects(
    train.continue(model, { ...asked, parts: [train.ewc({ on: "ancient", lambda: 1 })] }),
    /^Error: ewc: invalid on: ancient \(there is text for old, new\)$/,
  );
  const steep = { ...model, weights: { ...model.weights } };
  const norm = "model.norm.weight";
  steep.weights[norm] = { ...model.weights[norm]!, data: model.weights[norm]!.data.map(() => 1e30) };
  await assert.rejects(
    train.continue(steep, { ...asked, parts: [train.ewc({ on: "old", lambda: 1, sequences: 1 })] }),
    /^Error: ewc: invalid importance: (NaN|Infinity) in [^ ]+ \([^\n]+\)$/,
  );
  for (const [name, given] of [
    ["lambda", { on: "old", lambda: 0 }],
    ["gamma", { on: "old", lambda: 1, gamma: 2 }],
  ] as const)
    assert.throws(() => parts.ewc.make(given), new RegExp(`^Error: ewc: invalid ${name}: `));
});
