/** IsoFLOP vertices and the allocation exponent on a known law: found where they are, with an interval that holds them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isoFlop } from "../../src/laws/index.js";
import { rng } from "../../src/rng.js";

const budgets = [1e19, 1e20, 1e21];
/** α = β, so that the curve is symmetric in ln N and the parabola is not biased: N* = (C/6)^½ (A/B)^{1/(2α)}. */
const best = (flops: number): number => Math.sqrt(flops / 6) * (400 / 800) ** (1 / 0.68);
const rowsOf = (sigma: number, seed = 1, span = 3): { flops: number; parameters: number; loss: number }[] => {
  const chance = rng(seed);
  return budgets.flatMap((flops) =>
    Array.from({ length: 9 }, (_, i) => {
      const parameters = best(flops) * span ** ((i - 4) / 4);
      const loss = 1.7 + 400 / parameters ** 0.34 + 800 / (flops / 6 / parameters) ** 0.34 + sigma * chance.normal();
      return { flops: flops * (1 + 0.001 * (i % 3)), parameters, loss };
    }),
  );
};

test("without noise the vertices are the optima and the exponent is a half", () => {
  const { budgets: found, exponent, notes } = isoFlop({ rows: rowsOf(0), budgets });
  for (const { flops, parameters, bracketed, rows, curve } of found) {
    assert.ok(Math.abs(parameters.value! / best(flops) - 1) < 0.01 && bracketed, parameters.sentence);
    assert.deepEqual([rows, curve.length, parameters.low], [9, 61, null]);
  }
  assert.ok(Math.abs(exponent.value! - 0.5) < 1e-3, exponent.sentence);
  assert.deepEqual(notes, []);
});

test("with noise the intervals hold the truth as often as they say, and the same seed gives the same digits", () => {
  const ask = (seed: number): ReturnType<typeof isoFlop> =>
    isoFlop({ rows: rowsOf(0.003, seed), budgets, rng: rng(2), resamples: 100 });
  let inside = 0;
  let slopes = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const { budgets: found, exponent } = ask(seed);
    for (const { flops, parameters } of found)
      if (parameters.low! <= best(flops) && best(flops) <= parameters.high!) inside++;
    if (exponent.low! <= 0.5 && 0.5 <= exponent.high!) slopes++;
  }
  assert.ok(inside >= 270 && inside <= 297 && slopes >= 88 && slopes <= 99, `${inside} of 300, ${slopes} of 100`);
  assert.deepEqual(ask(1), ask(1));
});

test("what is not bracketed does not count, and too few sizes are said", () => {
  const above = rowsOf(0).filter(({ flops, parameters }) => flops < 1e21 || parameters > 1.3 * best(1e21));
  const { budgets: found, notes } = isoFlop({
    rows: [...above, { ...above[0]!, flops: 1e22 }],
    budgets: [...budgets, 1e22],
  });
  assert.deepEqual(
    found.map(({ bracketed }) => bracketed),
    [true, true, false],
  );
  assert.match(notes.join("\n"), /^1e\+22 FLOP has 1 row\(s\), too few .*\nAt 1 of 3 budgets the vertex lies beyond/);
  assert.throws(() => isoFlop({ rows: above, budgets: [] }), /^Error: laws\.isoFlop: invalid budgets/);
  assert.throws(() => isoFlop({ rows: [{ flops: 1, parameters: 0, loss: 1 }], budgets }), /invalid row 1/);
});
