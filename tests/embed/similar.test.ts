/** Initialisers that mix old rows by similarity, against NumPy and SciPy, and the properties that their algebra has. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../property.js";
import { clp, clpPlus, shares } from "../../src/embed/clp.js";
import { meanOfNearestAnchors } from "../../src/embed/mean-of-nearest.js";
import { focus, focusFallback } from "../../src/embed/focus.js";
import { gather, initialisers, inMemory } from "../../src/embed/index.js";
import { matmul } from "../../src/embed/matmul.js";
import { meanOfNearest, nearest, softmaxOfNearest } from "../../src/embed/nearest.js";
import { ofa } from "../../src/embed/ofa.js";
import { ramenAligned, ramenFallback, ramenSimilar } from "../../src/embed/ramen.js";
import { sparsemax } from "../../src/embed/sparsemax.js";
import { alignWords } from "../../src/embed/token-vectors.js";
import { wechsel } from "../../src/embed/wechsel.js";
import type { Growing, Initialise } from "../../src/embed/types.js";
import { dense, golden, growingOf, live, matrix, noScipy, random, tokenizerOf, wordVectors } from "./similar.js";

const { anchors, toy, words } = golden;

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++)
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= tolerance, `${i}: ${actual[i]} is not ${expected[i]}`);
}
async function rowsBy(initialise: Initialise, growing: Growing): Promise<Float32Array> {
  const rows = new Float32Array(growing.newIds.length * growing.mean.length);
  await initialise(growing, rows);
  return rows;
}
/** Tokens with the vectors of the toy: three old ones and a new one. */
const toyGrowing = (): Growing => growingOf(matrix(toy.rows), 4, { tokenVectors: matrix([...toy.old, ...toy.new]) });
const anchored = (missed: number[] = []): Growing =>
  growingOf(matrix(anchors.table), 17, { tokenVectors: matrix(anchors.vectors) }, { missed });
function worded(missed: number[] = []): Growing {
  const evidence = {
    words: { base: wordVectors(words.base), target: wordVectors(words.target) },
    dictionary: words.dictionary,
  };
  return growingOf(matrix(words.table), 36, evidence, { words, missed });
}
const cosinesOfToy = [0.6, 0.8, -0.6];

test("sparsemax: the goldens", () => {
  for (const { scores, weights } of golden.sparsemax) close(dense(sparsemax(scores), scores.length), weights, 1e-9);
  close(sparsemax([0.9, 0.5, -0.2]).weights, [0.7, 0.3], 1e-9);
  assert.throws(() => sparsemax([]), /^Error: sparsemax: invalid scores: none$/);
});

test("sparsemax: on the simplex, and the nearest point of it, whatever the scores", () => {
  const score = fc.double({ min: -20, max: 20, noNaN: true });
  const tied = fc.constantFrom(-1, 0, 0.25, 0.5, 1);
  fc.assert(
    fc.property(fc.array(fc.oneof(score, tied), { minLength: 1, maxLength: 60 }), (scores) => {
      const weights = dense(sparsemax(scores), scores.length);
      assert.ok(weights.every((weight) => weight >= 0));
      assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-9);
      // The optimality condition: score − weight is one number τ where the weight is positive, and none is above τ elsewhere.
      const gaps = scores.map((value, i) => value - weights[i]!);
      const threshold = Math.max(...gaps.filter((_, i) => weights[i]! > 0));
      gaps.forEach((gap, i) => assert.ok(weights[i]! > 0 ? Math.abs(gap - threshold) < 1e-9 : gap <= threshold + 1e-9));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("sparsemax: live against the sorting definition", { skip: noScipy }, () => {
  const asked = [3, 400, 3000].map((count) => Array.from(random(count, 1, count).data, (value) => value / 8));
  const theirs = live<{ sparsemax: number[][] }>({ sparsemax: asked }).sparsemax;
  asked.forEach((scores, n) => close(dense(sparsemax(scores), scores.length), theirs[n]!, 1e-9));
});

test("nearest: as a stable sort has it", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 }), fc.nat(12), (scores, k) => {
      const sorted = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b);
      assert.deepEqual([...nearest(scores, k)], sorted.slice(0, k));
    }),
    { seed: 2 },
  );
  assert.deepEqual([...meanOfNearest([1, 3, 2], 2).weights], [0.5, 0.5]);
  assert.deepEqual([...meanOfNearest([1, 3], 5).at], [1, 0]);
});

