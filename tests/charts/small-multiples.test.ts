/** Figures of one panel beside one another: what they share, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { byLayer, changeCurves, figure, heatMap, type Figure, smallMultiples } from "../../src/charts/index.js";
import { matrixRows } from "./toy.js";

const of = (...lines: string[]): Figure =>
  byLayer({
    rows: lines.flatMap((line, i) => [0, 1].map((layer) => ({ line, layer, value: layer + i }))),
    axis: "CKA",
  });

test("a line has one style in all panels and is in the legend once; titles and numbers are at the edge of the figure", () => {
  const { data, layout } = smallMultiples({ figures: { first: of("a", "b"), second: of("b", "c"), third: of("c") } });
  assert.deepEqual(
    data.map(({ name, xaxis, showlegend, line }) => [name, xaxis, showlegend, line!.color, line!.dash]),
    [
      ["a", "x", true, "#0072B2", "solid"],
      ["b", "x", true, "#D55E00", "dash"],
      ["b", "x2", false, "#D55E00", "dash"],
      ["c", "x2", true, "#009E73", "dot"],
      ["c", "x3", false, "#009E73", "dot"],
    ],
  );
  assert.deepEqual(
    data.map(({ marker }) => marker!.symbol),
    ["circle", "square", "square", "diamond", "diamond"],
  );
  const { xaxis, yaxis, xaxis2, yaxis2 } = layout;
  assert.deepEqual(
    [xaxis, xaxis2, yaxis, yaxis2].map((axis) => axis!.title?.text),
    ["Layer (0: embeddings)", "Layer (0: embeddings)", "CKA", undefined],
  );
  assert.deepEqual([xaxis2!.matches, yaxis2!.matches, yaxis2!.showticklabels], ["x", "y", false]);
  const free = smallMultiples({ figures: { first: of("a"), second: of("b") }, share: "none" }).layout;
  assert.deepEqual([free.xaxis2!.matches, free.yaxis2!.showticklabels], [undefined, undefined]);
});

test("given ranges become one; levels and notes go with their panel", () => {
  const rows = [1, 10].map((step) => ({ arm: "a", seed: 1, step, change: step }));
  const changes = changeCurves({ rows, axis: "Change" });
  const { layout } = smallMultiples({ figures: { one: changes, two: changes } });
  assert.deepEqual(
    layout.shapes!.map(({ xref, yref }) => [xref, yref]),
    [
      ["x domain", "y"],
      ["x2 domain", "y2"],
    ],
  );
  const within = (range: [number, number]): Figure =>
    figure({ data: [{ type: "scatter", x: [1], y: [1] }], layout: { yaxis: { range } } });
  const ranged = smallMultiples({ figures: { one: within([0, 2]), two: within([-1, 1]) } }).layout;
  assert.deepEqual(
    [ranged.yaxis!.range, ranged.yaxis2!.range],
    [
      [-1, 2],
      [-1, 2],
    ],
  );
  const maps = heatMap({ rows: matrixRows, down: "Stage", across: "Language", value: "Score" });
  assert.equal(smallMultiples({ figures: { one: maps, two: maps }, columns: 1 }).layout.yaxis2!.range![1], -0.5);
});

test("what cannot be put side by side is said", () => {
  const panels = { a: "", b: "" };
  const rows = Object.keys(panels).map((panel) => ({ arm: "a", seed: 1, step: 1, change: 1, panel }));
  const two = changeCurves({ rows, axis: "Change", panels });
  assert.throws(() => smallMultiples({ figures: { two } }), /^Error: charts\.smallMultiples: invalid figures: two has/);
  assert.throws(() => smallMultiples({ figures: {} }), /invalid figures: none/);
  assert.throws(() => smallMultiples({ figures: { a: of("a") }, columns: 0 }), /invalid columns: 0/);
});
