import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { blender, fixed } from "../../src/mixture/index.js";
import type { BlenderState, Mixture } from "../../src/mixture/index.js";

const draw = (source: { next(step?: number): number }, count: number): number[] =>
  Array.from({ length: count }, (_, i) => source.next(i));

const someShares = fc
  .array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 })
  .filter((parts) => parts.some((part) => part > 0))
  .map((parts) => {
    const sum = parts.reduce((a, b) => a + b, 0);
    return Object.fromEntries(parts.map((part, i) => [`d${i}`, part / sum]));
  });

test("the sequence of GPT-NeoX's greedy rule for .7/.25/.05", () => {
  assert.deepEqual(
    draw(blender(fixed({ a: 0.7, b: 0.25, c: 0.05 })), 20),
    [0, 1, 0, 2, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0],
  );
});

test("a domain with share 0 is never drawn, wherever it stands", () => {
  assert.deepEqual(draw(blender(fixed({ en: 0, ko: 1 })), 8), Array(8).fill(1));
  assert.deepEqual(draw(blender(fixed({ ko: 1, en: 0 })), 8), Array(8).fill(0));
});

test("every prefix stays near the shares, and the counts add up to the draws", () => {
  fc.assert(
    fc.property(someShares, fc.integer({ min: 1, max: 400 }), (shares, count) => {
      const source = blender(fixed(shares));
      for (let i = 1; i <= count; i++) {
        source.next();
        // The rule looks at what was due before the draw, so a domain may be one window ahead, and with six domains one behind.
        for (const [k, domain] of source.domains.entries())
          assert.ok(Math.abs(source.counts[k]! - shares[domain]! * i) <= 2);
      }
      assert.equal(
        source.counts.reduce((a, b) => a + b, 0),
        count,
      );
      assert.equal(source.draws, count);
      assert.ok(Math.abs(source.realised.reduce((a, b) => a + b, 0) - 1) < 1e-12);
    }),
  );
});

test("a saved state goes on exactly as if never interrupted, also while shares change", () => {
  const ramp: Mixture = {
    name: "ramp",
    domains: ["a", "b"],
    shares: (step, total) => [1 - step / total, step / total],
  };
  fc.assert(
    fc.property(fc.constantFrom(ramp, fixed({ a: 0.3, b: 0.7 })), fc.integer({ min: 0, max: 99 }), (mixture, cut) => {
      const whole = blender(mixture, { total: 100 });
      const straight = draw(whole, 100);
      const first = blender(mixture, { total: 100 });
      const before = draw(first, cut);
      const state = JSON.parse(JSON.stringify(first.state)) as BlenderState;
      const second = blender(mixture, { total: 100, state });
      const after = Array.from({ length: 100 - cut }, (_, i) => second.next(cut + i));
      assert.deepEqual([...before, ...after], straight);
      assert.deepEqual(second.state, whole.state);
    }),
  );
});

test("changing shares are followed from where they change", () => {
  const late: Mixture = { name: "late", domains: ["a", "b"], shares: (step) => (step < 50 ? [1, 0] : [0, 1]) };
  const drawn = draw(blender(late, { total: 100 }), 100);
  assert.deepEqual(drawn.slice(0, 50), Array(50).fill(0));
  assert.deepEqual(drawn.slice(50), Array(50).fill(1));
});

test("bad shares of a mixture and a state of another mixture are one line", () => {
  const broken: Mixture = { name: "broken", domains: ["a", "b"], shares: () => [0.5, 0.6] };
  assert.throws(() => blender(broken).next(), /^Error: blender: broken: invalid shares: a 0\.5, b 0\.6 add up to 1\.1/);
  const state = blender(fixed({ a: 1 })).state;
  assert.throws(
    () => blender(fixed({ a: 0.5, b: 0.5 }), { state }),
    /invalid state: it counts 1 domains, the mixture has 2$/,
  );
});