test("the worked example: weights to 1e-9, rows as exactly as a float32 can say them", async () => {
  close(dense(sparsemax(cosinesOfToy), 3), [0.4, 0.6, 0], 1e-9);
  close(dense(shares(cosinesOfToy), 3), toy.clp.weights, 1e-9);
  for (const { k, weights } of toy.wechsel) close(dense(softmaxOfNearest(cosinesOfToy, k, 0.1), 3), weights, 1e-9);
  assert.deepEqual([...softmaxOfNearest(cosinesOfToy, 2, 0.1).at], [1, 0]);
  close(await rowsBy(focus, toyGrowing()), [2.8, 3.8, 4.8], 1e-6);
  const helper = { table: matrix([...toy.old, ...toy.new]), tokenizer: tokenizerOf(4) };
  const helped = { ...toyGrowing(), evidence: { helper } };
  close(await rowsBy(clp, helped), toy.clp.row, 2e-6);
  close(await rowsBy(clpPlus, helped), [2.8, 3.8, 4.8], 1e-6);
});

test("FOCUS, CLP and the mean of the closest: whole tables against NumPy; a token without a vector is missed", async () => {
  for (const [initialise, expected] of [
    [focus, anchors.focus],
    [meanOfNearestAnchors, anchors.closest],
  ] as const) {
    const missed: number[] = [];
    const rows = await rowsBy(initialise, anchored(missed));
    close(rows.subarray(0, 32), expected.flat(), 1e-5);
    assert.deepEqual(missed, [4]);
    assert.ok(rows.subarray(32).every((value) => value === 0));
  }
  const helper = { table: matrix(anchors.vectors), tokenizer: tokenizerOf(17) };
  const missed: number[] = [];
  const rows = await rowsBy(clp, { ...anchored(missed), evidence: { helper } });
  expectScaled(rows.subarray(0, 32), anchors.clp.flat());
  assert.deepEqual(missed, [4]);

  /** CLP divides by a sum that may be small: errors are relative to the row. */
  function expectScaled(actual: Float32Array, expected: number[]): void {
    close(actual, expected, 1e-5 * Math.max(...expected.map(Math.abs)));
  }
});

test("FOCUS' fallback has the old rows' deviation over n − 1, the one of WECHSEL over n", async () => {
  const growing = { ...anchored(), newIds: Int32Array.from({ length: 4000 }, (_, n) => 12 + n) };
  for (const [fallback, expected] of [
    [focusFallback, anchors.deviation.ddof1],
    [initialisers.wechsel.fallback!, anchors.deviation.ddof0],
  ] as const) {
    const rows = new Float32Array(4000 * 8);
    await fallback(growing, rows);
    const again = new Float32Array(4000 * 8);
    await fallback(growing, again);
    assert.deepEqual(rows, again);
    expected.forEach((deviation, j) => {
      const column = Array.from({ length: 4000 }, (_, n) => rows[n * 8 + j]! - growing.mean[j]!);
      const found = Math.sqrt(column.reduce((sum, value) => sum + value ** 2, 0) / 4000);
      // Twelve rows: the two deviations are 4.4 % apart; the draws repeat, so this cannot waver.
      assert.ok(Math.abs(found / deviation - 1) < 0.035, `${j}: ${found} for ${deviation}`);
    });
  }
});

test("WECHSEL, OFA and RAMEN by similarity: words, dictionary and table in, rows as NumPy and SciPy make them", async () => {
  const compare = async (initialise: Initialise, expected: { ids: number[]; missed: number[] }, rows: number[][]) => {
    const missed: number[] = [];
    const made = await rowsBy(initialise, worded(missed));
    expected.ids.forEach((id, n) => close(made.subarray((id - 30) * 8, (id - 29) * 8), rows[n]!, 2e-5));
    assert.deepEqual(
      missed.map((n) => n + 30),
      expected.missed,
    );
  };
  await compare(wechsel, words.wechsel, words.wechsel.rows);
  await compare(ramenSimilar, words.wechsel, words.ramen.rows);
  await compare(ofa({ rank: 3 }).initialise, words.ofa, words.ofa.rank3);
  await compare(ofa({ rank: 8 }).initialise, words.ofa, words.ofa.rank8);
  await compare(ofa().initialise, words.ofa, words.ofa.rank8);
});

