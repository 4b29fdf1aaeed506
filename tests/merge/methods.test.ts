/** Ways to merge one tensor: against NumPy, against numbers of mergekit's own functions, and what must hold of each. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  breadcrumbs,
  chatVector,
  dareLinear,
  karcher,
  type MergeMethod,
  methods,
  modelStock,
  multislerp,
  nearswap,
  nuslerp,
  sce,
  slerp,
  taskArithmetic,
  ties,
  tiesWhole,
  linear,
} from "../../src/merge/index.js";
import type { Written } from "../../src/registry.js";
import { makeOf } from "../../src/registry.js";
import { rng } from "../../src/rng.js";
import { near } from "./near.js";
import { drawn, masked, mergeOne, mergeTensors } from "./one-tensor.js";

interface Case {
  method: string;
  options: { masks?: number[][]; draws?: number[][]; [name: string]: unknown };
  shape?: number[];
  base: number[] | null;
  models: number[][];
  merged: number[];
}
const casesOf = (file: string): Case[] =>
  JSON.parse(readFileSync(join(__dirname, "..", "golden", "merge", file), "utf8")) as Case[];

test("each method's reference values: NumPy's, and those of mergekit's own functions", () => {
  const cases = [...casesOf("merge.json"), ...casesOf("mergekit_methods.json")];
  const named = new Set(cases.map(({ method }) => method));
  // ElChat is one of these in every layer, and whole models are compared in merge.test.ts; one threshold is below.
  assert.deepEqual([...named, "elchat", "ties-whole"].sort(), Object.keys(methods).sort());
  for (const { method, options, base, models, merged, shape = [1, merged.length] } of cases) {
    const { masks, draws, ...rest } = options;
    const made = makeOf<MergeMethod>(methods, { name: method, ...rest } as Written);
    const chance = masks ? masked(masks) : draws ? drawn(draws) : rng(1);
    near(mergeOne({ method: made, models, base, shape, rng: chance }), merged, `${method} ${JSON.stringify(rest)}`);
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
  const small = { base, shape: [2, 3] };
  const more: [string, number[], Parameters<typeof mergeOne>[0]][] = [
    [
      "nuslerp of deltas",
      [1.363712, 1.724669, -0.730669, 1.528945, -0.054191, -1.984324],
      { ...small, method: nuslerp({ weights: [0.7, 0.3], deltas: true }), models: both },
    ],
    [
      "by row",
      [1.386707, 1.700106, -0.700803, 1.503609, -0.056902, -1.984753],
      { ...small, method: nuslerp({ weights: [0.7, 0.3], deltas: true, by: "row" }), models: both },
    ],
    [
      "by column",
      [1.330417, 1.490372, -0.784183, 1.40736, 0.054075, -1.986959],
      { ...small, method: nuslerp({ weights: [0.7, 0.3], deltas: true, by: "column" }), models: both },
    ],
    [
      "multislerp of deltas",
      [1.111935, 1.684349, -0.502821, 1.482246, 0.404404, -1.980234],
      { ...small, method: multislerp({ weights: [0.3, 0.7], deltas: true }), models: both },
    ],
    [
      "karcher",
      [1.149981, 1.88233, -0.796315, 1.085521, 0.122774, -2.042829],
      { ...small, method: karcher(), models: [...both, base] },
    ],
    [
      "dare, scaled to the sum of magnitudes",
      [2.072917, 2, -0.892708, 0.5, -0.858333, -1.978542],
      {
        ...{ ...small, models: [m1], rng: masked([[1, 0, 1, 0, 1, 1]]) },
        method: dareLinear({ density: 2 / 3, rescale: "l1" }),
      },
    ],
    [
      "breadcrumbs",
      [1.5, 1.8, -1, 0.5, -0.4, -2],
      { ...small, method: breadcrumbs({ density: 0.5, gamma: 0.2 }), models: [m1] },
    ],
    [
      "all but outliers",
      [1.5, 1.8, -0.95, 0.5, -0.4, -1.99],
      { ...small, method: breadcrumbs({ density: 1, gamma: 0.2 }), models: [m1] },
    ],
    ["sce", [1.5, 2, -0.578291, 0.5, 0.7, -2], { ...small, method: sce({ density: 0.5 }), models: both }],
    ["nearswap", [1.25, 1.8, -0.95, 0.75, -0.25, -1.99], { ...small, method: nearswap({ t: 0.25 }), models: [m1] }],
  ];
  for (const [name, merged, request] of more) near(mergeOne(request), merged, name);
});

test("TIES over the whole model has one threshold, whatever a tensor holds; vectors only where they are merged alike", () => {
  const tensors = (matrix: number[], bias: number[]) => ({ matrix, bias });
  const request = {
    base: tensors([0, 0, 0, 0, 0, 0], [0, 0]),
    models: [tensors([0.5, -0.2, 0.05, 0.9, -0.4, 0.01], [3, -4]), tensors([-0.1, -0.3, 0.6, 0.8, 0.7, 0.02], [2, 5])],
    shapes: { matrix: [2, 3], bias: [2] },
  };
  const whole = mergeTensors({ ...request, method: tiesWhole({ density: 0.5, vectors: "alike" }) });
  near(whole.matrix!, [0.5, 0, 0.6, 0.85, 0.7, 0], "matrix");
  near(whole.bias!, [2.5, 5], "bias");
  const apart = mergeTensors({ ...request, method: tiesWhole({ density: 0.5 }) });
  near(apart.matrix!, [0.5, -0.25, 0.6, 0.85, 0.7, 0], "matrix alone");
  near(apart.bias!, [2.5, 0.5], "mean of the bias");
});

test("gains of norms and biases are only weighted and added, unless they are to be merged alike", () => {
  const draw = rng(3);
  const list = (): number[] => Array.from({ length: 6 }, () => draw.normal());
  const [base, one, two] = [list(), list(), list()];
  const means: Record<string, (i: number) => number> = {
    ...{ slerp: (i) => (one[i]! + two[i]!) / 2, karcher: (i) => (one[i]! + two[i]!) / 2 },
    ...{ nuslerp: (i) => 0.7 * one[i]! + 0.3 * two[i]!, multislerp: (i) => 0.3 * one[i]! + 0.7 * two[i]! },
    ...{ "dare-linear": (i) => one[i]! + two[i]! - base[i]!, "della-linear": (i) => one[i]! + two[i]! - base[i]! },
  };
  for (const [name, { example, options }] of Object.entries(methods)) {
    if (!Object.hasOwn(options.shape, "vectors")) continue;
    const written = { name, ...example } as Written;
    const models = [one, two];
    const of = (more: object, shape: number[]): number[] =>
      mergeOne({ method: makeOf<MergeMethod>(methods, { ...written, ...more }), models, base, shape });
    const alike = of({ vectors: "alike" }, [6]);
    assert.deepEqual(alike, of({}, [1, 6]), name);
    if (means[name])
      near(
        of({}, [6]),
        base.map((_, i) => means[name]!(i)),
        name,
      );
    assert.notDeepEqual(of({}, [6]), alike, name);
  }
});

test("SCE weighs deltas alike however small they are", () => {
  const base = new Float64Array(4);
  const of = (factor: number): number[] =>
    mergeOne({
      method: sce(),
      base,
      models: [
        [4, 1, -2, 3],
        [1, 2, 2, -1],
      ].map((m) => m.map((v) => v * factor)),
    });
  near(
    of(2 ** -20).map((value) => value * 2 ** 20),
    of(1),
    "scaled",
  );
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
    [() => chatVector({ rows: "x" as "old" }), /^chat-vector: invalid rows: "x" \(one of special, added, old, none\)$/],
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
