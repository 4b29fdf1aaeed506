/** Budgets found in rows: those that the rows were made at, and none where compute is spread evenly. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isoFlopBudgets } from "../../src/laws/index.js";
import { rng } from "../../src/rng.js";

test("the budgets that rows were made at are found, whatever their order and noise", () => {
  const draw = rng(3);
  const made = [1e18, 1e19, 3e20];
  const rows = made.flatMap((budget) =>
    Array.from({ length: 9 }, (_, i) => ({ flops: budget * Math.exp(0.05 * draw.normal()), parameters: 1e6 * 2 ** i })),
  );
  const found = isoFlopBudgets({ rows: [...rows].reverse() });
  assert.equal(found.length, made.length);
  found.forEach((budget, i) => assert.ok(Math.abs(Math.log(budget / made[i]!)) < 0.1, `${budget}`));
});

test("a crowd of one size, and compute without crowds, are no budgets; bad rows are named", () => {
  assert.deepEqual(isoFlopBudgets({ rows: Array.from({ length: 9 }, () => ({ flops: 1e18, parameters: 1e6 })) }), []);
  assert.deepEqual(
    isoFlopBudgets({ rows: Array.from({ length: 30 }, (_, i) => ({ flops: 2 ** i, parameters: 1 + i })) }),
    [],
  );
  assert.deepEqual(isoFlopBudgets({ rows: [] }), []);
  assert.throws(() => isoFlopBudgets({ rows: [{ flops: NaN, parameters: 1 }] }), /isoFlopBudgets: invalid row 1/);
});
