/** What passed each step: bars of what is left and of what went, by reason, that add up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { passed, svgOf } from "../../src/charts/index.js";
import { passedRows } from "./toy.js";

test("a bar a step, of documents and of bytes: what is left, then what went, the commonest reason first", () => {
  const { data, layout } = passed({ rows: passedRows });
  const bars = (axis: string, row: number): [number, number][] =>
    layout
      .shapes!.filter(({ xref, y0, y1 }) => xref === axis && Math.abs((y0 + y1) / 2 - row) < 1e-9)
      .map(({ x0, x1 }) => [x0, x1]);
  assert.deepEqual(bars("x", 0), [[0, 1]]);
  assert.deepEqual(bars("x2", 0), [
    [0, 0.95],
    [0.95, 1],
  ]);
  assert.deepEqual(bars("x", 1), [
    [0, 0.79],
    [0.79, 0.89],
    [0.89, 0.93],
    [0.93, 0.96],
    [0.96, 0.98],
    [0.98, 1],
  ]);
  assert.deepEqual(bars("x2", 2), [[0, 0.845]]);
  assert.deepEqual(data[0]!.text!.slice(1, 4), ["rules: 79% of documents left", "rules: b, 10%", "rules: c, 4%"]);
  assert.ok(data[0]!.text!.includes("rules: 2 other reasons, 2%"));
  const svg = svgOf(passed({ rows: passedRows, title: "What passed" }));
  for (const text of ["b 10%, c 4%, d 3%, a 2%, 2 other reasons 2%", "changed 60%", "nothing", "Of 1,000 documents"])
    assert.ok(svg.includes(`>${text}<`), text);
});

test("steps that nothing came to are refused in one line", () => {
  const none = { ...passedRows[2]!, seen: 0, seenBytes: 0 };
  assert.throws(() => passed({ rows: [none] }), /^Error: charts\.passed: invalid rows: no document came to the first/);
  assert.throws(() => passed({ rows: [] }), /^Error: charts\.passed: invalid rows: none/);
});
