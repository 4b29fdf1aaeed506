import assert from "node:assert/strict";
import { test } from "node:test";
import { stabilityGap, svgOf } from "../../src/charts/index.js";
import { forgetting } from "../../src/measure/index.js";

const rows = [1, 2].flatMap((seed) => [
  ...[
    [0, 0],
    [1, 0.1],
    [8, 0.4],
    [64, 0.2],
  ].map(([step, change]) => ({ run: "all at once", seed, step: step!, bitsPerByte: change! * seed })),
  ...(seed === 1 ? [{ run: "subset", seed, step: 1, bitsPerByte: 0.05 }] : []),
]);

test("stability gap: a line per run from the first update on, the mean of the seeds, a band between them", () => {
  const { data, layout } = stabilityGap({ rows, of: "English" });
  assert.deepEqual(
    data.map(({ name, x, y }) => [name, x, y]),
    [
      [undefined, [1, 8, 64], [0.1, 0.4, 0.2]],
      [undefined, [1, 8, 64], [0.2, 0.8, 0.4]],
      ["all at once", [1, 8, 64], [0.15, 0.6, 0.3]],
      ["subset", [1], [0.05]],
    ],
  );
  assert.equal(data[1]!.fill, "tonexty");
  assert.equal(layout.xaxis!.type, "log");
  assert.equal(layout.xaxis!.title!.text, "Updates since the switch");
  assert.equal(layout.yaxis!.title!.text, "Change on English (bits per byte)");
  assert.notEqual(data[2]!.line!.dash, data[3]!.line!.dash, "lines differ in grey");
  const svg = svgOf(stabilityGap({ rows }));
  for (const text of ["all at once", "subset", "before"]) assert.ok(svg.includes(`>${text}<`), text);
});

test("stability gap: takes the curve that forgetting gives; only step 0 is nothing to draw", () => {
  const evaluations = [0, 1, 2].map((step) => ({
    step,
    tokens: step * 8,
    domain: "en",
    loss: 2,
    bitsPerByte: 1 + step,
  }));
  const { curve } = forgetting({ evaluations, domain: "en" });
  assert.deepEqual(stabilityGap({ rows: curve.map((row) => ({ run: "a", ...row })) }).data[0]!.y, [1, 2]);
  assert.throws(
    () => stabilityGap({ rows: [{ run: "a", step: 0, bitsPerByte: 0 }] }),
    /^Error: charts\.stabilityGap: invalid rows: none is after the first update$/,
  );
});
