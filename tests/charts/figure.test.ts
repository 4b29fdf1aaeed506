import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import fc from "../property.js";
import {
  bundle,
  fertilityBars,
  figure,
  forgettingPlane,
  lawWithBand,
  strips,
  lossAlongLine,
  liveLoss,
  lossCurves,
} from "../../src/charts/index.js";
import { markLabels } from "../../src/charts/svg/panel.js";
import { placesOf } from "../../src/charts/svg/places.js";
import { cornersOf, widthOf } from "../../src/charts/svg/text.js";
import { figures, lossRows, planePoints, shares } from "./toy.js";

test("a figure is plain JSON: rounded, without holes in its numbers, and the same after a round trip", async () => {
  for (const [name, shown] of Object.entries(await figures())) {
    const text = JSON.stringify(shown);
    assert.deepEqual(JSON.parse(text), { ...shown }, name);
    assert.ok(text.length < 60_000, `${name}: ${text.length}`);
    assert.doesNotMatch(text, /\d\.\d{9}/, name);
  }
});

test("Deno's display symbol and the inspector's text are own properties that JSON and copies do not see", () => {
  const shown = figure({ data: [{ type: "scatter", x: [1], y: [2] }], layout: { title: { text: "Loss<br>of two" } } });
  assert.deepEqual(Object.keys(shown), ["data", "layout"]);
  assert.equal(inspect(shown), 'Figure "Loss of two" (1 traces)');
  const display = Object.getOwnPropertyDescriptor(shown, Symbol.for("Jupyter.display"));
  assert.equal(display?.enumerable, false);
  const shownBundle = (display!.value as () => Record<string, unknown>)();
  assert.deepEqual(shownBundle, bundle(shown));
  assert.deepEqual(Object.keys(shownBundle), ["application/vnd.plotly.v1+json", "image/svg+xml", "text/plain"]);
});

test("long lines are thinned to 2,000 points and keep their ends, peak and trough", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2001, max: 9000 }), fc.nat(), fc.nat(), (n, a, b) => {
      const y = Array.from({ length: n }, (_, i) => Math.sin(i));
      y[a % n] = 7;
      y[b % n] = -7;
      const { data } = figure({ data: [{ type: "scatter", x: y.map((_, i) => i), y }], layout: {} });
      const kept = data[0]!;
      assert.ok(kept.y.length <= 2000 && kept.x.length === kept.y.length);
      assert.ok(kept.y.includes(-7));
      assert.ok(a % n === b % n || kept.y.includes(7));
      assert.deepEqual([kept.x[0], kept.x.at(-1)], [0, n - 1]);
      assert.ok(kept.x.every((x, i) => i === 0 || Number(x) > Number(kept.x[i - 1])));
    }),
    { numRuns: 30 },
  );
});

test("a diverged loss is a gap, not a zero", () => {
  const shown = liveLoss({ steps: [1, 2, NaN, Infinity, 2].map((loss, step) => ({ step, loss })) });
  assert.deepEqual(shown.data[0]!.y, [1, 2, null, null, 2]);
});

test("loss curves: a panel per language, a line per share in order, the loss before as a dotted line", () => {
  const shown = lossCurves({ rows: [...lossRows()].reverse(), domains: { en: "English", ko: "Korean" } });
  assert.equal(shown.data.length, 2 * shares.length);
  assert.deepEqual(
    shown.data.slice(0, shares.length).map((trace) => trace.name),
    ["0%", "10%", "25%", "50%", "75%", "100%"],
  );
  assert.equal(shown.data.filter((trace) => trace.showlegend !== false).length, shares.length);
  assert.equal(new Set(shown.data.slice(0, shares.length).map((trace) => trace.line!.dash)).size, shares.length);
  assert.equal(new Set(shown.data.slice(0, shares.length).map((trace) => trace.marker!.symbol)).size, shares.length);
  assert.ok(shown.data.every((trace) => trace.x.every((x) => Number(x) > 0)));
  assert.deepEqual(
    shown.layout.shapes!.map((shape) => shape.y0),
    [1.62, 2.35],
  );
  assert.match(shown.layout.xaxis!.title!.text, /[Tt]okens/);
  assert.match(shown.layout.yaxis!.title!.text, /Bits per byte/);
  assert.equal(shown.layout.legend!.title!.text, "English share");
  assert.equal(lossCurves({ rows: lossRows(), scale: "linear" }).data[0]!.x[0], 0);
});

