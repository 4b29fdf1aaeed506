/** A law of one's own by names; a law with constants held. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { define } from "../../../src/laws/define.js";
import { fit } from "../../../src/laws/fit.js";
import { dCpt } from "../../../src/laws/forms/d-cpt.js";
import { power } from "../../../src/laws/forms/power.js";
import { hold, slice } from "../../../src/laws/hold.js";
import { curve, laws, solve } from "../../../src/laws/index.js";
import { rng } from "../../../src/rng.js";
import { drawConstants, drawSetting, gradientError } from "./draws.js";

const saturating = define({
  name: "forgetting by steps",
  inputs: [{ name: "steps", min: 0 }],
  parameters: [
    "floor",
    { name: "rise", range: [0, Infinity] },
    { name: "half", range: [0, Infinity], typical: 100, starts: [100, 1000] },
  ],
  predict: ({ floor, rise, half }, { steps }) => floor + (rise * steps) / (steps + half),
});

test("a law in names is fitted like one of the registry's", () => {
  const rows = [0, 50, 100, 300, 600, 1200, 5000].map((steps) => ({ steps, loss: 2 + (0.7 * steps) / (steps + 240) }));
  const found = fit({ law: saturating, rows });
  assert.ok(Math.abs(found.parameters.floor! - 2) < 1e-4, JSON.stringify(found.parameters));
  assert.ok(Math.abs(found.parameters.rise! - 0.7) < 1e-4);
  assert.ok(Math.abs(found.parameters.half! - 240) < 0.1);
  assert.throws(
    () => fit({ law: saturating, rows: [...rows, { steps: -1, loss: 2 }] }),
    /invalid steps: -1 .*forgetting by steps holds for 0 <= steps/,
  );
});

test("left out, starts are tried around typical; many constants do not make more than 4096, and each start varies", () => {
  const many = define({ name: "many", inputs: ["x"], parameters: [..."abcdefgh"], predict: () => 1 });
  const starts = many.starts({ x: [], y: [], run: [] });
  assert.equal(starts.length, 4096);
  assert.equal(new Set(starts.map(String)).size, 4096);
  many.parameters.forEach((_, k) => assert.equal(new Set(starts.map((start) => start[k])).size, 4));
});

test("what cannot be a law is refused in one line", () => {
  const make = (more: object): unknown =>
    define({ name: "x", inputs: ["x"], parameters: ["a"], predict: () => 1, ...more });
  assert.throws(() => make({ parameters: ["a", "a"] }), /^Error: laws\.define: invalid constants: a, a/);
  assert.throws(() => make({ inputs: [] }), /^Error: laws\.define: invalid inputs/);
  assert.throws(() => make({ parameters: [{ name: "a", range: [1, 1] }] }), /invalid range of a: 1 to 1/);
  assert.throws(() => make({ parameters: [{ name: "a", range: [0, 1], starts: [2] }] }), /invalid starts of a: 2/);
  assert.throws(() => make({ parameters: [{ name: "a", typical: NaN }] }), /invalid typical of a: NaN/);
});

test("a held law is the law with that constant, and its gradient is the rest of the gradient", () => {
  const held = hold(dCpt, { eta: 0.2, E: 1.7 });
  assert.deepEqual(
    held.parameters.map(({ name }) => name),
    ["A", "B", "C", "alpha", "beta", "gamma", "epsilon"],
  );
  const random = rng(3);
  for (let i = 0; i < 50; i++) {
    const p = drawConstants(held, random);
    const x = drawSetting(held, random);
    assert.ok(gradientError(held, p, x) < 2e-6);
    const [A, B, C, alpha, beta, gamma, epsilon] = p as [number, number, number, number, number, number, number];
    assert.equal(held.predict(p, x), dCpt.predict([1.7, A, B, C, alpha, beta, gamma, 0.2, epsilon], x));
  }
  const rows = [1, 2, 4, 8, 16].map((x) => ({ x, loss: 3 * x ** -0.5 + 1 }));
  const found = fit({ law: hold(power, { beta: 1 }, "no floor"), rows });
  assert.ok(Math.abs(found.parameters.s! + 0.5) < 1e-6);
  assert.throws(
    () => hold(power, { gamma: 1 }),
    /^Error: laws\.hold: invalid constant: gamma \(power has alpha, s, beta, x\)/,
  );
  assert.throws(() => hold(power, { s: NaN }), /invalid s: NaN/);
  assert.throws(() => hold(power, { s: 1, alpha: 1, beta: 1 }), /invalid values: every constant/);
});

test("an input is held too: rows of one token budget, and a law of the share alone", () => {
  const truth = [1.6, 200, 500, 0.2, 0.3, 0.3, 0.6, 0.2, 0.05];
  const rows = [1e8, 1e9, 4e9].flatMap((parameters) =>
    [0, 0.1, 0.3, 0.6, 1].map((share) => ({
      parameters,
      share,
      loss: dCpt.predict(truth, [parameters, 1e10, share]),
    })),
  );
  const law = hold(dCpt, { tokens: 1e10, beta: 0.3, eta: 0.2, B: 500 }, "at 1e10 tokens");
  assert.deepEqual(
    law.inputs.map(({ name }) => name),
    ["parameters", "share"],
  );
  const found = fit({ law, rows });
  assert.ok(Math.abs(found.parameters.gamma! - 0.6) < 0.02, JSON.stringify(found.parameters));
  assert.throws(() => hold(dCpt, { parameters: 1, tokens: 1, share: 1 }), /invalid values: every input of d-cpt/);
});

test("a slice of a fit is the law there, its rows carried along; the critical share comes from it", () => {
  const truth = [1.5, 300, 700, 0.2, 0.35, 0.28, 0.5, 0.05];
  const random = rng(12);
  const rows = [1e8, 5e8, 2e9].flatMap((parameters) =>
    [1e9, 4e9, 2e10].flatMap((tokens) =>
      [0.05, 0.1, 0.3, 0.6, 1].map((share) => ({
        parameters,
        tokens,
        share,
        loss: laws["d-cpt-8"]!.predict(truth, [parameters, tokens, share]) * Math.exp(1e-4 * random.normal()),
      })),
    ),
  );
  const whole = fit({ law: "d-cpt-8", rows, polish: 4 });
  const cut = slice(whole, { parameters: 1e9, tokens: 1e10 });
  const exact = (share: number): number => laws["d-cpt-8"]!.predict(truth, [1e9, 1e10, share]);
  for (const point of curve({ fit: cut, points: 5 }))
    if (point.x > 0.05) assert.ok(Math.abs(point.loss - exact(point.x)) < 1e-3, JSON.stringify(point));
  cut.data.y.forEach((loss, i) => assert.ok(Math.abs(loss - exact(cut.data.x[i]![0]!)) < 2e-3));
  const { share } = solve({ question: "critical-share", fit: cut, baseline: exact(0.4), tolerance: 0 });
  assert.ok(Math.abs(share.value! - 0.4) < 0.02, share.sentence);
  assert.throws(
    () => slice(whole, { gamma: 1 }),
    /laws\.slice: invalid input: gamma \(d-cpt-8 has parameters, tokens, share\)/,
  );
});
