/** Modules beside a model: PyTorch's numbers, nothing else moved, each sequence through its own, saved and loaded again. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { placesOf, tablesOf } from "../../src/architecture/index.js";
import { fixed } from "../../src/mixture/index.js";
import { type Beside, configOf, generate, readSafetensors, saveAdapter, withAdapter } from "../../src/model/index.js";
import type { Specs, StepFunction } from "../../src/engine/index.js";
import { forward, logits } from "../../src/model/forward.js";
import { passed } from "../../src/model/modules.js";
import { rng } from "../../src/rng.js";
import * as train from "../../src/train/index.js";
import { startedWith } from "../../src/train/run/modules.js";
import { domainFeeds, domainInputs } from "../../src/train/step/domains.js";
import type { LanguageModel, ModelConfig, Weights } from "../../src/types.js";
import { fresh } from "../../src/train/pretrain.js";
import { train as trainTokenizer } from "../../src/vocab/index.js";
import { goldenJob } from "../engine/step-jobs.js";
import { assertClose, engineOn } from "../engine/support.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const golden = JSON.parse(readFileSync(join(__dirname, "..", "golden", "train", "modules.json"), "utf8")) as {
  config: ModelConfig;
  window: number;
  rates: number[];
  /** Domain of each sequence of each batch. */
  rows: string[][];
  /** The sequences are of "b" and "a". */
  xmod: { tensors: Record<string, number[]>; normed: number[]; out: number[] };
  runs: Record<string, { losses: number[]; norms: number[]; sums: Record<string, [sum: number, size: number]> }>;
};
const domains = ["a", "b"];
const cases: Record<string, train.Parameters> = {
  adapter: train.adapters({ size: 4, body: { norms: true } }),
  adapters: train.adapters({ size: 4, domains }),
  normed: train.adapters({ size: 4, domains, reads: "norm", body: { norms: true } }),
  invertible: train.adapters({ size: 4, domains, invertible: true }),
  languages: train.languageEmbeddings({ domains, scripts: { a: "Latn", b: "Hang" } }),
  prompt: train.softPrompt({ tokens: 3 }),
  prompts: train.softPrompt({ tokens: 3, domains, body: { layers: [0] } }),
};

/** The formula of modules.py. */
function started(parameters: train.Parameters, config: ModelConfig): train.Leaves {
  const { added = {} } = parameters.of({ config, seed: 1 });
  const tensors = Object.keys(added)
    .sort()
    .map((name, k) => {
      const { shape, data } = added[name]!;
      return [name, { shape, data: data.map((_, i) => 0.2 * Math.sin(0.9 * (k + 1) + 1.1 * i)) }] as const;
    });
  return startedWith(parameters, Object.fromEntries(tensors)).of({ config, seed: 1 });
}

/** What modules at these places, one after another, make of rows. */
async function throughPlaces(given: {
  leaves: train.Leaves;
  weights: Weights;
  places: string[];
  y: [count: number, width: number, numbers: number[]];
  /** Domains of the sequences. */
  rows: string[];
}): Promise<number[]> {
  const { leaves, weights, places, rows } = given;
  const [count, width, numbers] = given.y;
  const fn: StepFunction = (state, { y, ...inputs }) => {
    const params = leaves.weights!(state, inputs);
    const at = { params, x: y!, batch: rows.length };
    return { state: {}, outputs: { out: places.reduce((out, place) => passed({ ...at, place, y: out }), y!) } };
  };
  const inputs: Specs = { y: { shape: [count, width], dtype: "float32" }, ...domainInputs(leaves, rows.length) };
  const state: Specs = Object.fromEntries(
    Object.entries(weights).map(([name, { shape }]) => [name, { shape, dtype: "float32" }]),
  );
  const program = await (await engineOn("cpu")).compile(fn, { state, inputs });
  const uploaded = (await engineOn("cpu")).upload(weights);
  const fed = { y: Float32Array.from(numbers), ...domainFeeds(leaves, rows) };
  const { out } = await program.run(uploaded, fed);
  uploaded.dispose();
  await program.dispose();
  return [...out!];
}

