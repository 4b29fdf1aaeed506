/** States by layer, the logit lens and neurons that fire: against transformers where it is here, and what has to hold without it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { save } from "../../src/model/index.js";
import { fresh } from "../../src/train/pretrain.js";
import { attentionMaps, firingOf, logitLens, statesOf, tokenLosses, tunedLens } from "../../src/train/index.js";
import { lacks } from "../../src/train/inside/logit-lens.js";
import { newTranslators } from "../../src/train/inside/translators.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel } from "../../src/types.js";
import { readable, train as trainTokenizer } from "../../src/vocab/index.js";
import { engineOn } from "../engine/support.js";
import { oracle, pythonHas } from "../python.js";
import { folder } from "./tiny.js";

const dir = folder();
const texts = ["the cat sat", "a dog", "the dog sat on the mat and the cat on the log", "log"];
const made: Record<string, LanguageModel> = {};

before(async () => {
  const tokenizer = await trainTokenizer({ texts, size: 280 });
  const shape = { width: 16, layers: 3, heads: 2, kvHeads: 2, ffn: 32, context: 24 };
  for (const architecture of [undefined, "gpt2", "phi3", "smollm3"] as const) {
    const model = fresh({
      size: "nano",
      tokenizer,
      seed: 3,
      config: { ...shape, ...(architecture && { architecture }) },
    });
    // Larger than at a start, where every layer does next to nothing.
    const weights = Object.fromEntries(
      Object.entries(model.weights).map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map((value) => (shape.length > 1 ? 12 * value : value)) },
      ]),
    );
    made[architecture ?? "llama"] = { ...model, weights };
  }
});

const near = (got: ArrayLike<number>, wanted: ArrayLike<number>, by = 1e-4): void => {
  assert.equal(got.length, wanted.length);
  for (let i = 0; i < got.length; i++)
    assert.ok(Math.abs(got[i]! - wanted[i]!) < by, `${i}: ${got[i]}, not ${wanted[i]}`);
};
const engine = engineOn("cpu");

test("a text's states are the same alone and among longer ones; a mean is that of its tokens; what is cut is counted", async () => {
  const model = made.llama!;
  const [all, alone, tokens] = [
    await statesOf(model, { texts, batch: 3, engine: await engine }),
    await statesOf(model, { texts: [texts[1]!], engine: await engine }),
    await statesOf(model, { texts, layers: [3, 1], pool: "tokens", engine: await engine }),
  ];
  assert.deepEqual(
    all.layers.map(({ layer, states }) => [layer, states.shape]),
    [0, 1, 2, 3].map((layer) => [layer, [4, 16]]),
  );
  assert.deepEqual(
    tokens.layers.map(({ layer }) => layer),
    [1, 3],
  );
  all.layers.forEach(({ states }, l) => near(states.data.subarray(16, 32), alone.layers[l]!.states.data, 1e-5));
  const [first, second] = [all.tokens[0]!, all.tokens[1]!];
  const own = tokens.layers[1]!.states.data.subarray(first * 16, (first + second) * 16);
  const mean = Array.from({ length: 16 }, (_, j) =>
    own.reduce((sum, v, i) => (i % 16 === j ? sum + v / second : sum), 0),
  );
  near(all.layers[3]!.states.data.subarray(16, 32), mean, 1e-5);
  assert.equal(all.cut, 0);
  assert.equal((await statesOf(model, { texts: [texts.join(" ").repeat(3)], engine: await engine })).cut, 1);
});

test("the lens at the last layer is the model; groups of all ids have all of the mass", async () => {
  const model = made.llama!;
  const everything = Array.from({ length: model.config.vocabSize }, (_, id) => id);
  const rows = await logitLens(model, { texts, groups: { everything, nothing: [] }, engine: await engine });
  const last = rows.at(-1)!;
  assert.deepEqual([last.layer, last.kl, last.agrees, last.first], [3, 0, 1, { everything: 1, nothing: 0 }]);
  assert.ok(rows.slice(0, -1).every(({ kl }) => kl > 0.01));
  near(
    rows.map(({ mass }) => mass.everything!),
    [1, 1, 1, 1],
    1e-5,
  );
  const without = await logitLens(model, { texts, before: [], engine: await engine });
  assert.equal(without[0]!.positions, last.positions - texts.length);
});

test("how often neurons fire is counted over the tokens of the texts alone", async () => {
  const model = made.gpt2!;
  const of = async (some: string[]): ReturnType<typeof firingOf> =>
    firingOf(model, { texts: some, engine: await engine });
  const [all, ...each] = await Promise.all([of(texts), ...texts.map((text) => of([text]))]);
  assert.ok(all.shares.data.some((share) => share > 0 && share < 1));
  const expected = all.shares.data.map((_, n) =>
    each.reduce((sum, { shares, tokens }) => sum + (shares.data[n]! * tokens) / all.tokens, 0),
  );
  near(all.shares.data, expected, 1e-9);
});

test("a row of an attention map sums to 1 and sees nothing after its token", async () => {
  const { tokens, texts, layers } = await attentionMaps(made.llama!, {
    text: "the cat sat",
    layers: [2],
    engine: await engine,
  });
  const time = tokens.length;
  assert.deepEqual([texts.length, texts.slice(1).join("")], [time, "the cat sat"]);
  assert.deepEqual(
    layers.map(({ layer, weights }) => [layer, weights.shape]),
    [[2, [2, time, time]]],
  );
  const { data } = layers[0]!.weights;
  for (let row = 0; row < 2 * time; row++) {
    const own = data.subarray(row * time, (row + 1) * time);
    near([own.reduce((a, b) => a + b, 0)], [1], 1e-5);
    assert.ok(own.subarray((row % time) + 1).every((weight) => weight === 0));
  }
  await assert.rejects(
    attentionMaps(made.llama!, { text: "a", layers: [0] }),
    /attentionMaps: invalid layers: 0 \(1 to 3\)/,
  );
});

test("the losses of tokens are those that the lens has at the last layer; their tokens are the text", async () => {
  const on = await engine;
  for (const before of [undefined, []]) {
    const rows = await tokenLosses(made.llama!, { texts, before, batch: 3, engine: on });
    const last = (await logitLens(made.llama!, { texts, before, engine: on })).at(-1)!;
    assert.equal(rows.length, last.positions);
    near([(rows.reduce((sum, { bits }) => sum + bits, 0) * Math.LN2) / rows.length], [last.loss]);
    const own = rows.filter(({ text }) => text === 2);
    const first = before ? 1 : 0;
    assert.deepEqual(
      own.map(({ position }) => position),
      own.map((_, i) => i + first),
    );
    const read = own.map(({ token }) => token).join("");
    assert.equal(before ? texts[2]!.endsWith(read) : read, before ? true : texts[2]);
    assert.equal(
      own.reduce((sum, { bytes }) => sum + bytes, 0),
      read.length,
    );
  }
  assert.equal(readable({ bytesOf: () => Uint8Array.of(0xe2, 0x82) }, 0), "\\xe2\\x82");
});

test("what cannot be read is said", async () => {
  const model = made.llama!;
  await assert.rejects(statesOf(model, { texts: [] }), /statesOf: invalid texts: none/);
  await assert.rejects(statesOf(model, { texts: ["a", ""] }), /statesOf: invalid texts: number 1 has no tokens/);
  await assert.rejects(
    statesOf(model, { texts, layers: [4] }),
    /statesOf: invalid layers: 4 \(0, the embeddings, to 3/,
  );
  await assert.rejects(statesOf(model, { texts, before: Array<number>(24).fill(0) }), /invalid before: 24 ids/);
  await assert.rejects(logitLens(model, { texts, groups: { x: [999] } }), /logitLens: invalid groups: id 999 of x/);
  await assert.rejects(logitLens(model, { texts, before: [999] }), /logitLens: invalid id: 999/);
});

test("a tuned lens of zeros is the logit lens; a tuned one reads more, the same each time, and the model is as it was", async () => {
  const model = made.llama!;
  const asked = { texts, engine: await engine };
  const plain = await logitLens(model, asked);
  for (const rank of ["full", 2] as const) {
    const lens = newTranslators({ layers: [0, 1, 2], width: 16, rank, rng: rng(1) });
    assert.deepEqual(await logitLens(model, { ...asked, lens }), plain);
  }
  const tuning = { ...asked, steps: 12, batch: 2, learningRate: 0.02 };
  const lens = await tunedLens(model, { ...tuning, rank: 4 });
  assert.deepEqual(await tunedLens(model, { ...tuning, rank: 4 }), lens);
  const read = await logitLens(model, { ...asked, lens });
  for (const layer of [0, 1, 2]) assert.ok(read[layer]!.kl < plain[layer]!.kl, `layer ${layer}`);
  assert.deepEqual(read[3], plain[3]);
  const one = await tunedLens(model, { ...tuning, layers: [1], steps: 2 });
  assert.deepEqual(
    [one.layers, Object.keys(one.weights), one.steps.length],
    [[1], ["lens.1.matrix", "lens.1.bias"], 2],
  );
  await assert.rejects(tunedLens(model, { ...tuning, rank: 17 }), /^Error: tunedLens: invalid rank: 17 \(1 to 16/);
  await assert.rejects(
    tunedLens(model, { ...tuning, layers: [3] }),
    /^Error: tunedLens: invalid layers: 3 \(one below/,
  );
  const wide = newTranslators({ layers: [0], width: 8, rank: 1, rng: rng(1) });
  await assert.rejects(
    logitLens(model, { ...asked, lens: wide }),
    /^Error: logitLens: invalid lens: layer 0, width 8 \(/,
  );
});

test("the divergence of a lens by hand", async () => {
  await tf.setBackend("cpu");
  const [final, layer] = [
    [3, 1, 0],
    [2, 1, 0],
  ].map((logits) => tf.logSoftmax(tf.tensor2d([logits])));
  near([lacks(final!, layer!).dataSync()[0]!], [0.081555], 1e-6);
  near([lacks(layer!, final!).dataSync()[0]!], [0.096999], 1e-6);
});

interface Answer {
  /** By update. */
  tuned: number[];
  /** By layer. */
  firing: number[][];
  /** By text, then layer. */
  mean: number[][][];
  last: number[][][];
  tokens: number[][][][];
  /** By text, layer, head, row. */
  attention: number[][][][][];
  lens: Record<"kl" | "loss" | "rank" | "agrees" | "mass" | "first", number[]>[][];
}