test("the loss before has its place on the axis and its word beside it", () => {
  const rows = [0, 1e3, 1e4].map((tokens, i) => ({ run: "a", domain: "ko", tokens, bitsPerByte: [3, 1.2, 1.1][i]! }));
  const shown = lossCurves({ rows });
  const { panels, box } = placesOf(shown, { width: 760, height: 440 });
  assert.ok(panels[0]!.y.range![1] >= 3, `up to ${panels[0]!.y.range![1]}`);
  assert.ok(760 - box.right > 5 + widthOf("before", 12), "no legend there");
});

test("tables of arquero are rows too", async () => {
  const { from } = await import("arquero");
  const rows = lossRows();
  assert.deepEqual(lossCurves({ rows: from(rows) }), lossCurves({ rows }));
});

test("the plane: one labelled mean per share, bars only where there are seeds", () => {
  const one = forgettingPlane({ points: planePoints(1), old: "English", new: "Korean" });
  const three = forgettingPlane({ points: planePoints(3) });
  const labels = (shown: typeof one): string[] =>
    shown.data.flatMap((trace) => trace.text ?? []).map((text) => text.trim());
  assert.deepEqual(labels(one), ["0%", "10%", "25%", "50%", "75%", "100%"]);
  assert.deepEqual(labels(three), labels(one));
  assert.ok(one.data.every((trace) => !trace.error_x));
  const zero = planePoints(3).filter((point) => point.share === 0);
  const trace = three.data.find((candidate) => candidate.name === "0%")!;
  assert.ok(Math.abs((trace.x[0] as number) - zero.reduce((sum, point) => sum + point.adaptation, 0) / 3) < 1e-5);
  assert.ok(trace.error_x!.array[0]! > 0);
  assert.match(one.layout.xaxis!.title!.text, /Adaptation to Korean \(bits per byte/);
});

test("a long name on the plane stands where it is whole", () => {
  const label = "elastic weight consolidation";
  const points = [0, 0.25, 0.5, 0.75, 1].map((at) => ({ adaptation: at, forgetting: at, label: `${label} ${at}` }));
  const shown = forgettingPlane({ points });
  const { box, panels } = placesOf(shown, { width: 760, height: 440 });
  const corners = markLabels(panels[0]!, shown.layout).flatMap(cornersOf);
  assert.equal(corners.length, 20);
  assert.ok(corners.every(([x]) => x > box.left && x < box.right));
});

test("the plane: names that would lie over each other are in a legend, with marks of their own", () => {
  const shares = [0.1, 0.5].map((share) => ({ adaptation: 6 - share, forgetting: 0.5 - share, share }));
  const rules = ["ado", "doge", "learned ratio", "odm", "skill-it"].map((label, i) => ({
    ...{ adaptation: 5.7 + i / 200, forgetting: 0.03, label },
  }));
  const { data, layout } = forgettingPlane({ points: [...shares, ...rules] });
  assert.deepEqual(
    data.flatMap(({ text = [] }) => text).map((text) => text.trim()),
    ["10%", "50%"],
  );
  const listed = data.filter(({ showlegend }) => showlegend);
  assert.deepEqual(
    listed.map(({ name }) => name),
    rules.map(({ label }) => label),
  );
  assert.equal(new Set(listed.map(({ marker }) => marker!.symbol)).size, 5);
  assert.ok(layout.showlegend);
  assert.ok(!forgettingPlane({ points: [...shares, rules[0]!] }).layout.showlegend);
});

test("the plane: a line joins the shares in order, and methods that have a name instead stand beside it", () => {
  const point = (adaptation: number, forgetting: number) => ({ adaptation, forgetting });
  const points = [
    { ...point(6, 0.1), label: "odm" },
    { ...point(5.5, 0.02), share: 0.5 },
    { ...point(6.1, 0.2), share: 0.1 },
  ];
  const { data, layout } = forgettingPlane({ points });
  const line = data.find(({ mode }) => mode === "lines")!;
  assert.deepEqual(
    [line.x, line.y],
    [
      [6.1, 5.5],
      [0.2, 0.02],
    ],
  );
  assert.deepEqual(data.flatMap(({ name }) => name ?? []).sort(), ["10%", "50%", "odm"]);
  const [low] = layout.xaxis!.range!;
  assert.ok(
    low > 5 && layout.yaxis!.range![0] < 0,
    "an axis without zero where that is far away, with it where it is near",
  );
});

test("law with band: nothing invented where there is no bootstrap, no critical share and no check run", () => {
  const bare = lawWithBand({
    points: [
      { share: 0, loss: 2 },
      { share: 1, loss: 1 },
    ],
    curve: [
      { x: 0, loss: 2, low: null, high: null },
      { x: 1, loss: 1, low: null, high: null },
    ],
  });
  assert.deepEqual(
    bare.data.map((trace) => trace.name),
    ["fitted law", "runs"],
  );
  assert.deepEqual([bare.layout.shapes, bare.layout.annotations], [[], []]);
  const none = lawWithBand({
    points: [{ share: 0, loss: 2 }],
    curve: [
      { x: 0, loss: 2, low: 1, high: 3 },
      { x: 1, loss: 1, low: 0, high: 2 },
    ],
    critical: { value: null, low: null, high: null },
    limit: 1.5,
    baseline: 1.4,
  });
  assert.deepEqual(
    none.layout.annotations!.map((note) => note.text),
    ["base model", "tolerance"],
  );
  assert.equal(none.data.filter((trace) => trace.fill === "tonexty").length, 1);
});

test("bad rows: one line", () => {
  assert.throws(() => lossCurves({ rows: [] }), /^Error: charts\.lossCurves: invalid rows: none/);
  assert.throws(
    () => lossCurves({ rows: [{ run: "a", domain: "en", tokens: 1 } as never] }),
    /invalid bitsPerByte: undefined in row 1/,
  );
  assert.throws(
    () => lossCurves({ rows: lossRows(), domains: { fi: "Finnish" } }),
    /invalid domains: fi; draw one or two of en, ko/,
  );
  assert.throws(
    () => fertilityBars({ rows: [{ before: 1, after: 2 } as never] }),
    /invalid language: missing in row 1/,
  );
  assert.throws(() => liveLoss({ steps: [], window: 0.5 }), /invalid window: 0\.5/);
});

test("a live chart can be drawn before the first step, and its axis does not grow", () => {
  const empty = liveLoss({ steps: [], total: 100 });
  assert.deepEqual(
    empty.data.map((trace) => trace.y.length),
    [0],
  );
  assert.deepEqual(empty.layout.xaxis!.range, [0, 100]);
  assert.equal(empty.layout.uirevision, liveLoss({ steps: [{ step: 1, loss: 2 }] }).layout.uirevision);
});

test("a column of NaN is said in one line; marks and ranges without a place are left out of a figure", () => {
  assert.throws(
    () => strips({ rows: [{ group: "a", value: NaN }], axis: "Forgetting" }),
    /^Error: charts\.strips: invalid value: not one is a number; there is nothing to draw$/,
  );
  const lines = ["a", "b"].map((domain, i) => ({ t: 0.5, domain, bitsPerByte: i === 0 ? NaN : 1 }));
  const ends = lines.flatMap((row) => [{ ...row, t: 0 }, row, { ...row, t: 1 }]);
  assert.equal(lossAlongLine({ rows: ends }).layout.shapes!.length, 1);
  const points = [
    { label: "lost", adaptation: NaN, forgetting: NaN },
    { label: "kept", adaptation: 1, forgetting: 2 },
  ];
  const { range } = forgettingPlane({ points }).layout.xaxis!;
  assert.ok(range![0] < 0 && range![1] > 1);
});
