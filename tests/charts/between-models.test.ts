/** The line between two models, numbers by layer and as a matrix: what stands where, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  byLayer,
  coefficientDots,
  heatMap,
  lossAlongLine,
  scatter,
  svgOf,
  type Figure,
} from "../../src/charts/index.js";
import { coefficientRows, layerRows, lineRows, matrixRows, scatterRows } from "./toy.js";

test("a line per domain by t, the straight line between its ends, and the barrier down to that", () => {
  const barriers = [
    { domain: "en", barrier: 0.225, t: 0.5 },
    { domain: "ko", barrier: 0, t: 0 },
  ];
  const { data, layout } = lossAlongLine({ rows: [...lineRows].reverse(), barriers });
  assert.deepEqual(
    data.map(({ name, x }) => [name, x]),
    [
      ["ko", [0, 0.25, 0.5, 0.75, 1]],
      ["en", [0, 0.25, 0.5, 0.75, 1]],
    ],
  );
  const [ko, en, barrier, ...rest] = layout.shapes!;
  assert.deepEqual([ko!.y0, ko!.y1, en!.y0, en!.y1], [2.4, 1.3, 1.6, 2.2]);
  assert.ok(Math.abs(barrier!.y0 - 1.9) < 1e-12 && barrier!.y1 === lineRows[4]!.bitsPerByte);
  assert.deepEqual([rest.length, layout.annotations!.map(({ text }) => text)], [0, ["barrier 0.225"]]);
  assert.throws(
    () => lossAlongLine({ rows: lineRows, barriers: [{ domain: "fi", barrier: 1, t: 0 }] }),
    /^Error: charts\.lossAlongLine: invalid barriers: fi at 0 \(/,
  );
});

test("a heat map writes each number in a cell, the largest darkest, none where there is none", () => {
  const options = { rows: matrixRows, down: "Stage", across: "Language", value: "Score" };
  const [map, ...texts] = heatMap(options).data;
  assert.deepEqual(map!.z!.flat().filter((value) => value === null).length, 1);
  const colors = (of: Figure): string[] => [...svgOf(of).matchAll(/<rect [^>]*fill="(#[^"]*)"\/>/g)].map((m) => m[1]!);
  const blues = colors(heatMap(options)).slice(-8);
  assert.equal(blues.filter((color) => color === "#0c3460").length, 3, "those of -1.2");
  assert.equal(
    colors(heatMap({ ...options, dark: "low" })).filter((color) => color === "#0c3460").length,
    2,
    "those of -2",
  );
  assert.deepEqual(texts.map(({ textfont, text }) => [textfont!.color, text!.length]).sort(), [
    ["#1f2328", 2],
    ["#ffffff", 6],
  ]);
  const svg = svgOf(heatMap(options));
  for (const text of ["after Korean", "Language", "Score: pale −2.00 to strong −1.20", "−1.50"])
    assert.ok(svg.includes(text), text);
  assert.throws(
    () => heatMap({ ...options, rows: [...matrixRows, matrixRows[0]!] }),
    /^Error: charts\.heatMap: invalid rows: two of after Finnish and Finnish \(/,
  );
  assert.throws(
    () => heatMap({ ...options, rows: [{ row: "a", column: "b", value: NaN }] }),
    /^Error: charts\.heatMap: invalid value: not one is a number; there/,
  );
});

test("a heat map of changes is white at 0 and writes signs; seeds are a mean and a deviation; many cells have a key", () => {
  const rows = [0, 1].flatMap((seed) =>
    [-1, 3].map((value, i) => ({ row: "after", column: String(i), value: value + seed, seed })),
  );
  const { data, layout } = heatMap({ rows, down: "Stage", across: "Domain", value: "Change (bits)", digits: 1 });
  assert.deepEqual([data[0]!.z, data[0]!.zmin, data[0]!.zmax], [[[-0.5, 3.5]], -3.5, 3.5]);
  assert.deepEqual(
    data.slice(1).flatMap(({ text }) => text),
    ["−0.5<br>± 0.7", "+3.5<br>± 0.7"],
  );
  assert.equal(layout.annotations![0]!.text, "Change (bits): orange −3.5, pale 0, blue +3.5");
  const many = Array.from({ length: 201 }, (_, i) => ({ row: String(i), column: "x", value: i }));
  assert.deepEqual(
    heatMap({ rows: many, down: "", across: "", value: "", digits: 0 }).data.map(({ name }) => name),
    [undefined, "0", "50", "100", "150", "200"],
  );
});

test("a line per language by layer with a band over seeds; a control is grey and last; snapshots go from dark to light", () => {
  const options = { rows: layerRows, axis: "CKA", controls: ["shuffled"] };
  const { data } = byLayer(options);
  assert.deepEqual(
    data.map(({ name, fill }) => [name, fill]),
    ["Danish", "Korean", "shuffled"].flatMap((name) => [
      [name, undefined],
      [name, "tonexty"],
      [name, undefined],
    ]),
  );
  const at = (i: number, layer: number): number => data[i]!.y![layer] as number;
  assert.ok(Math.abs(at(1, 3) - at(0, 3) - 0.04) < 1e-12 && Math.abs(at(2, 3) - at(0, 3) - 0.02) < 1e-12);
  assert.deepEqual(data[8]!.line, { color: "#6b7280", dash: "dot", width: 2 });
  const steps = [0, 10, 100].map((step) => ({ line: `${step} updates`, layer: 0, value: step }));
  const colors = byLayer({ rows: steps, axis: "CKA", ordered: true }).data.map(({ line }) => line!.color);
  assert.deepEqual([colors.length, colors[0], colors[2]], [3, "#440154", "#7ad151"]);
  assert.throws(
    () => byLayer({ ...options, controls: ["chance"] }),
    /^Error: charts\.byLayer: invalid controls: chance \(/,
  );
});

test("a coefficient with its interval; hollow where chance does as well; the intercept is not drawn", () => {
  const { data, layout } = coefficientDots({ rows: coefficientRows, axis: "Gain" });
  assert.deepEqual(
    data.map(({ x, y, marker }) => [x, y, marker!.symbol]),
    [
      [[0.21], [0], "circle"],
      [[0.05], [1], "circle-open"],
    ],
  );
  assert.ok(Math.abs(data[1]!.error_x!.arrayminus![0]! - 0.11) < 1e-12);
  assert.deepEqual(
    layout.annotations!.map(({ text }) => text),
    ["p 0.001", "p 0.310"],
  );
  assert.throws(
    () => coefficientDots({ rows: coefficientRows.slice(0, 1), axis: "Gain" }),
    /^Error: charts\.coefficientDots: invalid rows: an intercept alone$/,
  );
});

test("a dot each by group, the line through all, their correlation; no line where x does not vary", () => {
  const { data, layout } = scatter({ rows: scatterRows, x: "Likeness", y: "Gain" });
  assert.deepEqual(
    data.map(({ name, x }) => [name, x]),
    [
      [undefined, [0.1, 0.5]],
      ["Latin", [0.5, 0.3]],
      ["Hangul", [0.1]],
    ],
  );
  data[0]!.y.forEach((value, i) => assert.ok(Math.abs(value! - [0.1, 0.3][i]!) < 1e-12));
  assert.equal(layout.annotations![0]!.text, "r = 1.00 of 3");
  const flat = scatter({ rows: scatterRows.map((row) => ({ ...row, x: 1 })), x: "Likeness", y: "Gain" });
  assert.deepEqual([flat.data.length, flat.layout.annotations], [3, []]);
  assert.throws(
    () => scatter({ rows: scatterRows.slice(2), x: "Likeness", y: "Gain" }),
    /^Error: charts\.scatter: invalid rows: 1 with numbers \(two or more\)$/,
  );
});
