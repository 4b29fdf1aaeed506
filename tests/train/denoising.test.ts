/**
 * Objectives that make windows of their own: beside windows, loss and gradients made in Python (tests/golden/train/denoising.py),
 * and by what must hold: that inputs and targets are the text, what is learned of it, and what a run makes of several at once.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { parameterShapes } from "../../src/architecture/index.js";
import { packed } from "../../src/corpus/index.js";
import { fixed } from "../../src/mixture/index.js";
import { fromHuggingFace } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import * as train from "../../src/train/index.js";
import { valueAndGradients } from "../../src/train/step/differentiate.js";
import { asked } from "../../src/train/step/objectives/denoised.js";
import { arranged } from "../../src/train/step/objectives/fim.js";
import { corrupted, corruptedLengths, drawNoise, halfToEven, mostThat } from "../../src/train/step/objectives/spans.js";
import { windowed, windowFeeds } from "../../src/train/step/objectives/windowed.js";
import type { Drawn, Window } from "../../src/train/step/windows.js";
import type { Tokenizer } from "../../src/types.js";
import { train as trainTokenizer } from "../../src/vocab/index.js";
import { engineOn } from "../engine/support.js";
import { byFormula } from "../model/by-formula.js";
import { folder, language, tinyModel } from "./tiny.js";

interface Golden {
  text: number[];
  sentinels: number[];
  modes: Record<string, number>;
  marks: number[];
  cuts: [number, number];
  masks: Record<string, number[]>;
  lengths: Record<string, [number, number]>;
  windows: Record<string, { tokens: number[]; weights: number[]; prefix: number }>;
  loss: number;
  bySequence: number[];
  gradients: Record<string, [number, number]>;
}
const read = (...path: string[]): unknown =>
  JSON.parse(readFileSync(join(__dirname, "..", "golden", ...path), "utf8")) as unknown;
const golden = read("train", "denoising.json") as Golden;

folder();
const context = 24;
let tokenizer: Tokenizer;
before(async () => {
  const specials = ["<|endoftext|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<sep>", "[NLU]", "[S2S]"];
  const more = ["[NLG]", ...Array.from({ length: 8 }, (_, i) => `<extra_id_${i}>`)];
  const texts = [...language("old").train, ...language("new").train];
  tokenizer = await trainTokenizer({ texts, size: 310, specials: [...specials, ...more] });
});
const id = (token: string): number => tokenizer.idOf(token)!;

/** A window of documents of these texts, filled up with padding, or cut. */
async function drawn(texts: string[], { seed = 1, long = context } = {}): Promise<Drawn> {
  const each = await tokenizer.encodeBatch(texts);
  const ids = each.flatMap((own) => [...own, tokenizer.endOfText]).slice(0, long + 1);
  const of = each.flatMap((own, i) => Array<number>(own.length + 1).fill(i)).slice(0, long + 1);
  const [tokens, documents] = [new Int32Array(long + 1).fill(tokenizer.endOfText), new Int32Array(long + 1).fill(-1)];
  tokens.set(ids);
  documents.set(of);
  return { tokens, documents, domain: "old", context: long, tokenizer, rng: rng(seed), progress: 0 };
}
const made = (objective: train.Objective, at: Drawn): Window => objective.windows!.of(at);

test("windows of goldens, from the same cuts and masks", () => {
  const { text, cuts, marks, masks, sentinels, modes } = golden;
  const windows: Record<string, Window> = { ...golden.windows };
  const ten = { context: text.length - 1, end: 0 };
  const noise = (mask: string): boolean[] => masks[mask]!.map((dark) => dark === 1);
  const parts = [text.slice(0, cuts[0]), text.slice(...cuts), text.slice(cuts[1])] as const;
  for (const [name, suffixFirst] of [
    ["fim, prefix first", false],
    ["fim, suffix first", true],
  ] as const)
    windows[name] = {
      tokens: arranged(parts, { length: text.length, marks, suffixFirst })!.ids,
      weights: Array<number>(ten.context).fill(1),
    };
  for (const [name, mode, mask, bothSided] of [
    ["spans", undefined, "spans", false],
    ["S, both-sided", "S", "suffix", true],
    ["X", "X", "half", false],
  ] as const) {
    const { inputs, targets } = corrupted(text, noise(mask), sentinels);
    windows[name] = asked({ ...ten, bothSided }, [...(mode ? [modes[mode]!] : []), ...inputs], targets);
  }
  for (const [name, { tokens, weights, prefix = 0 }] of Object.entries(windows))
    assert.deepEqual({ tokens: [...tokens], weights: [...weights], prefix }, golden.windows[name], name);
});

