import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../property.js";
import { fixed, type Mixture, mixtures, temperature } from "../../src/mixture/index.js";

const start = { steps: 10, tokensPerStep: 1, sizes: {}, rate: () => 1 };
const sharesOf = (mixture: Mixture, step = 0): number[] => mixture.begin(start).shares(step);

test("fixed keeps the shares and the order they were named in", () => {
  const mixture = fixed({ ko: 0.75, en: 0.25 });
  assert.deepEqual(mixture.domains, ["ko", "en"]);
  assert.deepEqual(sharesOf(mixture, 3), [0.75, 0.25]);
  sharesOf(mixture)[0] = 9;
  assert.deepEqual(sharesOf(mixture), [0.75, 0.25]);
});

test("shares that are not shares are one clear line", () => {
  assert.throws(() => fixed({}), /^Error: fixed: invalid shares: \{\}/);
  assert.throws(() => fixed({ ko: -0.1, en: 1.1 }), /^Error: fixed: invalid share of ko: -0.1/);
  assert.throws(() => fixed({ ko: NaN, en: 1 }), /^Error: fixed: invalid share of ko: NaN/);
  assert.throws(() => fixed({ ko: 0.75, en: 0.2 }), /add up to 0\.95; token shares add up to 1$/);
  assert.doesNotThrow(() => fixed({ a: 1 / 3, b: 1 / 3, c: 1 / 3 }));
  assert.throws(() => fixed({ a: 0.5, b: 0.5 + 2e-9 }), /add up to/);
});

test("temperature: alpha 1 is proportional, 0 uniform, and shares always add up to 1", () => {
  assert.deepEqual(sharesOf(temperature({ sizes: { en: 300, ko: 100 }, alpha: 1 })), [0.75, 0.25]);
  assert.deepEqual(sharesOf(temperature({ sizes: { en: 300, ko: 100 }, alpha: 0 })), [0.5, 0.5]);
  const [en, ko] = sharesOf(temperature({ sizes: { en: 300, ko: 100 } }));
  assert.ok(Math.abs(en! / ko! - 3 ** 0.3) < 1e-12);
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1e-3, max: 1e15, noNaN: true }), { minLength: 1, maxLength: 8 }),
      fc.double({ min: 0, max: 3, noNaN: true }),
      (sizes, alpha) => {
        const named = Object.fromEntries(sizes.map((size, i) => [`d${i}`, size]));
        const shares = sharesOf(temperature({ sizes: named, alpha }));
        assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-9);
        assert.ok(shares.every((share) => share >= 0));
      },
    ),
  );
  assert.throws(() => temperature({ sizes: { en: 0 } }), /^Error: temperature: invalid size of en: 0/);
  assert.throws(() => temperature({ sizes: { en: 1 }, alpha: NaN }), /^Error: temperature: invalid alpha: NaN/);
  assert.throws(() => temperature({ sizes: {} }), /^Error: temperature: invalid sizes/);
});

test("every row of the registry makes a mixture of its own name", () => {
  assert.equal(mixtures.fixed.make({ shares: { a: 1 } }).name, "fixed");
  assert.equal(mixtures.temperature.make({ sizes: { a: 1 } }).name, "temperature");
  for (const [name, row] of Object.entries(mixtures)) {
    assert.ok(row.summary.length > 0 && !row.summary.includes("\n"), name);
    assert.match(row.reference, /https:\/\//);
  }
});
