/** The masked objective: what it hides, what it learns, what it is measured by, and whom it is not for. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { architectures } from "../../src/architecture/index.js";
import { fresh } from "../../src/train/pretrain.js";
import { hiddenLosses } from "../../src/train/step/objectives/masking.js";
import { fixed } from "../../src/mixture/index.js";
import { configOf } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import * as train from "../../src/train/index.js";
import type { LanguageModel, Tokenizer } from "../../src/types.js";
import { train as trainTokenizer } from "../../src/vocab/index.js";
import { choose } from "../../src/engine/index.js";
import { run } from "../engine/step-jobs.js";
import { mlm } from "../golden/train/mlm.js";
import { wordsOf } from "../../src/train/step/objectives/words.js";
import { folder, language, tinyModel } from "./tiny.js";

folder();
const context = 40;
const on = { old: language("old") };
const recipe = { on, steps: 4, batch: 4, context: 16, schedule: train.constant({ peak: 3e-3 }), cache: false };
const encoder = { ...recipe, size: "nano", vocabSize: 290, config: { architecture: "roberta" } } as const;

async function tokenizerWithMask(): Promise<Tokenizer> {
  return trainTokenizer({ texts: on.old.train, size: 290, specials: ["<|endoftext|>", "<pad>", "<mask>"] });
}

/** Windows of tokens 3 and up, each with two ends of text in it. */
function drawn(count: number): { tokens: Int32Array; weight: Float32Array } {
  const tokens = Int32Array.from({ length: count * (context + 1) }, (_, i) => (i % 20 === 7 ? 0 : 3 + (i % 280)));
  return { tokens, weight: new Float32Array(count).fill(0.5) };
}

test("fifteen in a hundred are hidden: eight in ten by the mask, one by any token, one as it is", async () => {
  const tokenizer = await tokenizerWithMask();
  const { tokens, weight } = drawn(500);
  const feeds = train.masked().feeds!({
    drawn: { tokens, weight },
    context,
    tokenizer,
    domains: [],
    rng: rng(1),
    progress: 0,
  });
  const { at, targets, counted, tokens: seen } = feeds as Record<string, Int32Array>;
  assert.equal(feeds.weight, weight);
  assert.equal(at!.length, 500 * 6);
  assert.equal(new Set(at).size, at!.length, "none twice");
  assert.ok(counted!.every((one) => one === 1));
  const original = (i: number): number => tokens[Math.floor(i / context) * (context + 1) + (i % context)]!;
  const how = { mask: 0, same: 0, other: 0 };
  for (const [n, i] of at!.entries()) {
    assert.equal(Math.floor(n / 6), Math.floor(i / context), "of its own window");
    assert.equal(targets![n], original(i));
    assert.notEqual(targets![n], 0, "no end of text");
    how[seen![i] === 2 ? "mask" : seen![i] === targets![n] ? "same" : "other"]++;
  }
  assert.ok(Math.abs(how.mask / 3000 - 0.8) < 0.03, JSON.stringify(how));
  assert.ok(Math.abs(how.same / 3000 - 0.1) < 0.03, JSON.stringify(how));
  const hidden = new Set(at);
  for (let i = 0; i < seen!.length; i++) if (!hidden.has(i)) assert.equal(seen![i], original(i));
});

test("the same seed hides the same; what a short window lacks counts nothing", async () => {
  const tokenizer = await tokenizerWithMask();
  const feeds = (seed: number, tokens = drawn(3).tokens): Record<string, ArrayLike<number>> =>
    train.masked({ rate: 0.3 }).feeds!({
      drawn: { tokens },
      domains: [],
      context,
      tokenizer,
      rng: rng(seed),
      progress: 0,
    });
  assert.deepEqual(feeds(1), feeds(1));
  assert.notDeepEqual(feeds(1), feeds(2));
  const nothing = feeds(1, new Int32Array(context + 1));
  assert.deepEqual([...new Set(Array.from(nothing.counted!))], [0]);
  assert.deepEqual(new Set(Array.from(nothing.tokens!)), new Set([0]));
});

test("an encoder learns from random weights, and is measured alike in any batch", async () => {
  const base = await train.pretrain({ ...encoder, steps: 60, objective: train.masked(), evaluateAt: [0, 60] });
  assert.equal(base.config.encoder?.types, 2);
  assert.deepEqual(base.evaluations, []);
  const [before, after] = base.measurements.map(({ metric, value }) => [metric, value] as const);
  assert.equal(after![0], "masked-loss");
  assert.ok(after![1] < before![1] - 0.3, `${before![1]} to ${after![1]}`);
  const of = async (batch: number): Promise<number> =>
    (await train.evaluate(base, { on, context: 16, batch })).measurements[0]!.value;
  assert.ok(Math.abs((await of(3)) - (await of(16))) < 1e-5);
});

test("an update of several batches is measured over all its sequences", async () => {
  const run = await train.pretrain({
    ...encoder,
    objective: train.masked(),
    evaluateAt: [],
    batch: 2,
    accumulate: 2,
  });
  assert.equal(run.steps.length, 4);
  for (const { loss_old, loss } of run.steps) assert.ok(Math.abs(loss_old! - loss) < 1e-4);
});