for (const [name, expected] of Object.entries(golden.runs))
  for (const memory of ["keep", ...(name === "normed" || name === "prompts" ? ["layers" as const] : [])] as const)
    test(`${name}: five updates are PyTorch's, ${memory}`, async () => {
      const { config, window, rates, rows } = golden;
      const batch = rows[0]!.length;
      const { weights } = goldenJob(config, batch, []);
      const { batches } = goldenJob({ ...config, context: window }, batch, rates);
      const leaves = started(cases[name]!, config);
      const [engine, optimiser, objective] = [await engineOn("cpu"), train.adamw(), train.causal()];
      const { fn, signature } = train.trainStep({
        config,
        batch,
        context: window,
        objective,
        optimiser,
        leaves,
        memory,
      });
      const program = await engine.compile(fn, signature);
      const all = { ...weights, ...leaves.added };
      const state = engine.upload({ ...all, ...train.slotsAtStart({ leaves, optimiser }) });
      const [losses, norms]: number[][] = [[], []];
      for (const [step, tokens] of batches.entries()) {
        const fed = { tokens, ...domainFeeds(leaves, rows[step]!), ...optimiser.scalars(step + 1, rates[step]!) };
        const { loss, gradientNorm } = await program.run(state, fed);
        losses!.push(loss![0]!);
        norms!.push(gradientNorm![0]!);
      }
      assertClose(losses!, expected.losses, 1e-5, "losses");
      assertClose(norms!, expected.norms, 1e-4, "gradient norms");
      const after = await state.download(Object.keys(all));
      assert.deepEqual(Object.keys(leaves.leaves).sort(), Object.keys(expected.sums));
      for (const [tensor, [sum, size]] of Object.entries(expected.sums)) {
        const { data } = after[tensor]!;
        const total = data.reduce((all, value) => all + value, 0);
        assert.ok(Math.abs(total - sum) < 1e-4 * size, `${tensor} sums to ${total}, expected ${sum}`);
        assertClose([data.reduce((all, value) => all + Math.abs(value), 0)], [size], 1e-4, `size of ${tensor}`);
      }
      const still = Object.keys(all).filter((tensor) => !expected.sums[tensor]);
      sameWeights(pick(after, still), pick(all, still));
      state.dispose();
      await program.dispose();
    });

const pick = (weights: Weights, names: string[]): Weights =>
  Object.fromEntries(names.map((name) => [name, weights[name]!]));

const options = {
  on: { old: language("old"), new: language("new") },
  mixture: fixed({ old: 0.5, new: 0.5 }),
  schedule: train.constant({ peak: 1e-2 }),
  steps: 4,
  batch: 2,
  context: 12,
  evaluateAt: [0, 4],
};

const losses = (evaluations: { domain: string; loss: number }[]): Record<string, number> =>
  Object.fromEntries(evaluations.map(({ domain, loss }) => [domain, loss]));

test("a model is as it was, its modules are beside it, and evaluation by domain goes through them", async () => {
  const before = await tinyModel();
  const dir = join(root, "run");
  const parameters = train.adapters({ size: 4, domains: ["new", "old"] });
  const run = await train.continue(before, { ...options, parameters, dir });
  sameWeights(run.model.weights, before.weights);
  const scored = async (given?: train.Parameters): Promise<Record<string, number>> =>
    losses((await train.evaluate(run.model, { ...options, parameters: given, heldOutBytes: 65536 })).evaluations);
  const [start, end] = [0, 4].map((at) => losses(run.evaluations.filter(({ step }) => step === at)));
  assert.deepEqual(await scored(), start);
  assert.deepEqual(await scored(run.modules), end);
  assert.notDeepEqual(end, start);
  const opened = train.open(dir);
  assert.deepEqual(await scored(opened.modules), end);
  const alone = train.openModules(join(dir, "modules"), { domains: ["old"] });
  assert.deepEqual(await scored(alone), { old: end!.old, new: start!.new });
});

