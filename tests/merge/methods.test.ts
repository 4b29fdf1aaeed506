/** Ways to merge one tensor: against NumPy, against numbers of mergekit's own functions, and what must hold of each. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  chatVector,
  dareLinear,
  type MergeMethod,
  methods,
  modelStock,
  slerp,
  taskArithmetic,
  ties,
  linear,
} from "../../src/merge/index.js";
import type { Written } from "../../src/registry.js";
import { makeOf } from "../../src/registry.js";
import { rng } from "../../src/rng.js";
import { near } from "./near.js";
import { masked, mergeOne } from "./one-tensor.js";

interface Case {
  method: string;
  options: { masks?: number[][]; [name: string]: unknown };
  base: number[] | null;
  models: number[][];
  merged: number[];
}

test("each method's reference values", () => {
  const cases = JSON.parse(readFileSync(join(__dirname, "..", "golden", "merge", "merge.json"), "utf8")) as Case[];
  const named = new Set(cases.map(({ method }) => method));
  // ElChat is one of these in every layer; whole models are compared in merge.test.ts.
  assert.deepEqual([...named, "elchat"].sort(), Object.keys(methods).sort());
  for (const { method, options, base, models, merged } of cases) {
    const { masks, ...rest } = options;
    const made = makeOf<MergeMethod>(methods, { name: method, ...rest } as Written);
    const ours = mergeOne({ method: made, models, base, rng: masks ? masked(masks) : rng(1) });
    near(ours, merged, `${method} ${JSON.stringify(rest)}`);
  }
});

test("numbers of mergekit's own functions", () => {
  const base = [1, 2, -1, 0.5, 0, -2];
  const m1 = [1.5, 1.8, -0.95, 1.4, -0.4, -1.99];
  const m2 = [0.9, 1.7, -0.4, 1.3, 0.7, -1.98];
  const both = [m1, m2];
  const known: [string, number[], Parameters<typeof mergeOne>[0]][] = [
    ["linear", [1.08, 1.73, -0.565, 1.33, 0.37, -1.983], { method: linear({ weights: [0.3, 0.7] }), models: both }],
    [
      "slerp",
      [1.341064, 1.79985, -0.797086, 1.393053, -0.068682, -2.020743],
      { method: slerp({ t: 0.3 }), models: both },
    ],
    [
      "task arithmetic",
      [1.2, 1.75, -0.675, 1.35, 0.15, -1.985],
      { method: taskArithmetic({ scale: 0.5 }), base, models: both },
    ],
    ["ties", [1.5, 2, -0.4, 1.35, 0.7, -2], { method: ties({ density: 0.5 }), base, models: both }],
    [
      "ties, weighted",
      [1.5, 2, -0.4, 1.33, 0.7, -2],
      { method: ties({ density: 0.5, weights: [0.3, 0.7] }), base, models: both },
    ],
    [
      "ties, a sum",
      [1.5, 2, -0.4, 2.2, 0.7, -2],
      { method: ties({ density: 0.5, normalize: false }), base, models: both },
    ],
    [
      "dare",
      [1.75, 2, -0.925, 0.5, -0.6, -1.985],
      { method: dareLinear({ density: 2 / 3 }), base, models: [m1], rng: masked([[1, 0, 1, 0, 1, 1]]) },
    ],
    [
      "model stock",
      [1.101241, 1.873449, -0.835483, 0.930275, 0.075931, -1.992407],
      { method: modelStock(), base, models: both },
    ],
  ];
  for (const [name, merged, request] of known) near(mergeOne(request), merged, name);
});

test("between unit vectors slerp keeps the length and divides the angle", () => {
  const draw = rng(1);
  for (let round = 0; round < 50; round++) {
    const unit = (): number[] => {
      const values = Array.from({ length: 6 }, () => draw.normal());
      return values.map((value) => value / Math.hypot(...values));
    };
    const dot = (x: number[], y: number[]): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
    const [a, b, t] = [unit(), unit(), draw.uniform()];
    const m = mergeOne({ method: slerp({ t }), models: [a, b] });
    assert.ok(Math.abs(dot(m, m) - 1) < 1e-5);
    const angle = (x: number[], y: number[]): number => Math.acos(Math.min(1, dot(x, y)));
    assert.ok(Math.abs(angle(a, m) - t * angle(a, b)) < 1e-3);
    near(mergeOne({ method: slerp({ t: 1 - t }), models: [b, a] }), m, "the other way round");
  }
});

test("deltas however short have a direction; those that oppose each other, or are none, give the base", () => {
  const base = [1, -2, 4];
  const stock = (...deltas: number[][]): number[] =>
    mergeOne({ method: modelStock(), base, models: deltas.map((delta) => delta.map((value, i) => base[i]! + value)) });
  const far = stock([1, 0, 1], [1, 1, 0]);
  const close = stock([2 ** -12, 0, 2 ** -12], [2 ** -12, 2 ** -12, 0]);
  near(
    close.map((value, i) => (value - base[i]!) * 2 ** 12),
    far.map((value, i) => value - base[i]!),
    "scaled",
    1e-2,
  );
  assert.deepEqual(stock([1, 0, 0], [-1, 0, 0]), base);
  assert.deepEqual(stock([0, 0, 0], [0, 0, 0]), base);
});

test("TIES keeps the first of equal ones, at least one number, and is exact across pieces", () => {
  const zeros = [0, 0, 0, 0, 0];
  const keep = (density: number, model: number[]): number[] =>
    mergeOne({ method: ties({ density }), base: zeros, models: [model] });
  assert.deepEqual(keep(0.4, [1, -1, 1, 1, 1]), [1, -1, 0, 0, 0]);
  assert.deepEqual(keep(0.6, [3, 1, 1, -2, 1]), [3, 1, 0, -2, 0]);
  assert.deepEqual(keep(0, [1, 5, 2, 3, -5]), [0, 5, 0, 0, 0]);
  assert.deepEqual(keep(1, [0, 5, 0, 3, -5]), [0, 5, 0, 3, -5]);
  const draw = rng(2);
  const size = 300_000;
  const model = Float32Array.from({ length: size }, () => Math.round(draw.normal() * 1000) / 1000);
  const order = Array.from(model.keys()).sort((a, b) => Math.abs(model[b]!) - Math.abs(model[a]!) || a - b);
  const kept = new Float32Array(size);
  for (const i of order.slice(0, size * 0.2)) kept[i] = model[i]!;
  assert.deepEqual(
    Float32Array.from(mergeOne({ method: ties(), base: new Float32Array(size), models: [model] })),
    kept,
  );
});

test("DARE keeps its share of numbers, scaled so that the mean stays, by the tensor's own draws", () => {
  const ones = new Float32Array(20_000).fill(1);
  const run = (seed: number): number[] =>
    mergeOne({ method: dareLinear({ density: 0.25 }), base: new Float32Array(20_000), models: [ones], rng: rng(seed) });
  const first = run(1);
  assert.deepEqual(new Set(first), new Set([0, 4]));
  const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
  assert.ok(Math.abs(mean - 1) < 0.05, `${mean}`);
  assert.deepEqual(run(1), first);
  assert.notDeepEqual(run(2), first);
});

test("options that mean nothing are refused in one line", () => {
  const cases: [() => unknown, RegExp][] = [
    [() => slerp({ t: NaN }), /^slerp: invalid t: NaN \(a number from 0 to 1\)$/],
    [() => linear({ weights: [1, -1] }), /^linear: invalid weights: 1,-1 \(their sum is none\)$/],
    [() => ties({ density: 1.5 }), /^ties: invalid density: 1.5 \(a number from 0 to 1\)$/],
    [() => dareLinear({ density: 0 }), /^dare-linear: invalid density: 0 \(above 0, at most 1\)$/],
    [() => taskArithmetic({ weights: [NaN] }), /^task-arithmetic: invalid weights: NaN \(numbers\)$/],
    [() => taskArithmetic({ scale: Infinity }), /^task-arithmetic: invalid scale: Infinity \(a number\)$/],
    [() => chatVector({ scale: NaN }), /^chat-vector: invalid scale: NaN \(a number\)$/],
    [() => mergeOne({ method: slerp({ t: 0.5 }), models: [[1]] }), /^merge: invalid models: 1 \(slerp merges 2\)$/],
    [
      () => mergeOne({ method: modelStock(), models: [[1]] }),
      /^merge: invalid models: 1 \(model-stock merges 2 or more\)$/,
    ],
    [
      () => mergeOne({ method: linear({ weights: [1] }), models: [[1], [2]] }),
      /^merge: invalid weights: 1 \(one for each of 2 models\)$/,
    ],
    [
      () =>
        mergeOne({
          method: linear(),
          models: [
            [1, 2],
            [3, NaN],
          ],
        }),
      /^merge: invalid models: number 2 \(x has NaN at number 1; finite numbers are expected\)$/,
    ],
    [
      () => mergeOne({ method: linear({ weights: [3e38, 1], normalize: false }), models: [[1e10], [1]] }),
      /^merge: invalid weights: merged, x has Infinity at number 0 \(choose smaller ones\)$/,
    ],
  ];
  for (const [act, message] of cases) assert.throws(act, { message });
});
