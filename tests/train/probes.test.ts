/** What a model is asked while it is trained and on its own: a model that was trained to know knows, one of random weights is at chance. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as corpus from "../../src/corpus/index.js";
import { fixed } from "../../src/mixture/index.js";
import { isMade, makeOf, type Made, write, type Written } from "../../src/registry.js";
import { rng } from "../../src/rng.js";
import { textIds } from "../../src/train/ask/probes/induction.js";
import { fresh } from "../../src/train/pretrain.js";
import * as train from "../../src/train/index.js";
import type { Weights } from "../../src/types.js";
import { train as trainTokenizer } from "../../src/vocab/index.js";
import { folder, language, tinyModel } from "./tiny.js";

folder();

const all = Object.entries(train.probes).map(([name, { example }]) =>
  makeOf<train.Probe>(train.probes, { name, ...example } as Written),
);

test("each row: made, written, read back; asked of a model it gives scores with errors, the same again", async () => {
  for (const [name, row] of Object.entries(train.probes)) {
    const made = all.find((probe) => probe.name === name)!;
    assert.ok(isMade(made), name);
    assert.ok(row.summary.length > 0 && /https:\/\//.test(row.reference));
    const { name: _, ...options } = JSON.parse(JSON.stringify(write(made))) as Written;
    assert.deepEqual(write((row.make as (options: object) => Made)(row.options.parse(options))), write(made));
  }
  const { tokenizer } = await tinyModel();
  const config = { width: 16, layers: 1, heads: 2, kvHeads: 1, ffn: 32, context: 64 };
  const model = fresh({ size: "nano", tokenizer, seed: 1, config });
  const on = { old: language("old"), new: language("new") };
  const [first, second] = [
    await train.ask(model, { probes: all, on }),
    await train.ask(model, { probes: all, on, batch: 3 }),
  ];
  for (const { name } of all)
    assert.ok(
      first.scores.some(({ task }) => task === name),
      name,
    );
  first.scores.forEach(({ task, metric, value, error }, i) => {
    assert.ok(Number.isFinite(value) && !(error < 0), `${task} ${metric}: ${value} ± ${error}`);
    assert.ok(Math.abs(value - second.scores[i]!.value) < 1e-4, `${task} ${metric}`);
  });
  const domains = first.scores.filter(({ metric }) => metric === "late-minus-early").map(({ domain }) => domain);
  assert.deepEqual(domains, ["old", "new"]);
  await assert.rejects(train.ask(model, { probes: [train.inContextLearning()] }), /invalid text: none held out/);
  const misnamed = train.ask(model, { probes: [train.inContextLearning({ domains: ["fi"] })], on: language("old") });
  await assert.rejects(misnamed, /inContextLearning: invalid domains: fi \(held-out text is there of old\)$/);
  const twice = [train.probed({ of: [train.induction()] }), train.probed({ of: [train.induction()], every: 2 })];
  await assert.rejects(train.evaluate(model, { on: language("old"), evaluators: twice }), /induction is there twice/);
});

test("trained on sentences it knows which verb agrees, whatever stands between; before it was at chance", async () => {
  const { documents } = corpus.agreement({ documents: 1500 }).generate({ rng: rng(1) });
  const tokenizer = await trainTokenizer({ texts: documents.slice(0, 300), size: 380 });
  const config = { width: 32, layers: 2, heads: 4, kvHeads: 4, ffn: 64, context: 32 };
  const lines: string[] = [];
  const { measurements } = await train.continue(fresh({ size: "nano", tokenizer, seed: 1, config }), {
    on: { name: "agreement", train: documents, heldOut: documents.slice(0, 20) },
    mixture: fixed({ agreement: 1 }),
    schedule: train.rewarm({ peak: 1e-2, warmup: 0.05 }),
    steps: 500,
    batch: 16,
    evaluateAt: [0, 3, 500],
    evaluators: [train.probed({ of: [train.minimalPairs({ seed: 2 })], every: 2 })],
    onProgress: ({ notice, label }) => void (notice && lines.push(label)),
  });
  const at = (step: number, metric: string): { value: number; error?: number }[] =>
    measurements.filter((row) => row.step === step && row.metric === metric);
  const [{ value, error }] = at(0, "minimal-pairs_acc") as [{ value: number; error: number }];
  assert.ok(Math.abs(value - 0.5) < 2 * error, `${value} ± ${error} at the start`);
  assert.deepEqual(at(3, "minimal-pairs_acc"), [], "asked after steps that `every` divides");
  const [{ value: known }] = at(500, "minimal-pairs_acc") as [{ value: number }];
  assert.ok(known > 0.97, `${known} at the end`);
  const [{ value: guessed }] = at(500, "minimal-pairs_unigram") as [{ value: number }];
  assert.ok(Math.abs(guessed - 0.5) < 0.1, `${guessed} by frequencies`);
  assert.match(lines.at(-1)!, /^probes took \d+\.\d s at 2 evaluations$/);
});

test("induction: a copy is worth nothing to a model without attention, and its ids are the tokenizer's own", async () => {
  const model = await tinyModel();
  const { tokenizer } = model;
  for (const [name, { data }] of Object.entries(model.weights)) if (name.includes("o_proj")) data.fill(0);
  const { scores } = await train.ask(model, { probes: [train.induction({ items: 8 })] });
  const [loss, shuffled, gain] = scores.map(({ value }) => value) as [number, number, number];
  // The same tokens after other ones: a model that sees one token only cannot tell the orders apart, but for chance.
  assert.ok(Math.abs(gain) < 0.05 && Math.abs(shuffled - loss - gain) < 1e-9, `${gain}`);
  // Nor does it matter to it what stood far before, however much easier late tokens are.
  const on = language("old");
  const far = (await train.ask(model, { probes: [train.inContextLearning({ documents: 3 })], on })).scores;
  const [raw, reference, score] = far.map(({ value }) => value) as [number, number, number];
  assert.ok(Math.abs(score) < 1e-5 && Math.abs(raw) > 1e-3 && Math.abs(raw - reference - score) < 1e-9, `${score}`);
  const ids = textIds(tokenizer);
  assert.equal(ids.length, tokenizer.size - 1);
  assert.ok(!ids.includes(tokenizer.endOfText));
  await assert.rejects(
    train.ask(model, { probes: [train.induction({ length: 9 })] }),
    /invalid length: 9 \(2 to 8, half/,
  );
});

test("a probe is read through the modules of the domain that it is given", async () => {
  const model = await tinyModel();
  const made = train.adapters({ size: 2, domains: ["old"] });
  const begun = Object.entries(made.of({ config: model.config, seed: 1 }).added!).map(([name, { shape, data }]) => [
    name,
    { shape, data: data.map((_, i) => 0.1 * Math.sin(i)) },
  ]);
  const parameters = {
    ...made,
    of: () => ({ ...made.of({ config: model.config, seed: 1 }), added: Object.fromEntries(begun) as Weights }),
  };
  const asked = async (domain?: string): Promise<train.Scores["measurements"]> => {
    const evaluators = [train.probed({ of: [train.induction({ items: 2 })], ...(domain && { domain }) })];
    return (await train.evaluate(model, { on: language("old"), parameters, evaluators })).measurements;
  };
  const [none, old, other] = [await asked(), await asked("old"), await asked("new")];
  assert.deepEqual(
    old.map(({ metric, domain }) => [metric, domain]),
    [
      ["induction_loss", "old"],
      ["induction_shuffled", "old"],
      ["induction_gain", "old"],
    ],
  );
  const context = "ba de";
  const written = {
    name: "w",
    type: "generate_until",
    items: [{ context, target: "x" }],
    until: [],
    most: 3,
    ignore: {},
    filters: [{ name: "", steps: [] }],
    metrics: ["exact_match"],
  } as const;
  const evaluators = [train.probed({ tasks: [written], domain: "old" })];
  const through = (by: train.Parameters): Promise<train.Scores> =>
    train.evaluate(model, { on: language("old"), parameters: by, evaluators });
  assert.equal((await through(parameters)).measurements[0]!.metric, "w_exact_match");
  await assert.rejects(
    through(train.softPrompt({ tokens: 3 })),
    /invalid modules: a soft prompt \(text is not written/,
  );
  assert.notEqual(old[0]!.value, none[0]!.value);
  assert.equal(other[0]!.value, none[0]!.value);
});

test("in a recipe: paths are the recipe's, and what is not known is refused", () => {
  const evaluate = { also: [{ name: "probes", of: [{ name: "lego", length: 3 }], tasks: ["capitals.yaml"] }] };
  const recipe = {
    corpus: { files: { a: "a.txt" } },
    model: { size: "nano", vocabSize: 280 },
    mixture: { a: 1 },
    schedule: { name: "constant", peak: 1e-3 },
    steps: 1,
  };
  const moved = train.mapPaths(train.parseRecipe({ ...recipe, evaluate }), (path) => `in/${path}`);
  assert.deepEqual((moved.evaluate!.also![0] as { tasks?: unknown }).tasks, ["in/capitals.yaml"]);
  const of = (probe: object): object => ({ ...recipe, evaluate: { also: [{ name: "probes", of: [probe] }] } });
  assert.throws(() => train.parseRecipe(of({ name: "lego", depth: 3 })), /depth/);
  assert.throws(() => train.parseRecipe(of({ name: "riddles" })), /riddles|one of/);
  assert.throws(() => train.probed({}), /invalid probes: none/);
  assert.throws(() => train.probed({ of: [train.lego(), train.lego({ length: 3 })] }), /lego is there twice/);
});
