import assert from "node:assert/strict";
import { test } from "node:test";
import { changeCurves, svgOf } from "../../src/charts/index.js";

const rows = ["constant", "re-warmed"].flatMap((arm, a) =>
  [1, 2, 3].flatMap((seed) =>
    [0, 1, 2, 4, 8].map((step) => ({ arm, seed, step, change: step * (0.1 * a + 0.01 * seed), panel: "same" })),
  ),
);

test("one line per arm, the mean of its seeds, in a band of their extremes; step 0 is left out", () => {
  const shown = changeCurves({ rows, panels: { same: "The same text" }, axis: "Change of English (bits per byte)" });
  assert.equal(shown.data.length, 6);
  const [low, high, line] = shown.data;
  assert.deepEqual(line!.x, [1, 2, 4, 8]);
  const close = (found: unknown, expected: number[]): void =>
    (found as number[]).forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-12));
  close(line!.y, [0.02, 0.04, 0.08, 0.16]);
  close(low!.y, [0.01, 0.02, 0.04, 0.08]);
  close(high!.y, [0.03, 0.06, 0.12, 0.24]);
  assert.equal(high!.fill, "tonexty");
  const svg = svgOf(shown);
  for (const text of ["constant", "re-warmed", "Updates", "The same text", "Change of English (bits per byte)"])
    assert.ok(svg.includes(`>${text}<`), text);
});

test("what cannot be drawn is refused in one line", () => {
  assert.throws(
    () => changeCurves({ rows, axis: "x" }),
    /^Error: charts\.changeCurves: invalid panels: none for "same"/,
  );
  assert.throws(() => changeCurves({ rows: [], axis: "x" }), /^Error: charts\.changeCurves: invalid rows: none/);
});