test("loss and gradients of a batch of them are those of transformers", async () => {
  const looks = read("architectures.json") as { cases: Record<string, { config: Record<string, unknown> }> };
  const config = fromHuggingFace(looks.cases.llama!.config);
  const long = golden.text.length - 1;
  const windows = Object.values(golden.windows);
  const objective = windowed({ name: "any", options: {}, windows: { sees: ["prefix"], of: () => windows[0]! } });
  const fed = windowFeeds(windows, { drawn: {}, context: long, sees: ["prefix"] });
  const shapes = Object.entries(parameterShapes(config));
  const engine = await engineOn("cpu");
  const program = await engine.compile(
    (state, inputs) => {
      const of = (weights: typeof state) => objective.loss({ config, weights, frozen: weights, state, inputs });
      const { gradients } = valueAndGradients(Object.keys(state), state, (named) => of({ ...state, ...named }).loss);
      const { loss, outputs } = of(state);
      return { outputs: { ...gradients, loss, ...outputs } };
    },
    {
      state: Object.fromEntries(shapes.map(([name, shape]) => [name, { shape, dtype: "float32" }])),
      inputs: objective.inputs({ config, batch: windows.length, context: long, weighted: false }),
    },
  );
  const state = engine.upload(byFormula(config));
  const out = await program.run(state, fed);
  state.dispose();
  await program.dispose();
  const close = (ours: number, theirs: number, most: number, what: string): void =>
    assert.ok(Math.abs(ours - theirs) <= most, `${what}: ${ours} and ${theirs}`);
  close(out.loss![0]!, golden.loss, 2e-5, "loss");
  golden.bySequence.forEach((value, i) => close(out.bySequence![i]!, value, 2e-5, `sequence ${i}`));
  for (const [name, [norm, product]] of Object.entries(golden.gradients)) {
    close(Math.hypot(...out[name]!), norm, 1e-5 + 1e-4 * norm, name);
    const ours = out[name]!.reduce((sum, value, i) => sum + value * Math.cos(0.1 * i), 0);
    close(ours, product, 4e-5 + 4e-4 * norm, `${name}, product`);
  }
});

test("T5's lengths, rounding and example", () => {
  assert.deepEqual([0.5, 1.5, 2.5, 2.4, 2.6].map(halfToEven), [0, 2, 2, 2, 3]);
  for (const [of, [raw, targets]] of Object.entries(golden.lengths)) {
    const [inputs, density, length] = of.split("/").map(Number) as [number, number, number];
    const fits = (n: number): boolean =>
      Object.values(corruptedLengths(n, { density, length })).every((own) => own <= inputs);
    const tokens = mostThat((n) => n < inputs || fits(n))!;
    assert.deepEqual([tokens, corruptedLengths(tokens, { density, length }).targets], [raw, targets], of);
  }
  const words = "We hold these truths to be self evident that".split(" ");
  const dark = [false, false, true, true, false, false, true, true, false];
  const ids = words.map((_, i) => i);
  const { inputs, targets } = corrupted(ids, dark, [100, 101, 102]);
  const text = (list: number[]): string => list.map((n) => words[n] ?? `<S${n - 100}>`).join(" ");
  assert.equal(text(inputs), "We hold <S0> to be <S1> that");
  assert.equal(text(targets), "<S0> these truths <S1> self evident <S2>");
});

test("noise begins with text, ends with noise, and is as much as is asked in as many spans", () => {
  const chance = rng(3);
  const firsts = new Set<number>();
  for (let i = 0; i < 200; i++) {
    const noise = drawNoise(40, { density: 0.3, length: 3 }, chance);
    assert.deepEqual([noise[0], noise.at(-1), noise.filter(Boolean).length], [false, true, 12]);
    assert.equal(noise.filter((dark, at) => dark && !noise[at - 1]).length, 4);
    firsts.add(noise.indexOf(true));
  }
  assert.ok(firsts.size > 10, "anywhere");
  const one = drawNoise(8, { density: 0.25, length: Infinity }, chance);
  assert.deepEqual(one, [...Array<boolean>(6).fill(false), true, true]);
});

