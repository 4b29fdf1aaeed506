/** What forms are used for: optima against brute force, roots against signs, tables that follow from the formulas. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fit } from "../../../src/laws/fit.js";
import { biMix, biMixOptimum } from "../../../src/laws/forms/bimix.js";
import { cmrCriticalTokens, cmrRatioBetween } from "../../../src/laws/forms/cmr-critical.js";
import { cmrGeneralTokens } from "../../../src/laws/forms/cmr-tokens.js";
import { annealingAreas, cptDynamics, turningStep } from "../../../src/laws/forms/cpt-dynamics.js";
import { c4Constants, dataConstrained, parametersFor, saturating } from "../../../src/laws/forms/data-constrained.js";
import { injection, leastInjection } from "../../../src/laws/forms/injection.js";
import { bestMixture } from "../../../src/laws/forms/mixing-best.js";
import { mixingDomains } from "../../../src/laws/forms/mixing-domains.js";
import { mixingRecipe } from "../../../src/laws/forms/mixing-recipe.js";
import { nestedPrediction } from "../../../src/laws/forms/mixing-nested.js";
import { effectiveTokens, languagesGrowth, multilinguality } from "../../../src/laws/forms/multilingual.js";
import { dirichlet, regMix, spearman } from "../../../src/laws/forms/regmix.js";
import { retained, retention, retentionEnd } from "../../../src/laws/forms/retention.js";
import { leastSquares } from "../../../src/laws/forms/squares.js";
import { optimalVocabulary, tokensPerCharacter, vocabularyLaw } from "../../../src/laws/forms/vocabulary.js";
import { rng } from "../../../src/rng.js";
import { drawConstants } from "./draws.js";

const near = (a: number, b: number, tolerance: number): void =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);

test("CMR ratio law: the paper's table 2 at 1/3 and above predicts its own rows at 1/4", () => {
  // Domain losses of Gu et al. 2024, table 2; the fits' predictions at 1/4 are ours.
  const table: Record<string, [number[], number, number]> = {
    "460M": [[1.4628, 1.4844, 1.5122, 1.5387], 1.5561, 1.5561],
    "940M": [[1.3723, 1.391, 1.4155, 1.4385], 1.4538, 1.4538],
    "1.6B": [[1.3242, 1.3416, 1.3643, 1.3854], 1.3994, 1.3993],
    "3.1B": [[1.2585, 1.275, 1.2965, 1.317], 1.3305, 1.3306],
  };
  for (const [losses, observed, predicted] of Object.values(table)) {
    const rows = [1, 0.75, 0.5, 1 / 3].map((share, i) => ({ share, loss: losses[i]! }));
    const found = fit({ law: "cmr-ratio", rows, objective: "squares" });
    near(found.law.predict(found.values, [0.25]), predicted, 5e-5);
    near(found.law.predict(found.values, [0.25]), observed, 2e-4);
  }
});

test("the mixing law's own recipe on the Pile-to-Python losses: a critical share of .2868, where they report .2862", () => {
  // Losses of the runs that accompany Ye et al. 2024, rounded to six places; their notebook prints t = -3.7397, ln k = -1.6938.
  const found = mixingRecipe({ shares: [0.125, 0.25, 0.375, 0.5], losses: [2.926166, 2.880494, 2.857072, 2.838757] });
  near(found.t, -3.7397, 0.05);
  near(Math.log(found.k), -1.6938, 0.02);
  near(found.shareAt(2.873368)!, 0.286225, 1e-3);
  assert.equal(found.shareAt(2), null);
  const exact = mixingRecipe({
    shares: [0, 0.2, 0.5, 1],
    losses: [0, 0.2, 0.5, 1].map((r) => 1 + 2 * Math.exp(-3 * r)),
  });
  near(exact.t, -3, 0.01);
  assert.throws(() => mixingRecipe({ shares: [0.1, 0.1, 0.2], losses: [1, 1, 1] }), /invalid shares: 0.1, 0.1, 0.2/);
});

test("critical tokens: where domain plus weighted general loss turns, from above, and the paper's fixed point holds there", () => {
  const domain = [-0.4, 0.3, 0];
  const general = [0.3, 0.2, -0.04, 0.5, 0];
  const lambda = 3;
  const at = cmrCriticalTokens({ domain, general, lambda, maximum: 100 })!;
  const total = (t: number): number => -0.4 * t ** 0.3 + lambda * cmrGeneralTokens.predict(general, [t]);
  assert.ok(total(at) > total(at * 0.9) && total(at) > total(at * 1.1), `${at}`);
  const [a, s] = domain as [number, number];
  const [b, u, c, v] = general as [number, number, number, number];
  const point = (((-a * s) / (lambda * b * u)) * (1 + ((c * v) / (b * u)) * at ** (v - u)) ** -1) ** (1 / (u - s));
  near(point / at, 1, 1e-9);
  assert.equal(cmrCriticalTokens({ domain, general: [0.3, 0.2, 0, 0.5, 0], lambda: 1e3, maximum: 100 }), null);
  assert.equal(cmrCriticalTokens({ domain, general, lambda: 0, maximum: 100 }), 0);
  const candidates = [0.2, 0.4, 0.6].map((share) => ({ share, domain, general: [share, 0.2, -share / 5, 0.5, 0] }));
  const last = candidates.map((each) => cmrGeneralTokens.predict(each.general, [100]));
  assert.ok(last[1]! < 0.3 && last[2]! > 0.3, String(last));
  // Between the runs: these curves are linear in the share, so the limit is met where the line through the two ends meets it.
  const between = cmrRatioBetween({ candidates, lambda, maximum: 100, baseline: 0, tolerance: 0.3 })!;
  near(between, 0.4 + (0.2 * (0.3 - last[1]!)) / (last[2]! - last[1]!), 1e-7);
  assert.equal(cmrRatioBetween({ candidates, lambda, maximum: 100, baseline: 0, tolerance: 9 }), 0.6);
  assert.equal(cmrRatioBetween({ candidates, lambda, maximum: 100, baseline: 0, tolerance: 0.01 }), null);
  assert.throws(() => cmrCriticalTokens({ domain, general, lambda: NaN, maximum: 100 }), /invalid lambda: NaN/);
});

test("mixing over two domains is the two-domain law; the gauge loses nothing; the best mixture is the best", () => {
  const law = mixingDomains({ domains: ["new", "old"] });
  near(law.predict([1.2, Math.log(0.7) - 5, Math.log(0.7)], [0.3, 0.7]), 1.2 + 0.7 * Math.exp(-5 * 0.3), 1e-12);
  const random = rng(5);
  const three = mixingDomains({ domains: ["a", "b", "c"] });
  const sum = mixingDomains({ domains: ["a", "b", "c"], hidden: 2 });
  for (let i = 0; i < 5; i++) {
    const losses = [three, three, sum].map((each) => ({
      law: each,
      values: each.parameters.map((_, k) => (k === 0 ? 1 : 2 * random.normal())),
      weight: 0.2 + random.uniform(),
    }));
    const total = losses.reduce((all, { weight }) => all + weight, 0);
    const found = bestMixture({ losses });
    const at = (x: number[]): number =>
      losses.reduce((all, each) => all + (each.weight / total) * each.law.predict(each.values, x), 0);
    near(at(Object.values(found.shares)), found.loss, 1e-12);
    near(
      Object.values(found.shares).reduce((x, y) => x + y, 0),
      1,
      1e-12,
    );
    for (let a = 0; a <= 50; a++)
      for (let b = 0; a + b <= 50; b++) {
        const loss = at([a / 50, b / 50, 1 - (a + b) / 50]);
        assert.ok(found.loss <= loss + 1e-5, `${found.loss} above ${loss}`);
      }
  }
  assert.throws(() => mixingDomains({ domains: ["a"] }), /invalid domains: a \(two or more\)/);
  assert.throws(
    () => bestMixture({ losses: [{ law: three, values: [1, 0, 0, 0], weight: -1 }] }),
    /invalid weight: -1/,
  );
});

test("nested prediction returns the law that made the rows", () => {
  const loss = (m: number, n: number, d: number): number =>
    1.5 + 0.1 * m + (2 + m) * (1e7 / n) ** 0.3 + 3 * (1e3 / d) ** 0.5;
  const rows = [1e7, 3e7, 1e8, 3e8].flatMap((parameters) =>
    [0, 1, 2].flatMap((m) =>
      [1e4, 1.5e4, 2e4, 3e4].map((steps) => ({ parameters, steps, mixture: `${m}`, loss: loss(m, parameters, steps) })),
    ),
  );
  const found = nestedPrediction({ rows, target: { parameters: 1e9, steps: 1e5 } });
  found.losses.forEach(({ mixture, loss: predicted }) => near(predicted, loss(Number(mixture), 1e9, 1e5), 1e-6));
  near(found.exponents.sizes, 0.3, 1e-5);
  found.exponents.steps.forEach(({ alpha }) => near(alpha!, 0.5, 1e-5));
});

test("BiMix: the closed-form optimum beats its neighbours and meets the condition of optimality", () => {
  const random = rng(6);
  for (let i = 0; i < 20; i++) {
    const domains = ["a", "b", "c"].map((name) => ({
      name,
      values: drawConstants(biMix, random),
      weight: 0.1 + random.uniform(),
    }));
    const shares = Object.values(biMixOptimum({ domains, steps: 2e4 }));
    near(
      shares.reduce((a, b) => a + b, 0),
      1,
      1e-9,
    );
    const total = (x: number[]): number =>
      domains.reduce((sum, { values, weight }, j) => sum + weight * biMix.predict(values, [x[j]!, 2e4]), 0);
    for (let k = 0; k < 20; k++) {
      const moved = shares.map((share) => share * Math.exp(0.1 * random.normal()));
      const sum = moved.reduce((a, b) => a + b, 0);
      assert.ok(total(shares) <= total(moved.map((share) => share / sum)) * (1 + 1e-12));
    }
  }
});

test("areas of a schedule are the double sums of their definition; a constant rate has not annealed", () => {
  const random = rng(7);
  const rates = Array.from({ length: 60 }, () => random.uniform());
  const { forward, annealing } = annealingAreas({ rates, memory: 0.9 });
  const before = (k: number): number => (k === 0 ? rates[0]! : rates[k - 1]!);
  let [sum, area] = [0, 0];
  rates.forEach((rate, i) => {
    sum += rate;
    for (let k = 0; k <= i; k++) area += (before(k) - rates[k]!) * 0.9 ** (i - k);
    near(forward[i]!, sum, 1e-12);
    near(annealing[i]!, area, 1e-11);
  });
  assert.ok(annealingAreas({ rates: new Array<number>(9).fill(0.1) }).annealing.every((value) => value === 0));
  assert.ok(annealingAreas({ rates: [1, 1], before: 0 }).annealing[1]! < 0);
  assert.throws(() => annealingAreas({ rates: [0.1, NaN] }), /invalid rate: NaN/);
});

test("learning dynamics: no shift at the start, the old loss rises then turns, the new one falls", () => {
  // The signs and sizes of the paper's joint fit (WSD and cosine, 106M–1.7B), as its text gives them; shape only.
  const old = [3.057, 0.49, 0.497, 0.299, 0.298, 0.366, 28, 0.189];
  const fresh = [3.024, 0.412, 0.677, 0.278, 0.324, -0.666, 5662, 0.146];
  const before = { forward: 4, annealing: 0 };
  near(cptDynamics.predict(old, [4, 0, 0, 0]), 3.057 + 0.49 * 4 ** -0.497, 1e-12);
  const rates = Array.from({ length: 5000 }, () => 2e-4);
  const areas = annealingAreas({ rates });
  const losses = (values: number[]): number[] =>
    areas.forward.map((forward, i) => cptDynamics.predict(values, [4, 0, forward, areas.annealing[i]!]));
  const [rising, falling] = [losses(old), losses(fresh)];
  assert.ok(rising[1000]! > rising[0]! && rising.every((loss) => loss > 2 && loss < 5));
  falling.slice(1).forEach((loss, i) => assert.ok(loss < falling[i]!));
  assert.equal(turningStep({ values: old, before, areas }), null);
  // A small shift on a base that was hardly trained is made good again.
  const light = [3, 0.5, 0.5, 0.3, 0.3, 0.05, 60, 0.2];
  const turned = turningStep({ values: light, before: { forward: 1, annealing: 0 }, areas })!;
  const at = (step: number): number => cptDynamics.predict(light, [1, 0, areas.forward[step - 1]!, 0]);
  const start = cptDynamics.predict(light, [1, 0, 0, 0]);
  assert.ok(turned > 1 && at(turned) <= start && at(turned - 1) > start, `${turned}`);
});

test("repeated data: worth of 2 to 40 epochs, the ceiling, and Chinchilla where nothing repeats", () => {
  // D'/U at R*_D = 15.387756 follows from the formula; .93 of the tokens at 4 epochs is the paper's message.
  for (const [epochs, worth] of [
    [1, 1],
    [2, 1.968],
    [4, 3.726],
    [8, 6.624],
    [16, 10.582],
    [40, 15.167],
  ] as const)
    near(saturating(epochs * 7, 7, 15.387756) / 7, worth, 5e-4);
  near(saturating(1e9, 1, 15.387756), 16.387756, 1e-9);
  near(saturating(50, 10, 1e12), 50, 1e-6);
  const { E, A, B, alpha, beta } = c4Constants;
  const n = 0.5 * parametersFor(1e10, c4Constants);
  near(dataConstrained().predict([15, 5], [n, 1e10, 1e11]), E + A / n ** alpha + B / 1e10 ** beta, 1e-12);
  // The size called for is the Chinchilla optimum: at 6ND fixed, no other size is better.
  const best = parametersFor(1e10, c4Constants);
  const loss = (size: number): number => E + A / size ** alpha + B / ((best * 1e10) / size) ** beta;
  assert.ok(loss(best) < loss(1.01 * best) && loss(best) < loss(best / 1.01));
  assert.throws(() => dataConstrained({ ...c4Constants, B: 0 }), /invalid B: 0/);
});

test("languages: effective tokens are those of repeated data with λ = 1/R*, and growth keeps both terms", () => {
  near(effectiveTokens({ target: { tokens: 40, unique: 10 }, lambda: 1 / 15 }), saturating(40, 10, 15), 1e-12);
  near(
    effectiveTokens({
      target: { tokens: 5, unique: 10 },
      others: [{ tokens: 8, unique: 8, transfer: 0.25 }],
      lambda: 1,
    }),
    7,
    1e-12,
  );
  const values = [1.5, 300, 500, 0.45, 0.15, 0.11, -0.04];
  const { parameters, tokens, flops } = languagesGrowth({ values, ratio: 4 });
  near(flops, parameters * tokens, 1e-12);
  // All tokens grow by `tokens`, so each of four times as many languages has tokens/4 of what one had.
  near(
    multilinguality.predict(values, [40, 1e9 * parameters, (2e10 * tokens) / 4]),
    multilinguality.predict(values, [10, 1e9, 2e10]),
    1e-12,
  );
});

test("vocabulary: the root is the best of its neighbours at the same compute; tokens per character fall as V grows", () => {
  const values = [5.5, 2000, 900, 3000, 0.4, 0.5, 0.4];
  const answer = optimalVocabulary({ values, nonVocabulary: 1e9, flops: 1e20 });
  const loss = (v: number): number => vocabularyLaw.predict(values, [1e9, v, 1e20 / 6 / (1e9 + v)]);
  for (const factor of [0.5, 0.9, 1.1, 2]) assert.ok(loss(answer) < loss(answer * factor), `${answer}`);
  const more = optimalVocabulary({ values, nonVocabulary: 1e9, flops: 1e21 });
  assert.ok(more > answer);
  assert.ok(tokensPerCharacter(4e3) > tokensPerCharacter(32e3) && tokensPerCharacter(32e3) > tokensPerCharacter(96e3));
  assert.throws(() => tokensPerCharacter(1e6), /invalid vocabularySize: 1000000/);
});

test("injection: 1 % at B = 1e4 acts like a model 101 times as large, and the least share meets the tolerance", () => {
  const values = [3, 1e4, 0.4, 0.15];
  near(injection.predict(values, [2.4, 1e8, 3e6, 0.01]), injection.predict(values, [2.4, 1.01e10, 3e6, 0]), 1e-12);
  const asked = { values, parameters: 1e8, tokens: 3e6 };
  const share = leastInjection({ ...asked, tolerance: 0.004 })!;
  assert.ok(share > 0 && share < 1);
  near(injection.predict(values, [2.4, 1e8, 3e6, share]) - 2.4, 0.004, 1e-12);
  assert.equal(leastInjection({ ...asked, tolerance: 1 }), 0);
  assert.equal(leastInjection({ ...asked, tolerance: 1e-6 }), null);
  assert.throws(() => leastInjection({ ...asked, tolerance: 0 }), /invalid tolerance: 0/);
});

test("retention: it ends where the line meets zero; a fact without gain is refused", () => {
  near(retention.predict([0.12, 0.9], [retentionEnd([0.12, 0.9])!]), 0, 1e-12);
  assert.equal(retentionEnd([-0.1, 1]), null);
  assert.equal(retained({ before: -5, peak: -1, now: -2 }), 0.75);
  assert.throws(() => retained({ before: -1, peak: -1, now: -1 }), /invalid peak: -1/);
});

test("RegMix: Dirichlet draws have the prior's mean and variance; the optimum moves to the domain that pays", () => {
  const random = rng(8);
  const prior = [0.05, 0.6, 2];
  const draws = Array.from({ length: 20_000 }, () => dirichlet(prior, random));
  prior.forEach((a, j) => {
    const mean = draws.reduce((sum, draw) => sum + draw[j]!, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw[j]! - mean) ** 2, 0) / draws.length;
    const m = a / 2.65;
    near(mean, m, 0.01);
    near(variance, (m * (1 - m)) / 3.65, 0.005);
  });
  const mixtures = Array.from({ length: 60 }, () => dirichlet([1, 1, 1], random));
  const model = regMix({ mixtures, losses: mixtures.map(([a, b]) => 3 - a! - 0.2 * Math.sqrt(b!)), ridge: 1e-6 });
  near(model.predict([0.2, 0.3, 0.5]), 3 - 0.2 - 0.2 * Math.sqrt(0.3), 1e-4);
  near(spearman([1, 2, 2, 4], [1, 3, 2, 9]), 0.9486832980505138, 1e-12);
  assert.throws(() => regMix({ mixtures: [[1, 0]], losses: [1] }), /invalid losses: 1 for 1 mixtures/);
});

test("least squares keeps what must not be negative at zero, and leaves the rest at its own optimum", () => {
  const columns = [
    [1, 0, 1],
    [0, 1, 1],
    [1, 1, 0],
    [1, 2, 3],
  ];
  const y = [2, -1, 1, 0.5];
  const free = leastSquares({ columns, y })!;
  assert.ok(free[1]! < 0);
  const kept = leastSquares({ columns, y, free: [false, false, false] })!;
  assert.ok(kept.every((factor) => factor >= 0) && kept[1] === 0);
  const left = (factors: number[]): number =>
    columns.reduce((sum, row, i) => sum + (row.reduce((a, value, j) => a + value * factors[j]!, 0) - y[i]!) ** 2, 0);
  const random = rng(9);
  for (let i = 0; i < 200; i++)
    assert.ok(left(kept) <= left(kept.map((factor) => Math.max(0, factor + 0.1 * random.normal()))) + 1e-12);
});