test("OFA at full rank is linear: mixing coordinates is mixing rows", async () => {
  const growing = worded();
  const { shape, data } = matrix(words.table);
  const twice = { shape, data: data.map((value) => 2 * value) };
  const doubled = { ...growing, table: inMemory(twice) };
  const [one, two] = [await rowsBy(ofa({ rank: 8 }).initialise, growing), await rowsBy(ofa().initialise, doubled)];
  close(
    two,
    Array.from(one, (value) => 2 * value),
    1e-5,
  );
  await assert.rejects(rowsBy(ofa({ rank: 0 }).initialise, growing), /^RangeError: singular: invalid rank: 0 \(from 1/);
});

test("OFA's fallback draws coordinates with the mean and deviation that the left singular vectors have", async () => {
  const growing = { ...worded(), newIds: Int32Array.from({ length: 6000 }, (_, n) => 30 + n) };
  const rows = new Float32Array(6000 * 8);
  await ofa({ rank: 3 }).fallback(growing, rows);
  const { factorise } = await import("../../src/embed/svd.js");
  const { coordinates, primitives } = await factorise({ table: matrix(words.table), rank: 3 });
  for (let k = 0; k < 3; k++) {
    const column = Array.from({ length: 30 }, (_, n) => coordinates.data[n * 3 + k]!);
    const mean = column.reduce((sum, value) => sum + value, 0) / 30;
    const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 30);
    const direction = primitives.data.subarray(k * 8, (k + 1) * 8);
    const square = direction.reduce((sum, value) => sum + value * value, 0);
    const drawn = Array.from(
      { length: 6000 },
      (_, n) => direction.reduce((sum, value, j) => sum + value * rows[n * 8 + j]!, 0) / square,
    );
    const centre = drawn.reduce((sum, value) => sum + value, 0) / 6000;
    const spread = Math.sqrt(drawn.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 6000);
    assert.ok(Math.abs(centre - mean) < (4 * deviation) / Math.sqrt(6000), `mean of coordinate ${k}`);
    assert.ok(Math.abs(spread / deviation - 1) < 0.04, `deviation of coordinate ${k}`);
  }
});

test("RAMEN from alignments: p(e|f) mixes, links with untrained tokens do not count, the rest is drawn with 1/√width", async () => {
  const missed: number[] = [];
  const table = matrix([...toy.rows, [9, 9, 9]]);
  const alignment: [number, number, number][] = [
    [4, 0, 3],
    [4, 1, 1],
    [5, 3, 8],
    [6, 2, 0],
  ];
  const growing = { ...growingOf(table, 7, { alignment }, { missed }), oldIds: Int32Array.of(0, 1, 2) };
  const rows = await rowsBy(ramenAligned, growing);
  assert.deepEqual([...rows.subarray(0, 3)], [1.75, 2.75, 3.75]);
  assert.deepEqual(missed, [1, 2]);
  const drawn = new Float32Array(3000);
  await ramenFallback(growing, drawn);
  const square = drawn.reduce((sum, value) => sum + value ** 2, 0) / 3000;
  assert.ok(Math.abs(square * 3 - 1) < 0.1);
  const bad = { ...growing, evidence: { alignment: [[4, 0, Number.NaN]] as [number, number, number][] } };
  await assert.rejects(
    async () => ramenAligned(bad, rows),
    /^RangeError: ramen-alignment: invalid alignment: NaN links of 4 with 0$/,
  );
});