/** The text of inputs and targets put together again, and how many of its tokens were cut out. */
function restoredFrom(tokens: number[], weights: ArrayLike<number>, sentinels: readonly number[]) {
  const first = Array.from(weights).indexOf(1) + 1;
  const last = Array.from(weights).lastIndexOf(1) + 1;
  assert.equal(tokens[last], tokenizer.endOfText, "the end is learned");
  const [inputs, targets] = [tokens.slice(0, first), tokens.slice(first, last)];
  const spans = new Map<number, number[]>();
  let own: number[] = [];
  for (const token of targets)
    if (sentinels.includes(token)) spans.set(token, (own = []));
    else own.push(token);
  const whole = inputs.flatMap((token) => spans.get(token) ?? [token]);
  return { whole, noise: targets.length - spans.size, prefix: first };
}

test("of span corruption and each of UL2's denoisers, inputs and targets are the text", async () => {
  const sentinels = Array.from({ length: 8 }, (_, i) => id(`<extra_id_${i}>`));
  const text = language("new").train.join("");
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const at = await drawn([text], { seed, long: 32 });
    const plain = made(train.spanCorruption({ bothSided: true }), at);
    const spans = restoredFrom([...plain.tokens], plain.weights, sentinels);
    assert.deepEqual(spans.whole, [...at.tokens.subarray(0, spans.whole.length)]);
    assert.equal(plain.prefix, spans.prefix);
    assert.ok(Math.abs(spans.noise / spans.whole.length - 0.15) <= 1 / spans.whole.length);
    const { tokens, weights, prefix } = made(train.ul2(), at);
    assert.equal(prefix, undefined);
    const mode = tokenizer.tokenOf(tokens[0]!)!;
    const { whole, noise } = restoredFrom([...tokens], weights, sentinels);
    const density = { "[NLU]": [0.15], "[S2S]": [0.25], "[NLG]": [0.15, 0.5] }[mode]!;
    assert.deepEqual(whole.slice(1), [...at.tokens.subarray(0, whole.length - 1)]);
    const share = noise / (whole.length - 1);
    assert.ok(
      density.some((wanted) => Math.abs(share - wanted) <= 1 / (whole.length - 1)),
      `${mode}: ${share}`,
    );
  }
  const short = await drawn(["ba"]);
  const { whole } = (({ tokens, weights }) => restoredFrom([...tokens], weights, sentinels))(
    made(train.spanCorruption(), short),
  );
  assert.deepEqual(
    whole,
    [...short.tokens].filter((_, i) => short.documents![i]! >= 0),
  );
});

test("fill in the middle: the parts are the document but for the suffix's end, which the marks took", async () => {
  const [P, S, M] = ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"].map(id) as [number, number, number];
  const text = "bade gilo ťaýk 🙂 žů něřu na mulore bade";
  const end = tokenizer.endOfText;
  const orders = new Set<string>();
  let cutInTokens = 0;
  for (let seed = 1; seed < 40; seed++) {
    const at = await drawn([text, "ba"], { seed, long: 60 });
    const { tokens, weights } = made(train.fim({ rate: 1 }), at);
    assert.equal(tokens.length, 61);
    const length = at.documents!.indexOf(1) - 1;
    const own = [...tokens].slice(0, length);
    assert.deepEqual(
      [...tokens].slice(length),
      [...at.tokens].slice(length),
      "the end, and a document that is too short",
    );
    assert.equal([...weights].filter(Boolean).length, at.documents!.indexOf(-1) - 1, "all but padding");
    if (own[0] !== P) continue;
    const [s, m] = [own.indexOf(S), own.indexOf(M)];
    const first = s === 1;
    orders.add(first ? "suffix" : "prefix");
    const suffix = own.slice(s + 1, m);
    const before = first ? own.slice(m + 1) : [...own.slice(1, s), ...own.slice(m + 1)];
    const whole = tokenizer.decode([...before, ...suffix]);
    assert.ok(text.startsWith(whole), whole);
    const middle = own.slice(m + 1);
    if (!first && (await tokenizer.encode(tokenizer.decode(before))).length < before.length) cutInTokens++;
    const asked = made(train.fim({ rate: 1, learn: "middle" }), { ...at, rng: rng(seed) });
    assert.deepEqual([...asked.tokens], [...tokens]);
    if (!first) assert.equal([...asked.weights].slice(0, length - 1).filter(Boolean).length, middle.length);
  }
  assert.deepEqual([...orders].sort(), ["prefix", "suffix"]);
  assert.ok(cutInTokens > 3, "cuts lie within tokens");
  assert.ok(end >= 0);
  const letters = [..."abcdefgh"].map((letter) => letter.charCodeAt(0));
  const parts = [letters.slice(0, 3), letters.slice(3, 5), letters.slice(5)] as const;
  const said = (suffixFirst: boolean): string =>
    arranged(parts, { length: 11, marks: [80, 83, 77], suffixFirst })!
      .ids.map((n) => String.fromCharCode(n))
      .join("");
  assert.deepEqual([said(false), said(true)], ["PabcSfghMde", "PSfghMabcde"]);
  const never = await drawn([text]);
  assert.deepEqual([...made(train.fim({ rate: 0 }), never).tokens], [...never.tokens]);
});

