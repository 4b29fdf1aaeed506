import assert from "node:assert/strict";
import { test } from "node:test";
import { pairedDifference } from "../../src/measure/index.js";
import { studentQuantile } from "../../src/measure/paired.js";

/** Two-sided 95 % and 99 % points, by scipy.stats.t.ppf 1.17. */
const quantiles: [n: number, at95: number, at99: number][] = [
  [1, 12.706204736174694, 63.65674116287153],
  [2, 4.302652729749462, 9.924843200918287],
  [3, 3.182446305283708, 5.840909309733355],
  [4, 2.776445105197793, 4.604094871349992],
  [9, 2.262157162798205, 3.249835541592126],
  [30, 2.042272456301238, 2.749995653567225],
];

test("Student's quantiles are SciPy's", () => {
  for (const [n, at95, at99] of quantiles) {
    assert.ok(Math.abs(studentQuantile(n, 0.95) / at95 - 1) < 1e-9, `${n}: ${studentQuantile(n, 0.95)}`);
    assert.ok(Math.abs(studentQuantile(n, 0.99) / at99 - 1) < 1e-9, `${n}: ${studentQuantile(n, 0.99)}`);
  }
});

test("differences are taken seed by seed: what all seeds share does not blur them", () => {
  const against = [1, 5, 9];
  const clear = pairedDifference({ values: [1.1, 5.1, 9.1], against });
  assert.ok(Math.abs(clear.mean - 0.1) < 1e-12 && clear.half < 1e-12 && clear.clear);
  const unclear = pairedDifference({ values: [1.3, 4.9, 9.1], against });
  assert.ok(Math.abs(unclear.mean - 0.1) < 1e-12 && !unclear.clear);
  assert.ok(Math.abs(unclear.half - (4.302652729749464 * 0.2) / Math.sqrt(3)) < 1e-12);
});

test("what cannot be compared is refused in one line", () => {
  assert.throws(() => pairedDifference({ values: [1], against: [1] }), /pairedDifference: invalid values: 1 against 1/);
  assert.throws(() => pairedDifference({ values: [1, 2], against: [1] }), /invalid values: 2 against 1/);
  assert.throws(() => pairedDifference({ values: [1, 2], against: [1, 2], level: 1 }), /invalid level: 1/);
});