test("convex ones never let a new token outrank every old one; CLP does in about half of all draws", async () => {
  const helper = { table: matrix([...toy.old, ...toy.new]), tokenizer: tokenizerOf(4) };
  const outranks = (table: Float32Array, row: Float32Array, width: number, h: number[]): boolean => {
    const logit = (of: Float32Array): number => of.reduce((sum, value, j) => sum + value * h[j]!, 0);
    let best = -Infinity;
    for (let at = 0; at < table.length; at += width) best = Math.max(best, logit(table.subarray(at, at + width)));
    return logit(row) > best + 1e-4;
  };
  const onToy = { ...toyGrowing(), evidence: { ...toyGrowing().evidence, helper } };
  const alignment = [
    [30, 1, 2],
    [31, 4, 1],
    [31, 5, 5],
    [33, 0, 1],
  ] as [number, number, number][];
  const cases: [string, Initialise, Growing][] = [
    ["focus", focus, anchored()],
    ["mean-of-closest", meanOfNearestAnchors, anchored()],
    ["clp-plus", clpPlus, onToy],
    ["clp", clp, onToy],
    ["wechsel", wechsel, worded()],
    ["ofa at full rank", ofa().initialise, worded()],
    ["ramen-similarity", ramenSimilar, worded()],
    ["ramen-alignment", ramenAligned, { ...worded(), evidence: { alignment } }],
  ];
  for (const [name, initialise, growing] of cases) {
    const width = growing.mean.length;
    const missed = new Set<number>();
    const rows = await rowsBy(initialise, { ...growing, miss: (n) => void missed.add(n) });
    const draws = random(5, 2000, width).data;
    let broken = 0;
    for (let draw = 0; draw < 2000; draw++) {
      const h = [...draws.subarray(draw * width, (draw + 1) * width)];
      for (let n = 0; n < growing.newIds.length; n++)
        if (
          !missed.has(n) &&
          outranks(gather(growing.table, growing.oldIds).data, rows.subarray(n * width, (n + 1) * width), width, h)
        ) {
          broken++;
          break;
        }
    }
    if (name === "clp") assert.ok(broken > 600 && broken < 1400, `clp: ${broken} of 2000`);
    else assert.equal(broken, 0, name);
  }
});

test("alignWords: a turned space is turned back", async () => {
  const names = Array.from({ length: 40 }, (_, n) => `w${n}`);
  const target = { words: names, counts: names.map(() => 1), vectors: random(3, 40, 5) };
  const turned = new Float32Array(200);
  for (let n = 0; n < 40; n++)
    for (let j = 0; j < 5; j++) turned[n * 5 + ((j + 2) % 5)] = (j === 1 ? -1 : 1) * target.vectors.data[n * 5 + j]!;
  const base = { ...target, vectors: { shape: [40, 5], data: turned } };
  const dictionary = names.slice(0, 12).map((name) => [name, name] as const);
  const aligned = await alignWords({ base, target, dictionary });
  close(aligned.vectors.data, target.vectors.data, 1e-5);
  await assert.rejects(
    alignWords({ base, target, dictionary: [["x", "w1"]] }),
    /^Error: alignWords: invalid dictionary: none of its 1 pairs has vectors of both words$/,
  );
});

test("what is missing or does not fit is one line that says what to bring", async () => {
  const bare = { ...anchored(), evidence: {} };
  await assert.rejects(rowsBy(focus, bare), /^Error: focus: invalid evidence: no tokenVectors \(train\.tokenVectors\(/);
  await assert.rejects(rowsBy(clp, bare), /^Error: clp: invalid evidence: no helper \(/);
  await assert.rejects(rowsBy(wechsel, bare), /^Error: wechsel: invalid evidence: no words \(/);
  const noDictionary = { ...worded(), evidence: { words: worded().evidence.words! } };
  await assert.rejects(rowsBy(ofa().initialise, noDictionary), /^Error: ofa: invalid evidence: no dictionary \(/);
  const short = { ...anchored(), evidence: { tokenVectors: random(1, 9, 4) } };
  await assert.rejects(
    rowsBy(focus, short),
    /^Error: focus: invalid tokenVectors: \[9,4\] \(a row for each of 17 ids\)$/,
  );
  const empty = { ...anchored(), evidence: { tokenVectors: { shape: [17, 2], data: new Float32Array(34) } } };
  await assert.rejects(rowsBy(focus, empty), /^Error: focus: invalid tokenVectors: no shared token has one/);
  await assert.rejects(
    matmul(random(1, 2, 3), random(1, 2, 4)),
    /^Error: matmul: invalid shapes: \[2,3\] and \[2,4\] \(equal row lengths\)$/,
  );
  assert.throws(
    () => shares([0.5, -0.5]),
    /^Error: clp: invalid cosines: they add to 0 \(clp-plus needs no such sum\)$/,
  );
});