const python = pythonHas("torch", "transformers");
test(
  "the states and the lens of transformers",
  { skip: !python && "python3 with torch and transformers is not here" },
  async () => {
    const names = Object.keys(made);
    const folders = names.map((name) => join(dir, name));
    names.forEach((name, i) => save({ model: made[name]!, dir: folders[i]! }));
    const { tokenizer } = made.llama!;
    const ids = (await tokenizer.encodeBatch(texts)).map((own) => [tokenizer.endOfText, ...own]);
    const script = join(__dirname, "..", "golden", "states.py");
    const said = execFileSync("python3", [oracle, script, JSON.stringify(ids), ...folders], {
      encoding: "utf8",
      stdio: "pipe",
    });
    const answers = said
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Answer);
    for (const [i, name] of names.entries()) await compare(made[name]!, answers[i]!);
  },
);

async function compare(model: LanguageModel, answer: Answer): Promise<void> {
  const [mean, last, tokens] = [
    await statesOf(model, { texts, batch: 3, engine: await engine }),
    await statesOf(model, { texts, pool: "last", finalNorm: true, engine: await engine }),
    await statesOf(model, { texts, pool: "tokens", engine: await engine }),
  ];
  for (let layer = 0; layer <= 3; layer++) {
    near(
      mean.layers[layer]!.states.data,
      answer.mean.flatMap((text) => text[layer]!),
    );
    near(
      last.layers[layer]!.states.data,
      answer.last.flatMap((text) => text[layer]!),
    );
    near(
      tokens.layers[layer]!.states.data,
      answer.tokens.flatMap((text) => text[layer]!.flat()),
    );
  }
  const tuned = await tunedLens(model, { texts, steps: 8, learningRate: 1e-2, engine: await engine });
  near(
    tuned.steps.map(({ kl }) => kl),
    answer.tuned,
  );
  const maps = await attentionMaps(model, { text: texts[2]!, engine: await engine });
  assert.equal(maps.layers.length, 3);
  maps.layers.forEach(({ weights }, l) => near(weights.data, answer.attention[2]![l]!.flat(2)));
  const { shares, tokens: counted } = await firingOf(model, { texts, batch: 3, engine: await engine });
  assert.deepEqual([shares.shape, counted], [[3, 32], mean.tokens.reduce((a, b) => a + b, 0)]);
  near(shares.data, answer.firing.flat(), 1e-9);
  const groups = { low: Array.from({ length: 100 }, (_, id) => id) };
  for (const row of await logitLens(model, { texts, groups, batch: 3, engine: await engine })) {
    const of = (key: keyof Answer["lens"][number][number]): number[] =>
      answer.lens.flatMap((text) => text[row.layer]![key]).map(Number);
    const average = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const ranks = of("rank").sort((a, b) => a - b);
    assert.equal(row.positions, ranks.length);
    near(
      [row.kl, row.loss, row.agrees, row.mass.low!, row.first.low!],
      (["kl", "loss", "agrees", "mass", "first"] as const).map((key) => average(of(key))),
    );
    assert.equal(row.rank, ranks[Math.floor((ranks.length - 1) / 2)]);
  }
}