test("each objective is for its own kind of model, and the mask is a token", async () => {
  const decoder: LanguageModel = await tinyModel();
  await assert.rejects(train.pretrain(encoder), /^Error: causal: invalid model: an encoder \(.*masked\)$/);
  const { tokenizer } = decoder;
  await assert.rejects(
    train.pretrain({ ...recipe, tokenizer, size: "nano", objective: train.masked() }),
    /^Error: masked: invalid model: a decoder \(.*causal\)$/,
  );
  await assert.rejects(
    train.pretrain({ ...encoder, tokenizer, objective: train.masked() }),
    /^Error: masked: invalid mask: none \(.*give the id of a token\)$/,
  );
  await assert.rejects(
    train.pretrain({ ...encoder, objective: train.masked({ mask: 290 }) }),
    /^Error: masked: invalid mask: 290 \(the model has 290 rows\)$/,
  );
  assert.throws(() => train.masked({ rate: 0 }), /^Error: masked: invalid rate: 0 \(above 0, at most 1\)$/);
  await assert.rejects(train.evaluate(decoder, { on, evaluators: [train.maskedLoss()] }), /masked-loss: invalid model/);
});

test("a mixture that is told next-token losses is not for an encoder", async () => {
  const online = { ...fixed({ old: 1 }), name: "online", wants: [{ signal: "evaluations", every: 1 }] as const };
  await assert.rejects(
    train.pretrain({ ...encoder, objective: train.masked(), mixture: online }),
    /^Error: train: invalid mixture: online \(/,
  );
});

test("a fresh model of any kind has the sizes that are asked for and the kind's own fields", () => {
  for (const architecture of Object.keys(architectures)) {
    const config = configOf({ size: "nano", vocabSize: 300, architecture });
    assert.deepEqual([config.width, config.layers, config.heads, config.vocabSize], [64, 2, 2, 300], architecture);
  }
  const { norm, normAt, positions, encoder: own } = configOf({ size: "nano", vocabSize: 300, architecture: "bert" });
  assert.deepEqual([norm, normAt, positions, own?.headActivation], ["layer", "sum", "learned", "gelu"]);
});

test("twenty updates of a BERT on hidden words are those of transformers", async () => {
  const golden = JSON.parse(readFileSync(join(__dirname, "..", "golden", "train", "mlm.json"), "utf8")) as Record<
    "losses" | "norms",
    number[]
  >;
  const { job } = await mlm();
  const { losses, norms } = await run(await choose({ device: "cpu", threads: 1 }), job);
  losses.forEach((loss, i) => assert.ok(Math.abs(loss - golden.losses[i]!) < 1e-4, `${i}: ${loss}`));
  norms.forEach((norm, i) => assert.ok(Math.abs(norm - golden.norms[i]!) < 1e-3, `${i}: norm ${norm}`));
});

/** A tokenizer that spells these tokens, the first of which is special. */
function tokensOf(tokens: string[], model: object): Tokenizer {
  return {
    json: { model, added_tokens: [{ id: 0, special: true }] },
    size: tokens.length,
    tokenOf: (id: number) => tokens[id],
    bytesOf: (id: number) => Buffer.from(tokens[id]!),
  } as unknown as Tokenizer;
}

test("a word is what a tokenizer marks as one, a mark of punctuation, or a token of a script without spaces", () => {
  const words = (tokens: string[], model: object): string[][] => {
    const tokenizer = tokensOf(["<s>", ...tokens], model);
    const window = Int32Array.from([...tokens.keys()], (i) => i + 1);
    const found = wordsOf(window, { present: window.length, tokenizer, special: new Set([0]) });
    return found.map((word) => word.map((i) => tokens[i]!));
  };
  const bytes = { type: "BPE" };
  assert.deepEqual(words(["un", "hap", "py", " wo", "rds", ",", "then", " more", "."], bytes), [
    ["un", "hap", "py"],
    [" wo", "rds"],
    [","],
    ["then"],
    [" more"],
    ["."],
  ]);
  assert.deepEqual(words(["私", "は", " a", "b", "\n", "c", "ไทย", "d"], bytes), [
    ["私"],
    ["は"],
    [" a", "b"],
    ["\n"],
    ["c"],
    ["ไทย"],
    ["d"],
  ]);
  assert.deepEqual(words(["un", "##hap", "##py", "words", ",", "then"], { type: "WordPiece" }), [
    ["un", "##hap", "##py"],
    ["words"],
    [","],
    ["then"],
  ]);
});

test("words are hidden whole, as many as fit, and no special token stands for another", async () => {
  const tokenizer = await tokenizerWithMask();
  const ids = Int32Array.from(await tokenizer.encode(on.old.train.slice(0, 8).join(" ")));
  const window = 40;
  const count = Math.floor(ids.length / (window + 1));
  const tokens = ids.slice(0, count * (window + 1));
  const feeds = train.masked({ words: true }).feeds!({
    ...{ drawn: { tokens }, context: window, tokenizer, domains: [], rng: rng(1), progress: 0 },
  }) as Record<string, Int32Array>;
  const special = new Set([0, 1, 2]);
  let all = 0;
  for (let row = 0; row < count; row++) {
    const own = tokens.subarray(row * (window + 1), (row + 1) * (window + 1));
    const hidden = new Set<number>();
    for (let n = row * 6; n < (row + 1) * 6; n++) if (feeds.counted![n]! > 0) hidden.add(feeds.at![n]! - row * window);
    for (const word of wordsOf(own, { present: window, tokenizer, special }))
      assert.ok(new Set(word.map((i) => hidden.has(i))).size === 1, "whole or not at all");
    all += hidden.size;
  }
  assert.ok(all / (count * 6) > 0.8, `${all} of ${count * 6}`);
  const became = [...feeds.tokens!].filter(
    (id, i) => id !== tokens[Math.floor(i / window) * (window + 1) + (i % window)],
  );
  assert.deepEqual([...new Set(became.filter((id) => special.has(id)))], [2]);
});

test("tlm: both texts predict each other's hidden tokens, whatever fills the window up", async () => {
  const tokenizer = await tokenizerWithMask();
  const config = { architecture: "bert", width: 16, layers: 1, heads: 2, kvHeads: 2, ffn: 32, context: 31 };
  const model = fresh({ size: "nano", tokenizer, seed: 3, config });
  const objective = train.tlm({ rate: 0.4 });
  const [one, two] = [Array.from({ length: 5 }, (_, i) => 20 + i), Array.from({ length: 6 }, (_, i) => 60 + i)];
  /** A pair in a window of so many tokens, what fills it up `filler`. */
  const feedsOf = (context: number, filler: number, second = two): Record<string, Float32Array | Int32Array> => {
    const half = (context + 1) / 2;
    const tokens = new Int32Array(context + 1).fill(filler);
    const documents = new Int32Array(context + 1).fill(-1);
    [one, second].forEach((text, i) => {
      tokens.set([...text, 0], i * half);
      documents.fill(i, i * half, i * half + text.length + 1);
    });
    const at = { context, tokenizer, domains: ["pairs"], rng: rng(4), progress: 0 };
    return objective.feeds!({ ...at, drawn: { tokens, documents } });
  };
  const nats = async (context: number, fed: Record<string, Float32Array | Int32Array>): Promise<number[]> => {
    const engine = await choose({ device: "cpu", threads: 1 });
    const specs = Object.entries(model.weights).map(
      ([name, { shape }]) => [name, { shape, dtype: "float32" }] as const,
    );
    const { config } = model;
    const program = await engine.compile(
      (state, inputs) => ({ outputs: { nats: hiddenLosses(config, state, inputs) } }),
      {
        state: Object.fromEntries(specs),
        inputs: objective.inputs({ config, batch: 1, context, weighted: false }),
      },
    );
    const state = engine.upload(model.weights);
    const { nats } = await program.run(state, fed);
    state.dispose();
    await program.dispose();
    return [...nats!].filter((_, i) => fed.counted![i]! > 0);
  };
  const fed = feedsOf(15, 7);
  assert.deepEqual([...fed.documents!], [...new Array<number>(13).fill(0), 1, 1]);
  assert.equal(fed.tokens![5], 0, "the first text's end stands between the two");
  const short = await nats(15, fed);
  assert.equal(short.length, Math.round(0.4 * 11));
  assert.ok([...fed.at!].some((at) => at < 5) && [...fed.at!].some((at) => at > 5), "of both texts");
  const inputs = { ...fed, documents: fed.documents!, tokens: Int32Array.from(fed.tokens!) };
  inputs.tokens.fill(99, 13);
  assert.deepEqual(await nats(15, inputs), short, "padding is not seen");
  const moved = Int32Array.from(fed.tokens!);
  const free = Array.from({ length: 6 }, (_, i) => 6 + i).find((at) => !fed.at!.includes(at))!;
  moved[free] = 99;
  const other = await nats(15, { ...fed, tokens: moved });
  assert.ok(
    other.every((value, i) => Math.abs(value - short[i]!) > 1e-7),
    "each token sees the other text",
  );
  // The same hidden places in a wider window: the same losses.
  const wide = feedsOf(31, 7);
  const pad = (values: ArrayLike<number>, length: number, filler: number): number[] =>
    Array.from({ length }, (_, i) => values[i] ?? filler);
  const same = {
    tokens: Int32Array.from(pad(fed.tokens!, 31, 0)),
    documents: Int32Array.from(pad(fed.documents!, 31, 1)),
    at: Int32Array.from(pad(fed.at!, wide.at!.length, 0)),
    targets: Int32Array.from(pad(fed.targets!, wide.at!.length, 0)),
    counted: Float32Array.from(pad(fed.counted!, wide.at!.length, 0)),
  };
  (await nats(31, same)).forEach((value, i) => assert.ok(Math.abs(value - short[i]!) < 1e-5));
});
