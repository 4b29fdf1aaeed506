/** The mixtures against numbers of their formulas, worked out apart. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../property.js";
import {
  anneal,
  blendSwitch,
  capped,
  effectiveShares,
  fixed,
  type Mixture,
  type MixtureStart,
  phases,
  quality,
  ramp,
  replayBudget,
  temperature,
  twoPhase,
  unimax,
  weighted,
} from "../../src/mixture/index.js";
import { project } from "../../src/mixture/capped.js";
import { unimaxTokens } from "../../src/mixture/unimax.js";
import { constant, cosine, reuse, type Schedule } from "../../src/train/schedules/index.js";

const run: MixtureStart = { steps: 100, tokensPerStep: 1, sizes: {}, rate: () => 1 };
const at = (mixture: Mixture, step = 0, start: Partial<MixtureStart> = {}): number[] =>
  mixture
    .begin({ ...run, ...start })
    .shares(step)
    .map((share) => Number(share.toFixed(4)));
const four = { a: 1, b: 5, c: 20, d: 200 };
const even = { a: 0.25, b: 0.25, c: 0.25, d: 0.25 };
const following = (schedule: Schedule, steps: number): Partial<MixtureStart> => ({
  steps,
  rate: (step) => schedule.learningRate(step + 1, steps),
});

test("temperature: square root and 0.3, of given sizes or of the run's", () => {
  assert.deepEqual(at(temperature({ sizes: four, alpha: 0.5 })), [0.0458, 0.1023, 0.2047, 0.6472]);
  assert.deepEqual(
    at(temperature({ domains: ["a", "b", "c", "d"] }), 0, { sizes: four }),
    [0.1002, 0.1624, 0.2462, 0.4912],
  );
});

test("unimax: 4, 20, 38 and 38 tokens of 100; what cannot be read is left over, and refused", () => {
  assert.deepEqual(at(unimax({ sizes: four })), [0.04, 0.2, 0.38, 0.38]);
  assert.deepEqual(
    at(unimax({ domains: ["d", "a", "c", "b"], budget: 100 }), 0, { sizes: four, steps: 9 }),
    [0.38, 0.04, 0.38, 0.2],
  );
  assert.deepEqual(unimaxTokens({ sizes: [1, 2], budget: 100, epochs: 4 }), [4, 8]);
  assert.throws(
    () => at(unimax({ sizes: { a: 1, b: 2 } })),
    /^Error: unimax: invalid epochs: 4 \(that allows 12 tokens of 100: fewer steps, more epochs or more text\)$/,
  );
});

test("capped: the closest shares under the caps, and not cut and divided again", () => {
  assert.deepEqual(at(capped({ shares: even, sizes: four })), [0.04, 0.2, 0.38, 0.38]);
  assert.deepEqual(at(capped({ shares: { old: 0.25, new: 0.75 } }), 0, { sizes: { old: 90, new: 90 } }), [0.25, 0.75]);
  assert.throws(
    () => at(capped({ shares: { a: 1, d: 0 }, sizes: { a: 1, d: 200 } })),
    /^Error: capped: invalid epochs: 4 \(that allows 4 tokens of 100/,
  );
  const weight = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(weight, weight), { minLength: 1, maxLength: 6 }), (pairs) => {
      const sums = [0, 1].map((k) => pairs.reduce((sum, pair) => sum + pair[k]!, 0));
      const wish = pairs.map(([share]) => share / sums[0]!);
      const caps = pairs.map(([, cap]) => (1.1 * cap) / sums[1]!);
      const shares = project({ wish, caps });
      assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-9);
      // One scale for all that no cap holds back, and a larger one would be needed for those that one does.
      const scales = shares.map((share, i) => share / wish[i]!);
      const scale = Math.max(...scales);
      shares.forEach((share, i) => assert.ok(Math.abs(share - Math.min(caps[i]!, scale * wish[i]!)) < 1e-9));
    }),
  );
});

test("quality: size times quality", () => {
  assert.deepEqual(at(quality({ quality: { web: 1, books: 3 }, sizes: { web: 300, books: 100 } })), [0.5, 0.5]);
  assert.deepEqual(
    at(quality({ quality: { web: 1, books: 3 } }), 0, { sizes: { books: 100, web: 100 } }),
    [0.25, 0.75],
  );
});

test("ramp: 0.1875 at 0.35 of the run, 0.375 over it", () => {
  const mixture = ramp({ from: { new: 1 }, to: { old: 0.75, new: 0.25 }, begin: 0.2, end: 0.8 });
  assert.deepEqual(mixture.domains, ["new", "old"]);
  assert.deepEqual(
    [0, 20, 35, 80, 99].map((step) => at(mixture, step)[1]),
    [0, 0, 0.1875, 0.75, 0.75],
  );
  const mixing = mixture.begin({ ...run, steps: 1000 });
  const mean = Array.from({ length: 1000 }, (_, step) => mixing.shares(step)[1]!).reduce((a, b) => a + b, 0) / 1000;
  assert.ok(Math.abs(mean - 0.375) < 1e-3);
});

test("phases: steps at shares of the run; two phases of one mean", () => {
  const mixture = phases({
    phases: [
      { from: 0, shares: { a: 1 } },
      { from: 0.29, shares: { b: 1 } },
      { from: 0.5, shares: { a: 0.5, b: 0.5 } },
    ],
  });
  assert.deepEqual(
    [0, 28, 29, 49, 50, 99].map((step) => at(mixture, step)[0]),
    [1, 1, 0, 0, 0.5, 0.5],
  );
  const two = twoPhase({ mean: { old: 0.3, new: 0.7 }, first: 0.8, contrast: { old: -0.5, new: 0.5 } });
  assert.deepEqual(
    [at(two, 79), at(two, 80)],
    [
      [0.2, 0.8],
      [0.7, 0.3],
    ],
  );
  assert.throws(
    () => twoPhase({ mean: { old: 0.3, new: 0.7 }, contrast: { old: -0.7, new: 0.7 } }),
    /^Error: two-phase: invalid share of old: -0\.0/,
  );
});

test("anneal: shares follow the rate down, and wait while it rises", () => {
  const mixture = anneal({ from: { a: 1 }, to: { a: 0.5, b: 0.5 }, lowest: 0.1 });
  assert.deepEqual(at(mixture, 5, { rate: (step) => (step <= 5 ? 0.55 : 0.5) }), [0.75, 0.25]);
  const decay = following(cosine({ peak: 1, warmup: 0.1, floor: 0.1 }), 100);
  const follows = anneal({ from: { a: 1 }, to: { b: 1 } });
  assert.deepEqual(
    [0, 5, 9, 54, 99].map((step) => at(follows, step, decay)[1]),
    [0, 0, 0, 0.5, 1],
  );
  assert.deepEqual(at(follows, 99, following(constant({ peak: 1 }), 100)), [1, 0]);
});

test("blend-switch: at 0.7113 of a run that reuses", () => {
  const mixing = blendSwitch({ before: { a: 1 }, after: { b: 1 } }).begin({
    ...run,
    ...following(reuse({ from: 1 }), 10_000),
  });
  const first = Array.from({ length: 10_000 }, (_, step) => step).find((step) => mixing.shares(step)[1] === 1)!;
  assert.ok(Math.abs((first + 1) / 10_000 - 0.711313) < 1e-4);
});

test("weighted: shares of one mixture, weights of its own; effective 0.5, 0.3, 0.2, of 0.6135 of the batch", () => {
  const shares = { a: 0.2, b: 0.3, c: 0.5 };
  const weights = { a: 2.5, b: 1, c: 0.4 };
  const mixing = weighted({ of: fixed(shares), weights }).begin(run);
  assert.deepEqual(
    [mixing.shares(0), mixing.weights!(0)],
    [
      [0.2, 0.3, 0.5],
      [2.5, 1, 0.4],
    ],
  );
  const { shares: effective, sampleShare } = effectiveShares({ shares, weights });
  assert.deepEqual(
    Object.values(effective).map((share) => Number(share.toFixed(6))),
    [0.5, 0.3, 0.2],
  );
  assert.equal(sampleShare.toFixed(4), "0.6135");
});

test("replay is paid for in three ways", () => {
  const given = { share: 0.25, steps: 300, batch: 16 };
  const shares = { old: 0.25, new: 0.75 };
  assert.deepEqual(replayBudget({ ...given, budget: "fixed-total" }), { steps: 300, batch: 16, shares, cost: 1 });
  assert.deepEqual(replayBudget({ ...given, budget: "fixed-new" }), { steps: 400, batch: 16, shares, cost: 4 / 3 });
  assert.deepEqual(replayBudget({ ...given, budget: "additive" }), {
    steps: 300,
    batch: 20,
    shares: { old: 0.2, new: 0.8 },
    cost: 1.25,
  });
  assert.throws(
    () => replayBudget({ ...given, share: 1, budget: "fixed-new" }),
    /^Error: replayBudget: invalid share: 1/,
  );
});

test("a mixture that cannot be is one line that names what is wrong", () => {
  const wrong: [() => unknown, RegExp][] = [
    [() => ramp({ from: { a: 0.9 }, to: { a: 1 } }), /^Error: ramp: invalid shares: a 0\.9 add up to 0\.9/],
    [
      () => ramp({ from: { a: 1 }, to: { a: 1 }, begin: 0.5, end: 0.5 }),
      /^Error: ramp: invalid begin and end: 0\.5, 0\.5/,
    ],
    [() => phases({ phases: [] }), /^Error: phases: invalid phases: /],
    [() => phases({ phases: [{ from: 0.5, shares: { a: 1 } }] }), /^Error: phases: invalid phases: 0\.5 \(they begin/],
    [() => twoPhase({ mean: { a: 1 }, first: 1, contrast: {} }), /^Error: two-phase: invalid first: 1/],
    [() => anneal({ from: {}, to: {} }), /^Error: anneal: invalid shares: \{\}; name at least one domain/],
    [() => blendSwitch({ before: { a: 1 }, after: { a: 1 }, rate: 1 }), /^Error: blend-switch: invalid rate: 1/],
    [() => temperature({}), /^Error: temperature: invalid sizes: undefined \(give either sizes or domains\)/],
    [() => temperature({ domains: [] }), /^Error: temperature: invalid domains: \[\] \(name at least one domain\)/],
    [
      () => at(temperature({ domains: ["x"] })),
      /^Error: temperature: invalid domains: x \(it has no text to train on\)/,
    ],
    [() => quality({ quality: { a: 1 }, sizes: { b: 1 } }), /^Error: quality: invalid sizes: b \(of a\)/],
    [() => capped({ shares: { a: 0.5 } }), /^Error: capped: invalid shares: a 0\.5 add up to 0\.5/],
    [() => at(unimax({ sizes: { a: 1 }, epochs: 0 })), /^Error: unimax: invalid epochs: 0 \(a positive number\)/],
    [
      () => weighted({ of: fixed({ a: 1 }), weights: { b: 1 } }),
      /^Error: weighted: invalid weights: b \(one for each of a\)/,
    ],
    [() => effectiveShares({ shares: { a: 1 }, weights: { a: 0 } }), /^Error: effectiveShares: invalid weights/],
  ];
  for (const [make, line] of wrong) assert.throws(make, line);
});
