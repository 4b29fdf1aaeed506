/** The law charts: what is drawn where, for what is determined and for what is not. The toys' figures go through Plotly in browser.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../property.js";
import {
  bootstrapCloud,
  isoFlop,
  lawProfile,
  lawResiduals,
  lawShares,
  simplexMap,
  svgOf,
  type Figure,
} from "../../src/charts/index.js";
import { bowl } from "./law-toy.js";

const words = ({ layout }: Figure): string[] => (layout.annotations ?? []).map(({ text }) => text);

test("residuals are percent of the prediction, the range is of the first group", () => {
  const rows = Array.from({ length: 100 }, (_, i) => ({
    predicted: 2,
    loss: 2 * Math.exp(((i % 2 ? 1 : -1) * i) / 1e4),
    group: "fitted",
  }));
  const shown = lawResiduals({ rows: [...rows, { predicted: 2, loss: 4, group: "held out" }] });
  assert.deepEqual(
    shown.data.map(({ name, y }) => [name, y.length]),
    [
      ["fitted", 100],
      ["held out", 1],
    ],
  );
  assert.ok(Math.abs(shown.data[1]!.y[0]! - 100 * Math.LN2) < 1e-3);
  assert.match(words(shown)[0]!, /95 of 100 within 0\.94 %/);
  const few = lawResiduals({ rows: [{ predicted: 2, loss: 2.02 }] });
  assert.equal(few.layout.showlegend, false);
  assert.deepEqual(words(few), ["all within 1 %"]);
});

test("a profile: the statistic, the interval, and words where it does not close", () => {
  const points = Array.from({ length: 21 }, (_, i) => ({ value: i - 10, objective: Math.exp((i - 10) ** 2 / 50) }));
  const closed = lawProfile({ points, name: "a", spare: 50, low: -1.96, high: 1.96 });
  const [line, fit] = closed.data;
  assert.deepEqual([fit!.x[0], fit!.y[0]], [0, 0]);
  line!.x.forEach((x, i) => assert.ok(Math.abs(line!.y[i]! - Math.min(12, Number(x) ** 2)) < 1e-4));
  assert.ok(Math.max(...(line!.x as number[])) < 7);
  assert.deepEqual(words(closed), ["95 %"]);
  const references = [-9, 0.5, 9].map((value) => ({ name: `at ${value}`, value }));
  const marked = words(lawProfile({ points, name: "a", spare: 50, low: -1.96, high: 1.96, references }));
  assert.deepEqual(marked.slice(1), ["← at -9: -9", "at 0.5", "at 9: 9 →"]);
  const open = lawProfile({ points, name: "a", spare: 0.1, low: null, high: null });
  assert.ok(words(open).includes("not determined below and above"));
  assert.throws(() => lawProfile({ points, name: "a", spare: 0 }), /invalid spare: 0/);
});

test("isoFLOP: a curve and its runs per budget, budgets in words, the vertices with their interval", () => {
  const points = [1e18, 2.4e19].flatMap((flops) => [1e7, 1e8].map((parameters) => ({ flops, parameters, loss: 3 })));
  const shown = isoFlop({
    points,
    curves: points,
    vertices: [{ ...points[0]!, low: 5e6, high: 3e7 }],
  });
  assert.deepEqual(
    shown.data.filter(({ showlegend, name }) => showlegend !== false && name).map(({ name }) => name),
    ["10¹⁸ FLOP", "2.4 × 10¹⁹ FLOP", "best size"],
  );
  assert.deepEqual(shown.data.at(-1)!.error_x!.array, [2e7]);
  assert.equal(isoFlop({ points }).data.length, 2);
});

test("recommended shares: an interval where there is one, words where there is none", () => {
  const shown = lawShares({
    points: [{ share: 0.5, loss: 2 }],
    limit: 2.1,
    laws: [
      { name: "a", curve: [{ x: 0, loss: 3 }], critical: { value: 0.2, low: 0.1, high: null, determined: false } },
      { name: "b", curve: [{ x: 0, loss: 3 }], critical: { value: null, low: null, high: null } },
    ],
  });
  const below = shown.data.filter(({ xaxis }) => xaxis === "x2");
  assert.deepEqual(
    below.map(({ text }) => text![0]),
    ["20%, not determined", "no share"],
  );
  assert.deepEqual(
    [below[0]!.error_x!.array, below[0]!.error_x!.arrayminus, below[1]!.error_x],
    [[0.8], [0.1], undefined],
  );
  assert.throws(() => lawShares({ points: [{ share: 1, loss: 1 }], limit: 1, laws: [] }), /invalid laws: none/);
});

/** Twice the area of a closed polygon. */
const area = (x: number[], y: number[]): number =>
  Math.abs(x.reduce((sum, a, i) => sum + a * y[(i + 1) % y.length]! - x[(i + 1) % x.length]! * y[i]!, 0));