test("a domain that is added learns alone: the modules of the others keep every bit", async () => {
  const before = await tinyModel();
  const dir = join(root, "added");
  const first = { ...options, on: { old: options.on.old }, mixture: fixed({ old: 1 }), snapshots: { at: [1, 4] } };
  await train.continue(before, { ...first, parameters: train.softPrompt({ tokens: 3, domains: ["old"] }), dir });
  const { trained } = train.openModules(join(dir, "modules"));
  const [one, last] = [1, 4].map((step) => train.openModules(join(dir, "snapshots", `step-0000000${step}`, "modules")));
  sameWeights(last!.trained, trained);
  assert.notDeepEqual(one!.trained, trained);
  const parameters = train.openModules(join(dir, "modules"), { domains: ["old", "new"], learning: ["new"] });
  const run = await train.continue(before, { ...options, parameters });
  const { "prompt.new": fresh, ...others } = run.modules!.trained;
  sameWeights(others, trained);
  assert.deepEqual(fresh!.shape, [3, before.config.width]);
  assert.notDeepEqual(fresh, parameters.of({ ...before, seed: 1 }).added!["prompt.new"]);
  sameWeights(run.model.weights, before.weights);
});

test("a prompt of a frozen model is a folder for PEFT, and no part of a model's weights", async () => {
  const model = await tinyModel();
  const [dir, out] = [join(root, "prompt"), join(root, "peft")];
  const parameters = train.softPrompt({ tokens: 3 });
  const run = await train.continue(model, {
    ...options,
    context: undefined,
    steps: 1,
    evaluateAt: [],
    parameters,
    dir,
  });
  const { adapter, config } = train.adapterOf(dir);
  saveAdapter({ dir: out, config, adapter });
  const { prompt_embeddings: vectors } = readSafetensors(join(out, "adapter_model.safetensors")).weights;
  assert.deepEqual(vectors, run.modules!.trained.prompt);
  const says = JSON.parse(readFileSync(join(out, "adapter_config.json"), "utf8")) as Record<string, unknown>;
  assert.deepEqual([says.peft_type, says.num_virtual_tokens, says.token_dim], ["PROMPT_TUNING", 3, config.width]);
  assert.equal((run.record.recipe as { context: number }).context, config.context - 3);
  assert.throws(() => withAdapter(model, adapter), /^Error: adapter: invalid adapter: a prompt, which no weight/);
});

test("rows of new tokens learn beside the modules, where the run knows which are new, and the rest of the body stays", async () => {
  const before = await tinyModel();
  const parameters = train.adapters({ domains: ["new"], body: "new-rows" });
  const asked = { ...options, evaluateAt: [], parameters };
  const { model, record } = await train.continue(before, { ...asked, newRows: { from: 280 } });
  const { embedding } = tablesOf(before.config);
  const [was, now] = [before, model].map(({ weights }) => weights[embedding]!.data);
  const width = before.config.width;
  was!.forEach((value, i) => i < 280 * width && assert.ok(Object.is(value, now![i])));
  assert.notDeepEqual(now!.slice(280 * width), was!.slice(280 * width));
  const others = Object.keys(before.weights).filter((name) => name !== embedding);
  sameWeights(pick(model.weights, others), pick(before.weights, others));
  const { parameters: said } = record.recipe as { parameters: object };
  assert.deepEqual(said, { name: "adapters", body: "new-rows", newRows: { from: 280 }, domains: ["new"] });
  await assert.rejects(train.continue(before, asked), /say which rows are new/);
});

test("adapters that read an encoder's norm end its layer as X-Mod does", async () => {
  const { tensors, normed, out } = golden.xmod;
  const config = configOf({ architecture: "roberta", vocabSize: 8, width: 8, layers: 1, heads: 2, ffn: 8, context: 8 });
  const leaves = train.adapters({ size: 2, domains, reads: "norm" }).of({ config, seed: 1 });
  const theirs = (domain: string): Record<string, string> => ({
    ...{
      "down.weight": `adapter_modules.${domain}.dense1.weight`,
      "down.bias": `adapter_modules.${domain}.dense1.bias`,
    },
    ...{ "up.weight": `adapter_modules.${domain}.dense2.weight`, "up.bias": `adapter_modules.${domain}.dense2.bias` },
  });
  const weights: Weights = { ...leaves.added };
  for (const part of ["weight", "bias"])
    weights[placesOf(config)[`layers.0.feedNorm.${part}`]!.name] = {
      shape: [8],
      data: Float32Array.from(tensors[`LayerNorm.${part}`]!),
    };
  for (const domain of domains)
    for (const [part, name] of Object.entries(theirs(domain)))
      weights[`adapters.${domain}.layers.0.${part}`]!.data.set(tensors[name]!);
  const made = await throughPlaces({ leaves, weights, places: ["layers.0"], y: [6, 8, normed], rows: ["b", "a"] });
  assertClose(made, out, 1e-5, "the layer's end");
});

