/** What every row of the mixtures must be, tried on its example. A row that somebody adds is tested here as it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../property.js";
import { blender, type Mixture, mixtures, type MixtureStart } from "../../src/mixture/index.js";

const starts = fc.record({
  steps: fc.integer({ min: 4, max: 60 }),
  batch: fc.integer({ min: 1, max: 5 }),
  warmup: fc.integer({ min: 1, max: 5 }),
});

for (const [name, row] of Object.entries(mixtures)) {
  const mixture = (row.make as (options: unknown) => Mixture)(row.example);

  test(`${name}: shares are shares at every update, and whole windows keep to them within one of each domain`, () => {
    fc.assert(
      fc.property(starts, ({ steps: asked, batch, warmup }) => {
        const steps = name === "onward" ? Math.min(asked, 8) : asked;
        const start: MixtureStart = {
          steps,
          tokensPerStep: batch,
          sizes: { old: 400, new: 200 },
          rate: (step) => Math.min((step + 1) / warmup, 1 - Math.max(0, step + 1 - warmup) / (steps + 1)),
        };
        const mixing = mixture.begin(start);
        const blend = blender({ domains: mixture.domains });
        const due = mixture.domains.map(() => 0);
        for (let step = 0; step < steps; step++) {
          const shares = mixing.shares(step);
          assert.equal(shares.length, mixture.domains.length);
          assert.ok(shares.every((share) => share >= 0));
          assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-9);
          for (let row = 0; row < batch; row++) {
            blend.next(shares);
            shares.forEach((share, i) => (due[i]! += share));
            blend.counts.forEach((count, i) => assert.ok(Math.abs(count - due[i]!) <= 1 + 1e-9));
          }
        }
      }),
      { numRuns: 40 },
    );
  });
}
