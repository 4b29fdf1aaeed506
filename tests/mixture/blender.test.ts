import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../property.js";
import { type Blender, blender, changing, fixed } from "../../src/mixture/index.js";
import type { BlenderState, Mixture } from "../../src/mixture/index.js";

/** A mixture and the blender that keeps to it, one draw an update. */
function source(mixture: Mixture, steps = 1, state?: BlenderState): { blend: Blender; next(step?: number): number } {
  const mixing = mixture.begin({ steps, tokensPerStep: 1, sizes: {}, rate: () => 1 });
  const blend = blender({ domains: mixture.domains, caller: mixture.name, state });
  return { blend, next: (step = 0) => blend.next(mixing.shares(step)) };
}

const draw = ({ next }: { next(step?: number): number }, count: number): number[] =>
  Array.from({ length: count }, (_, i) => next(i));

const someShares = fc
  .array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 })
  .filter((parts) => parts.some((part) => part > 0))
  .map((parts) => {
    const sum = parts.reduce((a, b) => a + b, 0);
    return Object.fromEntries(parts.map((part, i) => [`d${i}`, part / sum]));
  });

test("the sequence of GPT-NeoX's greedy rule for .7/.25/.05", () => {
  assert.deepEqual(
    draw(source(fixed({ a: 0.7, b: 0.25, c: 0.05 })), 20),
    [0, 1, 0, 2, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0],
  );
});

test("a domain with share 0 is never drawn, wherever it stands", () => {
  assert.deepEqual(draw(source(fixed({ en: 0, ko: 1 })), 8), Array(8).fill(1));
  assert.deepEqual(draw(source(fixed({ ko: 1, en: 0 })), 8), Array(8).fill(0));
});

test("every prefix stays near the shares, and the counts add up to the draws", () => {
  fc.assert(
    fc.property(someShares, fc.integer({ min: 1, max: 400 }), (shares, count) => {
      const { blend, next } = source(fixed(shares));
      for (let i = 1; i <= count; i++) {
        next();
        // The rule looks at what was due before the draw, so a domain may be one window ahead, and with six domains one behind.
        for (const [k, domain] of blend.domains.entries())
          assert.ok(Math.abs(blend.counts[k]! - shares[domain]! * i) <= 2);
      }
      assert.equal(
        blend.counts.reduce((a, b) => a + b, 0),
        count,
      );
      assert.equal(blend.draws, count);
      assert.ok(Math.abs(blend.realised.reduce((a, b) => a + b, 0) - 1) < 1e-12);
      assert.deepEqual(blend.asked, Object.values(shares));
    }),
  );
});

test("a saved state goes on exactly as if never interrupted, also while shares change", () => {
  const ramp = changing({ name: "ramp", domains: ["a", "b"], shares: (done) => [1 - done, done] });
  fc.assert(
    fc.property(fc.constantFrom(ramp, fixed({ a: 0.3, b: 0.7 })), fc.integer({ min: 0, max: 99 }), (mixture, cut) => {
      const whole = source(mixture, 100);
      const straight = draw(whole, 100);
      const first = source(mixture, 100);
      const before = draw(first, cut);
      const state = JSON.parse(JSON.stringify(first.blend.state)) as BlenderState;
      const second = source(mixture, 100, state);
      const after = Array.from({ length: 100 - cut }, (_, i) => second.next(cut + i));
      assert.deepEqual([...before, ...after], straight);
      assert.deepEqual(second.blend.state, whole.blend.state);
    }),
  );
});

test("changing shares are followed from where they change, and what was asked is their mean", () => {
  const late = changing({ name: "late", domains: ["a", "b"], shares: (done) => (done < 0.5 ? [1, 0] : [0, 1]) });
  const { blend, next } = source(late, 100);
  const drawn = draw({ next }, 100);
  assert.deepEqual(drawn.slice(0, 50), Array(50).fill(0));
  assert.deepEqual(drawn.slice(50), Array(50).fill(1));
  assert.deepEqual(blend.asked, [0.5, 0.5]);
});

test("bad shares of a mixture and a state of another mixture are one line", () => {
  const broken = changing({ name: "broken", domains: ["a", "b"], shares: () => [0.5, 0.6] });
  assert.throws(() => source(broken).next(), /^Error: broken: invalid shares: a 0\.5, b 0\.6 add up to 1\.1/);
  const one = source(fixed({ a: 1 }));
  one.next();
  assert.throws(
    () => source(fixed({ a: 0.5, b: 0.5 }), 1, one.blend.state),
    /invalid state: it counts 1 domains, the mixture has 2$/,
  );
});