test("what an invertible adapter makes of rows its inverse takes back; it needs a head that is the table", async () => {
  const of = { vocabSize: 40, width: 16, layers: 1, heads: 2, kvHeads: 2, ffn: 8, context: 8 };
  const parameters = train.adapters({ domains, invertible: true });
  const leaves = started(parameters, configOf({ ...of, tied: true }));
  const rows = ["a", "c", "b"];
  const y = Array.from({ length: 6 * 16 }, (_, i) => 2 * Math.sin(i));
  const through = async (...places: string[]): Promise<number[]> =>
    throughPlaces({ leaves, weights: leaves.added!, places, y: [6, 16, y], rows });
  const within = await through("embedding");
  const differs = (from: number, to: number): boolean =>
    within.slice(from, to).some((value, i) => Math.abs(value - y[from + i]!) > 0.01);
  assert.deepEqual([differs(0, 32), differs(32, 64), differs(64, 96)], [true, false, true]);
  (await through("embedding", "states")).forEach((value, i) => assert.ok(Math.abs(value - y[i]!) < 1e-6));
  assert.throws(
    () => parameters.of({ config: configOf({ ...of, tied: false }), seed: 1 }),
    /^Error: adapters: invalid invertible: true \(the head must be the table, /,
  );
});

test("text is written through the modules of its domain, as reading it all again at each token would have it", async () => {
  const model = await tinyModel();
  const { config, tokenizer } = model;
  const leaves = started(train.adapters({ domains }), config);
  const parameters = startedWith(train.adapters({ domains }), leaves.added!);
  const [engine, how] = [await engineOn("cpu"), { prompt: "ba", tokens: 6, temperature: 0, rng: rng(1) }];
  const write = (beside?: Beside): Promise<string> => generate({ model, engine, ...how, beside });
  const window = 12;
  const fn: StepFunction = (state, { tokens, ...inputs }) => {
    const params = leaves.weights!(state, inputs);
    return { state: {}, outputs: { all: logits(config, params, forward(config, params, tokens!)) } };
  };
  const weights = { ...model.weights, ...leaves.added };
  const program = await engine.compile(fn, {
    state: Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, { shape, dtype: "float32" }])),
    inputs: { tokens: { shape: [1, window], dtype: "int32" }, ...domainInputs(leaves, 1) },
  });
  const state = engine.upload(weights);
  const texts: string[] = [];
  for (const domain of ["a", "b", "c"]) {
    const ids = [tokenizer.endOfText, ...(await tokenizer.encode(how.prompt))];
    for (let n = 0; n < how.tokens; n++) {
      const tokens = Int32Array.from({ length: window }, (_, i) => ids[i] ?? 0);
      const { all } = await program.run(state, { tokens, ...domainFeeds(leaves, [domain]) });
      const own = all!.subarray((ids.length - 1) * config.vocabSize, ids.length * config.vocabSize);
      ids.push(own.indexOf(Math.max(...own)));
    }
    texts.push(tokenizer.decode(ids.slice(1)));
    assert.equal(await write(train.besideOf(model, { parameters, domain })), texts.at(-1), domain);
  }
  assert.equal(texts[2], await write());
  assert.equal(new Set(texts).size, 3);
  state.dispose();
  await program.dispose();
  assert.throws(
    () => train.besideOf(model, { parameters: train.softPrompt() }),
    /^Error: besideOf: invalid parameters: soft-prompt \(text cannot be written after a prompt of vectors\)$/,
  );
});

