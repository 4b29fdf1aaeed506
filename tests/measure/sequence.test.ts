/** A study of many domains in order, orders, and how alike domains are: by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  countsOf,
  featureDistance,
  forgottenByAge,
  gramsOf,
  greedyOrder,
  orderEffect,
  overlap,
  scriptsOf,
  sequence,
  transfer,
} from "../../src/measure/index.js";

const near = (got: number, wanted: number, by = 1e-9): void =>
  assert.ok(Math.abs(got - wanted) < by, `${got} is not ${wanted}`);
const round = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(9)));
const names = ["a", "b", "c"];
const by = (values: number[]): Record<string, number> =>
  Object.fromEntries(names.map((name, i) => [name, -values[i]!]));
// Losses before, and after each stage.
const [start, ...after] = [
  [3.0, 3.6, 4.0],
  [2.1, 3.3, 3.9],
  [2.6, 2.4, 3.7],
  [2.8, 2.7, 2.5],
].map(by);
const study = { stages: names, scores: after, before: start! };

test("what each domain gained, lost and was given: a matrix of losses by hand", () => {
  const { backward, forward } = transfer(study);
  near(backward!, -0.5);
  near(forward!, 0.3);
  const alike = { a: {}, b: { a: 0.2 }, c: { a: 0.7, b: 0.4 } };
  const rows = sequence({ ...study, alone: by([2.1, 2.3, 2.6]), alike });
  near(rows.reduce((sum, { gain }) => sum + gain, 0) / 3, 0.866667, 1e-6);
  near(rows.reduce((sum, { learned }) => sum + learned, 0) / 3, 1.2);
  assert.deepEqual(
    rows.map(({ domain, position, age }) => [domain, position, age]),
    [
      ["a", 1, 2],
      ["b", 2, 1],
      ["c", 3, 0],
    ],
  );
  assert.deepEqual(
    rows.map(({ regret, forgotten, forward, nearest }) => [regret, forgotten, forward, nearest].map(round)),
    [
      [0.7, 0.7, null, null],
      [0.4, 0.3, 0.3, 0.2],
      [-0.1, null, 0.3, 0.7],
    ],
  );
  assert.deepEqual(
    forgottenByAge(rows).map(({ age, forgotten, domains }) => [age, round(forgotten), domains]),
    [
      [1, 0.3, 1],
      [2, 0.7, 1],
    ],
  );
  assert.deepEqual(sequence(study)[1]!.regret, null);
  assert.throws(() => sequence({ ...study, alike: { b: {}, c: {} } }), /sequence: invalid alike.b: nothing of a/);
  assert.throws(() => sequence({ ...study, before: { a: 1, b: 1 } }), /transfer: invalid scores: before has none of c/);
});

test("orders: the variance of what is left at the end, and means by place", () => {
  const other = {
    ...study,
    stages: ["c", "b", "a"],
    scores: [by([2.9, 3.2, 2.4]), by([2.7, 2.2, 2.9]), by([2, 2.6, 3])],
  };
  const { last, mean, variance, positions } = orderEffect({ orders: [study, other] });
  assert.deepEqual(last.map(round), [-2.666666667, -2.533333333]);
  near(mean, -2.6);
  near(variance!, 2 * (1 / 15) ** 2);
  assert.deepEqual(
    positions.map(({ position, learned, forgotten, forward }) => [
      position,
      ...[learned, forgotten, forward].map(round),
    ]),
    [
      [1, 1.25, 0.65, null],
      [2, 1.3, 0.35, 0.35],
      [3, 1.25, null, 0.3],
    ],
  );
  assert.equal(orderEffect({ orders: [study] }).variance, null);
  const odd = { ...study, stages: ["a", "b"], scores: after.slice(0, 2) };
  assert.throws(() => orderEffect({ orders: [study, odd] }), /orderEffect: invalid orders: one of a, b \(the first/);
});

test("a similar and a dissimilar order, greedily", () => {
  const table = [
    [1, 0.8, 0.1, 0.3],
    [0.8, 1, 0.2, 0.4],
    [0.1, 0.2, 1, 0.7],
    [0.3, 0.4, 0.7, 1],
  ];
  const letters = ["p", "q", "r", "s"];
  const alike = Object.fromEntries(
    table.map((row, i) => [letters[i]!, Object.fromEntries(row.map((value, j) => [letters[j]!, value]))]),
  );
  const similar = greedyOrder({ alike, from: "p" });
  assert.deepEqual(similar.order, ["p", "q", "s", "r"]);
  near(similar.path, 1.9);
  const dissimilar = greedyOrder({ alike, from: "p", next: "dissimilar" });
  assert.deepEqual(dissimilar.order, ["p", "r", "q", "s"]);
  near(dissimilar.path, 0.7);
  assert.throws(() => greedyOrder({ alike, from: "t" }), /greedyOrder: invalid from: t \(one of p, q, r, s\)/);
  assert.throws(() => greedyOrder({ alike: { a: {}, b: {} }, from: "a" }), /invalid alike: nothing of a and b/);
});

test("what two texts share, of tokens, scripts and runs of characters", () => {
  const found = overlap({ a: countsOf("aaaaaabbbc"), b: countsOf("aaccdddddd") });
  near(found.types, 0.5);
  near(found.aInB, 0.7);
  near(found.bInA, 0.4);
  near(found.least, 0.3);
  near(found.divergence, 0.537744, 1e-6);
  assert.equal(found.sameFirst, false);
  const apart = overlap({ a: countsOf([1]), b: countsOf([2]) });
  assert.deepEqual(apart, { types: 0, aInB: 0, bInA: 0, least: 0, divergence: 1, cosine: 0, sameFirst: false });
  const itself = overlap({ a: countsOf([1, 2]), b: countsOf([2, 1]) });
  assert.deepEqual([itself.types, itself.divergence], [1, 0]);
  near(itself.cosine, 1);
  assert.throws(() => overlap({ a: countsOf([]), b: countsOf([1]) }), /overlap: invalid a: nothing is counted/);
  assert.deepEqual([...scriptsOf(["Ab, 12 д", "ж"])].sort(), [
    ["Cyrillic", 2],
    ["Latin", 2],
  ]);
  assert.deepEqual(
    [...gramsOf({ texts: ["A  b", "a"], n: 2 })],
    [
      [" a", 2],
      ["a ", 2],
      [" b", 1],
      ["b ", 1],
    ],
  );
});

test("features that nobody knows are no features that are not there", () => {
  const { distance, known } = featureDistance({ a: [1, 0, 1, null, 1, 0], b: [1, 1, 1, 0, null, 0] });
  near(distance!, 0.183503, 1e-6);
  near(known, 4 / 6);
  assert.deepEqual(featureDistance({ a: [null], b: [1] }), { distance: null, known: 0 });
});