test("code-switched text comes first, and the text as it was is learned", async () => {
  const objective = train.codeSwitch({
    pairs: [
      ["bade", "ťaýk"],
      ["GILO", "žů"],
    ],
    rate: 1,
  });
  const at = await drawn(["bade Gilo namu"], { long: 40 });
  const { tokens, weights } = made(objective, at);
  const text = [...tokens];
  const mark = text.indexOf(id("<sep>"));
  assert.equal(tokenizer.decode(text.slice(0, mark)), "ťaýk Žů namu");
  const ids = await tokenizer.encode("bade Gilo namu");
  assert.deepEqual(text.slice(mark + 1, mark + 2 + ids.length), [...ids, tokenizer.endOfText]);
  const learned = Array.from(weights, (weight, i) => (weight ? i : -1)).filter((i) => i >= 0);
  assert.deepEqual(
    learned,
    Array.from({ length: ids.length + 1 }, (_, i) => mark + i),
  );
});

test("a prefix of any length is read from both sides and not learned", async () => {
  const lengths = new Set<number>();
  for (let seed = 1; seed < 60; seed++) {
    const at = await drawn([language("old").train[0]!], { seed });
    const { tokens, weights, prefix } = made(train.prefixLm(), at);
    assert.deepEqual([...tokens], [...at.tokens]);
    assert.deepEqual(
      [...weights],
      Array.from({ length: context }, (_, i) => (i + 1 >= prefix! ? 1 : 0)),
    );
    lengths.add(prefix!);
  }
  assert.ok(lengths.size > 15 && Math.min(...lengths) >= 1 && Math.max(...lengths) <= context);
});

test("documents apart: each begins at the end before it, is read alone and learned from its first token", () => {
  const end = 0;
  const fake = { endOfText: end } as Tokenizer;
  const at = (tokens: number[], documents: number[]): Drawn => ({
    ...{ tokens: Int32Array.from(tokens), documents: Int32Array.from(documents), context: tokens.length - 1 },
    ...{ tokenizer: fake, domain: "old", rng: rng(1), progress: 0 },
  });
  const apart = train.causal({ documents: "apart", positions: "reset" });
  const arrays = (window: Window): Record<string, number[]> =>
    Object.fromEntries(Object.entries(window).map(([name, values]) => [name, Array.from(values as number[])]));
  const whole = arrays(made(apart, at([5, 6, end, 7, 8, end, end], [0, 0, 0, 1, 1, 1, -1])));
  assert.deepEqual(whole.documents, [0, 0, 1, 1, 1, 1]);
  assert.deepEqual(whole.positions, [0, 1, 0, 1, 2, 3]);
  assert.deepEqual(whole.weights, [1, 1, 1, 1, 1, 0]);
  // Cut documents of no end: "a b c | d", where d is not learned after c.
  const cut = arrays(made(apart, at([5, 6, 7, 8], [0, 0, 0, 1])));
  assert.deepEqual(
    [cut.documents, cut.positions, cut.weights],
    [
      [0, 0, 0],
      [0, 1, 2],
      [1, 1, 0],
    ],
  );
  const together = arrays(made(train.causal(), at([5, 6, 7, 8, end], [0, 0, 0, 1, -1])));
  assert.deepEqual(together, { tokens: [5, 6, 7, 8, end], weights: [1, 1, 1, 0] });
});

const recipe = {
  batch: 4,
  context: 16,
  schedule: train.constant({ peak: 3e-3 }),
  cache: false as const,
  evaluateAt: [],
};
const on = { old: language("old"), new: language("new") };

