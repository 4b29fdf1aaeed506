/** What every row of the schedules must be, tried on its example. A row that somebody adds is tested here as it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../../property.js";
import { makeOf, write, type Written } from "../../../src/registry.js";
import { type Schedule, schedules } from "../../../src/train/schedules/index.js";
import { curveNames, curves } from "../../../src/train/schedules/curves.js";

for (const [name, row] of Object.entries(schedules)) {
  const schedule = (row.make as (options: unknown) => Schedule)(row.example);
  const most = name === "onward" ? 8 : 300;

  test(`${name}: a rate from 0 to its highest at every update of a run of any length, the same when read back`, () => {
    const again = makeOf<Schedule>(schedules, JSON.parse(JSON.stringify(write(schedule))) as Written);
    const highest = 3e-3; // No example asks for more.
    fc.assert(
      fc.property(fc.integer({ min: 4, max: most }), (total) => {
        for (let step = 0; step <= total; step++) {
          const rate = schedule.learningRate(step, total);
          assert.ok(rate >= 0 && rate <= highest * (1 + 1e-12), `${rate} at ${step} of ${total}`);
          assert.equal(again.learningRate(step, total), rate);
        }
      }),
      { numRuns: 30 },
    );
  });

  test(`${name}: an update beyond the run is refused in one line`, () => {
    assert.throws(
      () => schedule.learningRate(13, 12),
      new RegExp(`^Error: (${name}: invalid step: 13 |onward: invalid)`),
    );
  });
}

test("every curve begins and ends where it should and turns nowhere", () => {
  const positive = fc.double({ min: 1e-6, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(...curveNames), positive, positive, (name, a, b) => {
      const [from, to] = [Math.max(a, b), Math.min(a, b)];
      const rates = Array.from({ length: 11 }, (_, done) => curves[name]({ from, to, done, of: 10 }));
      assert.ok(Math.abs(rates[0]! / from - 1) < 1e-9 && Math.abs(rates[10]! / to - 1) < 1e-9);
      for (let i = 1; i <= 10; i++) assert.ok(rates[i]! <= rates[i - 1]! * (1 + 1e-9));
    }),
  );
});
