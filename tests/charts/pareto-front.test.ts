import assert from "node:assert/strict";
import { test } from "node:test";
import { paretoFront, svgOf } from "../../src/charts/index.js";
import { paretoFront as pareto } from "../../src/measure/index.js";

const rows = ["replay", "LoRA"].flatMap((method, m) =>
  [0.5, 0.25, 0.05].flatMap((setting, k) =>
    [0, 1].map((seed) => ({
      method,
      setting,
      adaptation: 0.1 * (k + 1) + 0.02 * seed - 0.05 * m,
      forgetting: 0.05 * k + 0.01 * seed,
      seed,
    })),
  ),
);

test("one line per method through its settings in the rows' order, the mean of the seeds", () => {
  const { data, layout } = paretoFront({ rows, old: "English", new: "Korean", at: 0.06, front: false });
  assert.deepEqual(
    data.map(({ name }) => name),
    ["replay", "LoRA"],
  );
  const close = (found: unknown, expected: number[]): void =>
    (found as number[]).forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-12));
  close(data[0]!.x, [0.11, 0.21, 0.31]);
  close(data[0]!.y, [0.005, 0.055, 0.105]);
  close(data[1]!.x, [0.06, 0.16, 0.26]);
  assert.deepEqual(data[0]!.text, ["0.5", "", "0.05"]);
  assert.equal(layout.shapes!.length, 1);
  const svg = svgOf(paretoFront({ rows, old: "English", new: "Korean" }));
  for (const text of ["replay (2 of 2)", "LoRA (0 of 2)", "Forgetting of English (bits per byte lost)"])
    assert.ok(svg.includes(`>${text}<`), text);
});

test("what nothing beats is on the front; the legend counts the seeds, and what is off it is hollow", () => {
  const alone = [0, 1].map((seed) => ({ method: "frozen", adaptation: 0.4 - 0.2 * seed, forgetting: 0.09, seed }));
  const { data, layout } = paretoFront({ rows: [...rows, ...alone, { ...alone[0]!, adaptation: NaN, seed: 2 }] });
  assert.deepEqual(
    data.map(({ name, showlegend, x }) => [name, showlegend ?? true, x.length]),
    [
      // From the edge to the first, a corner and a point for each further one, and up.
      ["front", false, 9],
      ["replay (2 of 2)", true, 3],
      ["LoRA (0 of 2)", true, 3],
      ["LoRA (0 of 2)", false, 3],
      ["frozen (1 of 2)", true, 1],
    ],
  );
  assert.match(layout.annotations![0]!.text, /^dotted: the front/);
  assert.throws(
    () => paretoFront({ rows: [{ method: "a", adaptation: NaN, forgetting: 0 }] }),
    /^Error: charts\.paretoFront: invalid adaptation: not one is a number/,
  );
});

test("a point that equals another is on the front with it", () => {
  const points = [
    { adaptation: 1, forgetting: 0.1 },
    { adaptation: 0.5, forgetting: 0.05 },
    { adaptation: 1, forgetting: 0.1 },
    { adaptation: 0.5, forgetting: 0.06 },
    { adaptation: NaN, forgetting: 0 },
  ];
  assert.deepEqual(pareto(points), [points[1], points[0], points[2]]);
});

test("the ends of two dials that lie side by side are named on different sides", () => {
  const rows = [
    { method: "a", setting: "0.00025", adaptation: 3.6, forgetting: 0.1 },
    { method: "a", setting: "0.002", adaptation: 5.9, forgetting: 0.48 },
    { method: "b", setting: "0.99", adaptation: 3.8, forgetting: 0.09 },
    { method: "b", setting: "0.9", adaptation: 5.8, forgetting: 0.5 },
  ];
  const [a, b] = paretoFront({ rows, front: false }).data.map(({ textposition }) => textposition as string[]);
  assert.deepEqual([a!.length, b!.length], [2, 2]);
  assert.notEqual(a![0], b![0]);
  assert.notEqual(a![1], b![1]);
});
