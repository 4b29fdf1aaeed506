/** One step of each rule against numbers worked out apart from this code. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { adoStep, lawOf } from "../../../src/mixture/online/ado.js";
import { aioliShares, mixingLaw } from "../../../src/mixture/online/aioli.js";
import { dogeShares } from "../../../src/mixture/online/doge.js";
import { doremiShares } from "../../../src/mixture/online/doremi.js";
import { learnedLogits } from "../../../src/mixture/online/learned-ratio.js";
import { odmStep, type ODMState } from "../../../src/mixture/online/odm.js";
import { skillItShares } from "../../../src/mixture/online/skill-it.js";
import { ado, aioli, doge, doremi, learnedRatio, odm, skillGraph, skillIt } from "../../../src/mixture/index.js";

function near(found: readonly number[], want: readonly number[], within = 5e-5): void {
  assert.equal(found.length, want.length);
  for (const [i, value] of want.entries())
    assert.ok(Math.abs(found[i]! - value) <= within, `${found.join(", ")} (want ${want.join(", ")})`);
}

const thirds = [1 / 3, 1 / 3, 1 / 3];

test("skill-it: a skill that helps with another has more of the tokens", () => {
  const edges = [
    [1, 0],
    [1, 1],
  ];
  near(skillItShares({ edges, losses: [2, 1], eta: 0.5 }), [0.377541, 0.622459], 5e-7);
});

test("skill-it: losses count as 1 until there are some, then those of the last evaluations, summed or, of targets, averaged", () => {
  const at = { steps: 9, tokensPerStep: 1, sizes: {}, rate: () => 1 };
  const seen = (step: number, a: number, b: number) => ({ step, losses: {}, drawn: {}, evaluations: { a, b } });
  const graph = { a: { b: 0.5 }, b: {} };
  const all = skillIt({ graph, window: 2 }).begin(at);
  const one = skillIt({ graph, window: 2, targets: ["b"] }).begin(at);
  const share = (mixing: typeof all): number => Math.log(mixing.shares(0)[0]! / mixing.shares(0)[1]!) / 0.5;
  near([share(all), share(one)], [1.5 - 1, 0.5 - 1], 1e-12);
  for (const mixing of [all, one]) for (const [step, b] of [9, 4, 2].entries()) mixing.observe!(seen(step, 3, b));
  near([share(all), share(one)], [6 + 0.5 * 6 - 6, 0.5 * 3 - 3], 1e-12);
  all.observe!({ step: 4, losses: { a: 1 }, drawn: { a: 1 } });
  near([share(all)], [3], 1e-12);
  assert.throws(
    () => all.observe!({ ...seen(5, 1, 1), evaluations: { a: 1 } }),
    /^Error: skill-it: invalid domain: b \(/,
  );
});

test("skill graph: an edge where training on one lowers the other's loss by enough", () => {
  const base = { a: 3, b: 3, c: 3 };
  const after = { a: { a: 2, b: 2.5, c: 2.95 }, b: { a: 3.2, b: 2, c: 2.9 }, c: { a: 3, b: 3, c: 2 } };
  assert.deepEqual(skillGraph({ base, after }), { a: { b: 0.5 }, b: { c: 0.5 }, c: {} });
  assert.throws(() => skillGraph({ base, after: { a: after.a } }), /no loss of b after training on b$/);
});

test("doremi: three steps from uniform shares, and their mean", () => {
  const excesses = [
    [0.5, 0, 0.1],
    [0.4, 0.3, 0],
    [0.2, 0.6, 0.05],
  ];
  let shares = thirds;
  const all = excesses.map((excess) => (shares = doremiShares({ shares, excess, eta: 1, smoothing: 1e-3 })));
  near(shares, [0.453, 0.3714, 0.1756]);
  near(
    shares.map((_, k) => all.reduce((sum, each) => sum + each[k]! / 3, 0)),
    [0.4641, 0.3042, 0.2317],
  );
});

test("doge: scores and shares from gradients' products, with and without a domain's own", () => {
  const gradients = [
    [3, 0, 1],
    [1, 2, 0],
    [-1, 1, 0.5],
  ];
  const products = gradients.map((a) => gradients.map((b) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)));
  const step = { shares: thirds, products, rate: 5e-4, mu: 0.01, clip: 5 };
  const own = dogeShares({ ...step, self: true });
  near(own.scores, [0.002283, 0.001957, 0.000163], 5e-7);
  near(own.shares, [0.3601, 0.3486, 0.2913]);
  const others = dogeShares({ ...step, self: false });
  near(others.scores, [0.000109, 0.00087, 0], 5e-7);
  near(others.shares, [0.3259, 0.3517, 0.3224]);
  // A gradient above the clip counts as one of that norm.
  const long = dogeShares({ ...step, products: [[400]], shares: [1], self: true, clip: 5 });
  near(long.scores, [5e-4 * 5], 1e-9);
});

test("aioli: the law that sweeps were made with is found again, and shares follow its columns", () => {
  const law = [
    [0.3, 0.1],
    [0.05, 0.4],
  ];
  const mix = (j: number): number[] => [0, 1].map((k) => (k === j ? 0.625 : 0.375));
  const falls = [0, 1].map((j) => law.map((row) => row.reduce((sum, a, k) => sum + a * mix(j)[k]!, 0)));
  for (const [i, row] of mixingLaw({ falls, focus: 0.625 }).entries()) near(row, law[i]!, 1e-12);
  near(
    aioliShares({ shares: [0.5, 0.5], law, eta: 0.2 }),
    [1 / (1 + Math.exp(0.03)), 1 / (1 + Math.exp(-0.03))],
    1e-12,
  );
});

test("odm: uniform for the first K ln K updates, then the arm with the high losses", () => {
  const plays: [number, number][] = [
    [0, 9],
    [1, 7],
    [2, 8],
    [0, 8],
    [0, 8],
    [0, 8],
    [0, 8],
    [0, 8],
  ];
  let state: ODMState = { updates: 0, shares: thirds, rewards: [0, 0, 0], exploration: 1 / 3 };
  const first = plays.map(([arm, loss]) => {
    state = odmStep({ ...state, gains: thirds.map((_, i) => (i === arm ? loss / 10 : 0)) });
    return state.shares[0]!;
  });
  near(first, [1 / 3, 1 / 3, 1 / 3, 0.3546, 0.4024, 0.4472, 0.4853, 0.5175]);
});

test("learned ratio: one step is the gradient of the mean gain", () => {
  const logits = [0.3, -0.2, 0.1];
  const gains = [1, 0.5, -0.4];
  const mean = (at: number[]): number => {
    const powers = at.map(Math.exp);
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.reduce((total, power, i) => total + (power / sum) * gains[i]!, 0);
  };
  const slopes = logits.map((_, i) => {
    const moved = (by: number): number[] => logits.map((logit, k) => (k === i ? logit + by : logit));
    return (mean(moved(1e-5)) - mean(moved(-1e-5))) / 2e-5;
  });
  const step = learnedLogits({ logits, gains, eta: 1 });
  near(
    step.map((logit, i) => logit - logits[i]!),
    slopes,
    1e-8,
  );
});

test("ado: shares from laws of losses, and the law that losses were made with is found again", () => {
  const prior = [0.7, 0.25, 0.05];
  const law = (scale: number, exponent: number) => ({ scale, exponent, floor: 2 });
  const laws = [law(8, 0.2), law(6, 0.3), law(9, 0.02)];
  // Where the claims of 1e5 samples are weighed as those of update 1000.
  const rescaled = laws.map((each) => ({ ...each, scale: each.scale * 100 ** -each.exponent }));
  const { shares, average } = adoStep({ prior, lately: prior, laws: rescaled, updates: 1000, average: prior });
  near(shares, [0.7194, 0.2318, 0.0488]);
  const claims = average.map((mean, i) => prior[i]! + (mean - prior[i]!) * 1001);
  near(claims, [0.894, 0.0679, 0.0381]);

  const points = Array.from({ length: 30 }, (_, i): [number, number] => [10 * (i + 1), 2 + 8 * (10 * (i + 1)) ** -0.2]);
  const { scale, floor, exponent } = lawOf(points);
  near([scale, floor, exponent], [8, 2, 0.2], 1e-9);
  near([lawOf(points.map(([n], i) => [n, 3 + i / 10])).scale], [0]);
});

test("options that cannot be met are one line each", () => {
  const domains = ["a", "b"];
  assert.throws(() => odm({ domains: [] }), /^Error: odm: invalid domains: none /);
  assert.throws(() => odm({ domains: ["a", "a"] }), /^Error: odm: invalid domains: a is named twice$/);
  assert.throws(() => odm({ domains, warmup: -1 }), /^Error: odm: invalid warmup: -1 /);
  assert.throws(() => doremi({ domains, eta: NaN }), /^Error: doremi: invalid eta: NaN /);
  assert.throws(() => doremi({ domains, smoothing: 2 }), /^Error: doremi: invalid smoothing: 2 /);
  assert.throws(() => doge({ domains, every: 0 }), /^Error: doge: invalid every: 0 /);
  assert.throws(
    () => aioli({ domains, every: 30 }),
    /^Error: aioli: invalid every: 30 \(a multiple of sweep, 4, of at least .* 32\)$/,
  );
  assert.throws(() => aioli({ domains, focus: 0.5 }), /^Error: aioli: invalid focus: 0.5 /);
  assert.throws(() => skillIt({ graph: { a: { c: 1 } } }), /^Error: skill-it: invalid domain: c \(the graph has a\)$/);
  assert.throws(() => learnedRatio({ domains, targets: ["c"] }), /^Error: learned-ratio: invalid targets: c /);
  assert.throws(() => ado({ prior: { a: 1, b: 0 } }), /^Error: ado: invalid prior: b 0 /);
  assert.throws(() => ado({ prior: { a: 0.5, b: 0.4 } }), /^Error: ado: invalid shares: .* add up to 0.9/);
});