test("at first a model with modules is the model: adapters and embeddings of languages change no loss", async () => {
  const model: LanguageModel = await tinyModel();
  const plain = losses((await train.evaluate(model, { ...options })).evaluations);
  for (const parameters of [train.adapters(), train.languageEmbeddings({ domains: ["old"], scripts: { old: "Latn" } })])
    assert.deepEqual(losses((await train.evaluate(model, { ...options, parameters })).evaluations), plain);
});

test("an encoder learns embeddings of languages with its body, which is scored without them", async () => {
  const config = { width: 16, layers: 1, heads: 2, kvHeads: 2, ffn: 32, context: 16, architecture: "roberta" };
  const texts = [...language("old").train, ...language("new").train];
  const specials = ["<|endoftext|>", "<pad>", "<mask>"];
  const tokenizer = await trainTokenizer({ texts, size: 290, specials });
  const before = fresh({ size: "nano", tokenizer, seed: 1, config });
  const parameters = train.languageEmbeddings({ domains: ["old", "new"] });
  const asked = { ...options, objective: train.masked(), parameters };
  const { measurements, model, modules } = await train.continue(before, asked);
  const at = (step: number): number[] => measurements.filter((row) => row.step === step).map(({ value }) => value);
  const scored = async (of: LanguageModel, given?: train.Parameters): Promise<number[]> =>
    (await train.evaluate(of, { ...options, parameters: given, heldOutBytes: 65536 })).measurements.map(
      ({ value }) => value,
    );
  assert.deepEqual(await scored(before), at(0));
  assert.deepEqual(await scored(model, modules), at(4));
  const alone = await scored(model);
  assert.ok(
    alone.every((value, i) => value !== at(4)[i] && value < at(0)[i]!),
    `${String(alone)} after ${String(at(0))}`,
  );
});

test("what does not fit is refused in one line", async () => {
  const model = await tinyModel();
  const fails = async (what: Promise<unknown>, line: RegExp): Promise<void> => assert.rejects(what, line);
  const run = (
    changes: Partial<typeof options> & { parameters: train.Parameters; parts?: train.Part[] },
  ): Promise<unknown> => train.continue(model, { ...options, ...changes });
  assert.throws(
    () => train.adapters({ domains: ["a", "a"] }),
    /^Error: adapters: invalid domains: a, a \(at least one,/,
  );
  assert.throws(
    () => train.softPrompt({ learning: ["a"] }),
    /softPrompt: invalid learning: a \(domains are not told apart\)/,
  );
  assert.throws(
    () => train.languageEmbeddings({ domains: ["a"], scripts: { b: "Latn" } }),
    /^Error: languageEmbeddings: invalid scripts: b \(the domains are a\)$/,
  );
  await fails(
    run({ context: 16, parameters: train.softPrompt() }),
    /^Error: train: invalid context: 16 \(the model sees at most 6 tokens\)$/,
  );
  assert.throws(
    () => train.softPrompt({ tokens: 16 }).of({ ...model, seed: 1 }),
    /softPrompt: invalid tokens: 16 \(fewer/,
  );
  const byDomain = train.adapters({ domains: ["old"] });
  await fails(
    run({ parameters: byDomain, parts: [train.agem({ on: ["old"] })] }),
    /^Error: adapters: invalid parts: one reads text and does not say of which domain it is/,
  );
  const dir = join(root, "damaged");
  await run({ steps: 1, evaluateAt: [], parameters: byDomain, dir } as object as Parameters<typeof run>[0]);
  assert.throws(
    () => train.openModules(dir),
    /^Error: openModules: invalid folder: .* \(it has no modules\.safetensors\)$/,
  );
  const modules = train.openModules(join(dir, "modules"));
  assert.throws(
    () => modules.of({ config: { ...model.config, width: 32 }, seed: 1 }),
    /adapters: invalid model: adapters\.old\./,
  );
  assert.throws(() => train.openModules(join(dir, "modules"), { size: 0 }), /are no options of adapters/);
  writeFileSync(join(dir, "modules", "modules.safetensors"), "less");
  assert.throws(() => train.openModules(join(dir, "modules")), /is not what was written: its sha256 differs/);
});
