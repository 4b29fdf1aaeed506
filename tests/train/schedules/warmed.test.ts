import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../../property.js";
import { constant, cosine, rewarm, type Schedule, schedules } from "../../../src/train/schedules/index.js";
import { makeOf, write, type Written } from "../../../src/registry.js";

test("rewarm gives the sheet's golden values", () => {
  const schedule = rewarm({ peak: 3e-4, warmup: 0.01, floor: 3e-5 });
  const rates = [5, 10, 250, 505, 750, 1000].map((step) =>
    Number((schedule.learningRate(step, 1000) * 1e6).toFixed(4)),
  );
  assert.deepEqual(rates, [150, 300, 262.7041, 165, 70.3009, 30]);
});

test("a schedule rises to its peak, never leaves [0, peak] and ends at its floor", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (peak, share, total, warmup) => {
        const schedule = cosine({ peak, floor: peak * share, warmup });
        let top = 0;
        for (let step = 1; step <= total; step++) {
          const rate = schedule.learningRate(step, total);
          assert.ok(rate >= 0 && rate <= peak * (1 + 1e-12));
          top = Math.max(top, rate);
        }
        assert.ok(Math.abs(schedule.learningRate(total, total) - peak * share) <= peak * 1e-9);
      },
    ),
    { numRuns: 30 },
  );
});

test("constant holds its rate after the rise", () => {
  const schedule = constant({ peak: 0.5, warmup: 0.1 });
  assert.deepEqual(
    [1, 10, 11, 100].map((step) => schedule.learningRate(step, 100)),
    [0.05, 0.5, 0.5, 0.5],
  );
});

test("options round-trip through the registry", () => {
  for (const schedule of [cosine({ peak: 0.1 }), rewarm({ peak: 0.1 }), constant({ peak: 0.1 })]) {
    const again = makeOf<Schedule>(schedules, JSON.parse(JSON.stringify(write(schedule))) as Written);
    assert.equal(again.learningRate(7, 30), schedule.learningRate(7, 30));
  }
});

test("nonsense is refused in one line that names the schedule and the field", () => {
  assert.throws(() => rewarm({ peak: NaN }), /^Error: rewarm: invalid peak: NaN \(want a positive number\)$/);
  assert.throws(() => cosine({ peak: 1, warmup: 2 }), /cosine: invalid warmup: 2/);
  assert.throws(() => cosine({ peak: 1, floor: 2 }), /cosine: invalid floor: 2/);
  assert.throws(() => constant({ peak: 1 }).learningRate(11, 10), /constant: invalid step: 11/);
});
