/** The figures of vocabulary expansion: what stands where, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { methodDots, svgOf, wideningCurve } from "../../src/charts/index.js";

const axes = { before: "before training", after: "after it" };
const rows = [
  ["mean", "before", 3],
  ["mean", "after", 2],
  ["mean", "after", 2.2],
  ["random", "before", 9],
  ["random", "after", 4],
  ["best", "before", 5],
  ["best", "after", 1],
  ["broken", "before", NaN],
  ["broken", "after", NaN],
].map(([method, panel, value]) => ({ method, panel, value }) as { method: string; panel: string; value: number });

test("init dots: methods in the order of the last panel, means, bars over the seeds, gaps last", () => {
  const shown = methodDots({ rows, axes });
  assert.deepEqual(shown.layout.yaxis!.ticktext, ["best", "mean", "random", "broken"]);
  const [before, after] = shown.data;
  assert.deepEqual(before!.x, [5, 3, 9, null]);
  assert.deepEqual(after!.x, [1, 2.1, 4, null]);
  assert.deepEqual(after!.error_x!.array, [0, 0.1, 0, 0]);
  assert.deepEqual(after!.error_x!.arrayminus, [0, 0.1, 0, 0]);
  assert.equal(after!.xaxis, "x2");
  const svg = svgOf(shown);
  for (const name of ["best", "random", "before training", "after it"])
    assert.equal(svg.split(`>${name}<`).length, 2, `${name} is written once`);
});

test("init dots: a logarithmic panel is ticked at powers of ten, and between them where there are few", () => {
  const { layout } = methodDots({
    rows: rows.map((row) => ({ ...row, value: row.value / 1000 })),
    axes,
    log: ["after"],
  });
  assert.equal(layout.xaxis2!.type, "log");
  assert.match(layout.xaxis2!.title!.text!, /<br>\(log\)$/);
  assert.deepEqual(layout.xaxis2!.ticktext, ["0.001", "0.002", "0.005"]);
  assert.notEqual(layout.xaxis!.type, "log");
  const wide = methodDots({ rows: rows.map((row) => ({ ...row, value: 10 ** -row.value })), axes, log: ["before"] });
  assert.deepEqual(wide.layout.xaxis!.ticktext, ["10⁻⁹", "10⁻⁸", "10⁻⁷", "10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³"]);
  const near = methodDots({ rows: rows.map((row) => ({ ...row, value: 10 + row.value / 10 })), axes, log: ["after"] });
  assert.equal(near.layout.xaxis2!.tickvals, undefined); // 10 alone would be no scale
  for (const tick of ["8", "10", "12"]) assert.ok(svgOf(near).includes(`>${tick}<`), tick);
});

test("widening curve: a line per language, by tokens added", () => {
  const { data } = wideningCurve({
    rows: [
      { added: 512, language: "ko", bytesPerToken: 3 },
      { added: 0, language: "ko", bytesPerToken: 1 },
      { added: 0, language: "en", bytesPerToken: 3.2 },
    ],
  });
  assert.deepEqual([data[0]!.name, data[0]!.x, data[0]!.y], ["ko", [0, 512], [1, 3]]);
});

test("refuses what it cannot draw, in one line", () => {
  assert.throws(() => methodDots({ rows: [], axes }), /^Error: charts\.methodDots: invalid rows: none/);
  assert.throws(
    () => methodDots({ rows, axes: { after: "x" } }),
    /^Error: charts\.methodDots: invalid axes: none for "before"$/,
  );
  assert.throws(() => methodDots({ rows, axes: { a: "", b: "", c: "", d: "", e: "" } }), /invalid axes: 5 of them/);
  const three = methodDots({ rows, axes: { ...axes, more: "More" }, order: "given" });
  assert.deepEqual(three.layout.yaxis!.ticktext, [...new Set(rows.map(({ method }) => method))]);
  assert.equal(three.data.length, 3);
  assert.throws(
    () => methodDots({ rows: [{ method: "a", panel: "p", value: 0 }], axes: { p: "" }, log: ["p"] }),
    /none above 0/,
  );
  assert.throws(() => wideningCurve({ rows: [{ added: 1, language: "ko" } as never] }), /invalid bytesPerToken/);
});
