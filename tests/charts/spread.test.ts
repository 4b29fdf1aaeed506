/** Charts of what is spread: seeds and items by group, before and after, losses at snapshots. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dumbbell, ridgeline, strips } from "../../src/charts/index.js";
import { densityOf, quantile } from "../../src/charts/density.js";
import { halfInterval } from "../../src/charts/strips.js";
import { seedRows, tokenRows } from "./toy.js";

const near = (found: number, wanted: number, by = 1e-9): void =>
  assert.ok(Math.abs(found - wanted) < by, `${found}, not ${wanted}`);

test("a density integrates to 1, is that of the normal distribution for its quantiles, and ends where values do", () => {
  // Tenths of the standard normal distribution.
  const tenths = [-1.2815516, -0.8416212, -0.5244005, -0.2533471, 0, 0.2533471, 0.5244005, 0.8416212, 1.2815516];
  const { at, density } = densityOf(tenths, [-5, 5], 201);
  near(
    density.reduce((sum, value) => sum + value * (at[1]! - at[0]!), 0),
    1,
    1e-3,
  );
  // The sum of kernels itself, not counted in places first.
  const spread = Math.min(Math.sqrt(tenths.reduce((sum, x) => sum + x * x, 0) / 8), (0.5244005 * 2) / 1.34);
  const width = 0.9 * spread * 9 ** -0.2;
  const kernels = tenths.reduce((sum, x) => sum + Math.exp(-0.5 * (x / width) ** 2), 0);
  near(density[100]!, kernels / (9 * width * Math.sqrt(2 * Math.PI)), 0.01);
  assert.deepEqual([quantile([1, 2, 4], 0.5), quantile([1, 2, 4], 0.75)], [2, 3]);
  assert.ok(densityOf([2, 2, 2], [0, 4], 5).density.every(Number.isFinite), "all alike");
});

test("the interval of a mean is Student's", () => {
  // scipy.stats.t.ppf(0.975, 4) is 2.7764.
  near(halfInterval([1, 2, 3, 4, 5]), (2.776 * Math.sqrt(2.5)) / Math.sqrt(5));
  assert.equal(halfInterval([1]), 0);
  const many = Array.from({ length: 121 }, (_, i) => i % 2);
  near(
    halfInterval(many) / (Math.sqrt(many.reduce((sum, x) => sum + (x - 60 / 121) ** 2, 0) / 120) / 11),
    1.9799,
    1e-3,
  );
});

test("strips: a dot for each seed, a diamond with an interval for each group that has a number, violins of many", () => {
  const { data, layout } = strips({ rows: [...seedRows, { group: "diverged", value: NaN }], axis: "Forgetting" });
  const [dots, means, ...rest] = data;
  assert.deepEqual([dots!.x.length, rest.length, layout.yaxis!.ticktext!.length], [10, 0, 5]);
  assert.deepEqual([means!.y, means!.error_x!.array[3], means!.customdata![3]], [[0, 1, 2, 3], 0, "once, mean of 1"]);
  const least = strips({ rows: [...seedRows].reverse(), axis: "Forgetting", order: "least" });
  assert.deepEqual(least.layout.yaxis!.ticktext, ["replay", "once", "L2 to the base", "nothing"]);
  const groups = tokenRows.map(({ ridge, value }) => ({ group: String(ridge), value }));
  assert.deepEqual(
    strips({ rows: groups, axis: "Loss" }).data.map(({ fill }) => fill),
    ["toself", "toself", "toself", undefined, undefined],
  );
  assert.equal(strips({ rows: groups, axis: "Loss", shape: "strip" }).data.length, 2);
  assert.throws(
    () => strips({ rows: [{ group: "a", value: NaN }], axis: "x" }),
    /^Error: charts\.strips: invalid value: not one is a number; there/,
  );
});

test("a dumbbell is sorted by its change, which is written with its deviation over seeds", () => {
  const rows = [
    { name: "worse", before: 1, after: 1.5 },
    { name: "better", before: 1, after: 0.5 },
    { name: "better", before: 1.1, after: 0.4 },
    { name: "lost", before: 1, after: NaN },
  ];
  const { data, layout } = dumbbell({ rows, axis: "Loss" });
  assert.deepEqual(layout.yaxis!.ticktext, ["better", "worse"]);
  assert.deepEqual(
    layout.annotations!.map(({ text }) => text),
    ["−0.60 ± 0.14", "+0.50"],
  );
  assert.deepEqual(
    [data[0]!.x, data[1]!.x],
    [
      [1.05, 1],
      [0.45, 1.5],
    ],
  );
  assert.deepEqual(dumbbell({ rows, axis: "Loss", order: "given" }).layout.yaxis!.ticktext, ["worse", "better"]);
  assert.throws(
    () => dumbbell({ rows: rows.slice(3), axis: "Loss" }),
    /^Error: charts\.dumbbell: invalid after: not one/,
  );
});

test("ridges are in the order of their steps, dark to light, each with its median; the axis begins at 0", () => {
  const { data, layout } = ridgeline({ rows: tokenRows, axis: "Loss (bits)", down: "Updates" });
  assert.deepEqual(layout.yaxis!.ticktext, ["0", "10", "100"]);
  assert.equal(layout.xaxis!.range![0], 0);
  assert.equal(data.length, 9);
  const median = data[2]!.x[0] as number;
  near(
    median,
    quantile(
      tokenRows
        .filter(({ ridge }) => ridge === 0)
        .map(({ value }) => value)
        .sort((a, b) => a - b),
      0.5,
    ),
    1e-4,
  );
  const highest = Math.min(...data.flatMap(({ y }) => y.map(Number)));
  assert.ok(highest > layout.yaxis!.range![1], "the highest ridge is within the picture");
  assert.throws(
    () =>
      ridgeline({
        rows: [
          { ridge: 0, value: 1 },
          { ridge: 1, value: 1 },
        ],
        axis: "x",
        down: "y",
      }),
    /^Error: charts\.ridgeline: invalid value: all are 1$/,
  );
});