test("the bands of a simplex cover the triangle once, whatever the loss", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 6, maxLength: 6 }), (c) => {
      const lossOf = ({ a = 0, b = 0, c: third = 0 }: Record<string, number>): number =>
        c[0]! * a + c[1]! * b + c[2]! * third + c[3]! * a * b + c[4]! * b * third + Math.sin(5 * c[5]! * a);
      fc.pre(c.some((value) => Math.abs(value) > 0.01));
      let shown: Figure;
      try {
        shown = simplexMap({ domains: ["a", "b", "c"], lossOf });
      } catch (error) {
        assert.match(String(error), /not flat/);
        return;
      }
      let covered = 0;
      for (const { x, y } of shown.data) {
        assert.ok(x.length < 2000, "a band that figure() would thin");
        let from = 0;
        x.forEach((value, i) => {
          if (value !== null) return;
          covered += area(x.slice(from, i) as number[], y.slice(from, i) as number[]);
          from = i + 1;
        });
      }
      assert.ok(Math.abs(covered - Math.sqrt(3) / 2) < 1e-3, `${covered}`);
    }),
    { numRuns: 40 },
  );
});

test("the simplex in SVG: each little polygon is closed by itself, corners are where they are named", () => {
  const shown = simplexMap({ domains: ["en", "ko", "fi"], lossOf: bowl, best: { en: 1, ko: 0, fi: 0 } });
  const star = shown.data.at(-1)!;
  assert.deepEqual([star.x, star.y], [[0], [0]]);
  const band = /<path d="(M[^"]*)" fill="rgb/.exec(svgOf(shown))![1]!;
  assert.equal(band.split("M").length, band.split("Z").length);
  assert.ok(band.split("M").length > 10);
  assert.throws(() => simplexMap({ domains: ["a", "a", "b"], lossOf: bowl }), /invalid domains/);
  assert.throws(() => simplexMap({ domains: ["a", "b", "c"], lossOf: () => 1 }), /not flat/);
  const rounding = ({ a = 0, b = 0, c = 0 }: Record<string, number>): number => a / 3 + b / 3 + c / 3 + 1e-15 * b;
  assert.throws(() => simplexMap({ domains: ["a", "b", "c"], lossOf: rounding }), /not flat/);
});

test("the cloud's ellipse holds 95 of 100 of a normal, on log axes too", () => {
  const samples = Array.from({ length: 4000 }, (_, i) => {
    const [u, v] = [((i * 0.7548776662466927) % 1) + 1e-9, (i * 0.5698402909980532) % 1];
    const r = Math.sqrt(-2 * Math.log(u));
    const [x, z] = [r * Math.cos(2 * Math.PI * v), r * Math.sin(2 * Math.PI * v)];
    return { x, y: 10 ** (0.8 * x + 0.6 * z) };
  });
  const { data } = bootstrapCloud({ samples, fit: samples[0]!, names: ["a", "b"], scales: ["linear", "log"] });
  const line = data.find(({ name }) => name === "95 %")!;
  const [ex, ey] = [line.x as number[], (line.y as number[]).map(Math.log10)];
  const inside = samples.filter(({ x, y }) => {
    let odd = false;
    ex.forEach((a, i) => {
      const j = (i + 1) % ex.length;
      const at = Math.log10(y);
      if (ey[i]! > at !== ey[j]! > at && x < a + ((ex[j]! - a) * (at - ey[i]!)) / (ey[j]! - ey[i]!)) odd = !odd;
    });
    return odd;
  }).length;
  assert.ok(Math.abs(inside / samples.length - 0.95) < 0.01, `${inside}`);
});