test("packed documents are learned apart; whole batches or parts of them, to rounding the same run", async () => {
  const model = await tinyModel();
  const short = { ...on.old, train: on.old.train.flatMap((text) => text.match(/.{1,13}/g)!) };
  const given = { ...recipe, on: { old: short }, mixture: fixed({ old: 1 }), order: packed(), steps: 4 };
  const objective = train.causal({ documents: "apart", positions: "reset" });
  const whole = await train.continue(model, { ...given, objective });
  const parts = await train.continue(model, { ...given, objective, batch: 1, accumulate: 4 });
  whole.steps.forEach(({ loss, loss_old: own }, i) => {
    assert.ok(Math.abs(loss - parts.steps[i]!.loss) < 2e-5, `update ${i + 1}`);
    assert.ok(Math.abs(loss - own!) < 1e-5);
  });
});

test("mixed: each domain has its objectives, and each its loss in the row, whatever a batch is", async () => {
  const model = await tinyModel();
  const objective = train.mixed({
    of: [
      { objective: train.causal({ documents: "apart" }), on: ["old"] },
      { objective: train.prefixLm(), share: 2, on: ["new"] },
      { objective: train.causal(), on: ["new"] },
    ],
  });
  const given = { ...recipe, on, mixture: fixed({ old: 0.5, new: 0.5 }), steps: 6, objective, batch: 8 };
  const whole = await train.continue(model, given);
  const parts = await train.continue(model, { ...given, batch: 2, accumulate: 4 });
  for (const row of whole.steps) assert.ok(Math.abs(row["loss_of_causal"]! - row["loss_old"]!) < 1e-5);
  for (const name of ["loss_of_prefix-lm", "loss_of_causal_2"])
    assert.ok(
      whole.steps.some((row) => row[name]! > 4 && Math.abs(row[name]! - row["loss_new"]!) > 1e-6),
      name,
    );
  // A window is drawn by its place in its batch, so only what does not depend on that is the same.
  assert.ok(Math.abs(whole.steps[0]!["loss_of_causal"]! - parts.steps[0]!["loss_of_causal"]!) < 1e-5);
  assert.ok(!("partBySequence" in whole.steps[0]!));
});

test("what cannot be is refused in one line", async () => {
  const model = await tinyModel();
  assert.throws(
    () => train.causal({ documents: "alone" as "apart" }),
    /^Error: causal: invalid documents: alone \(toge/,
  );
  assert.throws(() => train.fim({ rate: 2 }), /^Error: fim: invalid rate: 2/);
  assert.throws(
    () => train.fim().check!(model),
    /^Error: fim: invalid sentinels: none \(the tokenizer has not <\|fim_/,
  );
  assert.throws(() => train.fim({ sentinels: ["<P>", 2, 3] }).check!(model), /invalid sentinels: <P> \(no token of/);
  assert.throws(() => train.fim({ sentinels: [2, 2, 3] }).check!(model), /invalid sentinels: 2, 2, 3 \(each another/);
  assert.throws(() => train.spanCorruption({ density: 1 }), /^Error: spanCorruption: invalid density: 1/);
  assert.throws(() => train.ul2({ denoisers: [{ mode: "R", density: 0.5, share: 0 }] }), /ul2: invalid share: 0/);
  assert.throws(() => train.codeSwitch({ pairs: [] }), /^Error: codeSwitch: invalid pairs: none/);
  assert.throws(() => train.mixed({ of: [] }), /^Error: mixed: invalid of: none/);
  assert.throws(
    () => train.mixed({ of: [{ objective: train.kl() }] }),
    /^Error: mixed: invalid objective: kl \(it is not the next token of windows alone\)/,
  );
  const few = train.spanCorruption({ sentinels: [1], density: 0.5, length: 1 });
  const at = await drawn([language("old").train[0]!]);
  assert.throws(() => made(few, at), /^Error: spanCorruption: invalid sentinels: 1 of them \(windows of 24 tokens/);
  const nowhere = train.mixed({ of: [{ objective: train.causal(), on: ["old"] }] });
  await assert.rejects(
    train.continue(model, { ...recipe, on, mixture: fixed({ new: 1 }), steps: 1, objective: nowhere }),
    /mixed: invalid of: none for new/,
  );
  const prompted = { parameters: train.softPrompt({ tokens: 2 }), context: 10, objective: train.prefixLm() };
  await assert.rejects(
    train.continue(model, { ...recipe, on, mixture: fixed({ new: 1 }), steps: 1, ...prompted }),
    /forward: invalid sequences: 2 rows before their tokens/,
  );
});
