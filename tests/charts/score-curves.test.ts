import assert from "node:assert/strict";
import { test } from "node:test";
import { scoreCurves, svgOf } from "../../src/charts/index.js";

const rows = ["no old text", "5 % old text"].flatMap((arm, a) =>
  [1, 2].flatMap((seed) =>
    [0, 1, 4, 16].flatMap((step) =>
      ["facts", "loss", "copying"].map((score) => ({ arm, seed, step, score, value: step * (a + 1) + seed })),
    ),
  ),
);
const panels = {
  facts: { axis: "Facts answered (%)", title: "Facts", chance: 3 },
  loss: { axis: "English (bits per byte)" },
};

test("a panel for each score that is asked for, with its levels, and one legend", () => {
  const shown = scoreCurves({ rows, panels });
  assert.equal(shown.data.length, 2 * 2 * 3);
  const lines = shown.data.filter(({ mode }) => mode === "lines+markers");
  assert.deepEqual(lines[1]!.x, [1, 4, 16]);
  assert.deepEqual(lines[1]!.y, [3.5, 9.5, 33.5]);
  assert.deepEqual(
    lines.map(({ showlegend }) => showlegend),
    [true, true, false, false],
  );
  // The first panel has where it began and chance, the second where it began alone.
  assert.deepEqual(
    shown.layout.shapes!.map(({ yref, y0, line }) => [yref, y0, line!.dash]),
    [
      ["y", 1.5, "dot"],
      ["y", 3, "dash"],
      ["y2", 1.5, "dot"],
    ],
  );
  const far = scoreCurves({ rows, panels: { facts: { axis: "%", chance: -50 } } });
  assert.ok(far.layout.yaxis!.range![0] < -50, "chance is in the panel, however far from it the scores are");
  const svg = svgOf(shown);
  for (const text of ["Facts", "loss", "Facts answered (%)", "English (bits per byte)", "no old text"])
    assert.ok(svg.includes(`>${text}<`), text);
});

test("five scores stand in two rows of panels that do not overlap", () => {
  const many = [1, 2, 3, 4, 5].flatMap((n) => rows.map((row) => ({ ...row, score: `${row.score} ${n}` })));
  const names = [1, 2, 3, 4, 5].map((n) => `facts ${n}`);
  const { layout } = scoreCurves({
    rows: many,
    panels: Object.fromEntries(names.map((name) => [name, { axis: "%" }])),
  });
  const boxes = ["", "2", "3", "4", "5"].map((n) => ({
    x: layout[`xaxis${n}` as "xaxis"]!.domain!,
    y: layout[`yaxis${n}` as "yaxis"]!.domain!,
  }));
  const apart = (a: [number, number], b: [number, number]): boolean => a[1] < b[0] || b[1] < a[0];
  boxes.forEach((one, i) =>
    boxes.slice(i + 1).forEach((other) => assert.ok(apart(one.x, other.x) || apart(one.y, other.y))),
  );
});

test("what cannot be drawn is refused in one line", () => {
  assert.throws(() => scoreCurves({ rows, panels: {} }), /invalid panels: none/);
  assert.throws(() => scoreCurves({ rows, panels: { icl: { axis: "nats" } } }), /invalid panels: no rows of icl/);
});
