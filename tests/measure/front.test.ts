import assert from "node:assert/strict";
import { test } from "node:test";
import { adaptationAt } from "../../src/measure/index.js";

const points = [
  { adaptation: 0.8, forgetting: 0.4 },
  { adaptation: 0.6, forgetting: 0.1 },
  { adaptation: 0.2, forgetting: 0 },
];

test("between two settings the line between them counts", () => {
  assert.ok(Math.abs(adaptationAt({ points, forgetting: 0.25 })! - 0.7) < 1e-12);
  assert.ok(Math.abs(adaptationAt({ points, forgetting: 0.05 })! - 0.4) < 1e-12);
  assert.equal(adaptationAt({ points, forgetting: 0.1 }), 0.6);
  assert.equal(adaptationAt({ points, forgetting: 9 }), 0.8);
});

test("nothing is made up where every setting loses more; a setting that is no number is refused", () => {
  assert.equal(adaptationAt({ points, forgetting: -0.1 }), undefined);
  assert.throws(
    () => adaptationAt({ points: [{ adaptation: NaN, forgetting: 0 }], forgetting: 1 }),
    /^Error: adaptationAt: invalid point: NaN, 0 /,
  );
});
