/** What is computed from fits: intervals on it, "not determined", hold-out by scale compared. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dCptLimitedShare } from "../../src/laws/forms/d-cpt-uses.js";
import { bootstrap, compareForms, derive, fit, holdOut, laws, solve } from "../../src/laws/index.js";
import { rng } from "../../src/rng.js";

const near = (a: number, b: number, relative: number): void =>
  assert.ok(Math.abs(a / b - 1) <= relative, `${a} is not ${b}`);
const shares = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1];
const mixed = (seed: number, sigma = 0.002, at = shares): { share: number; loss: number }[] => {
  const chance = rng(seed);
  return at.map((share) => ({ share, loss: (1.2 + 0.5 * Math.exp(-6 * share)) * Math.exp(sigma * chance.normal()) }));
};
const sizes = [5e7, 1e8, 2e8, 4e8, 8e8, 1.6e9, 3.2e9];
const truth = { E: 1.82, A: 482, B: 2085, alpha: 0.348, beta: 0.366 };
const scaling = (seed: number, sigma: number): { parameters: number; tokens: number; loss: number }[] => {
  const chance = rng(seed);
  const { E, A, B, alpha, beta } = truth;
  return sizes.flatMap((n) =>
    [1e9, 4e9, 1.6e10, 6.4e10].map((d) => ({
      parameters: n,
      tokens: d,
      loss: (E + A * n ** -alpha + B * d ** -beta) * Math.exp(sigma * chance.normal()),
    })),
  );
};

test("an interval on anything: where the loss is halfway down, and on a difference of two fits", async () => {
  const found = fit({ law: "data-mixing", rows: mixed(1) });
  const doubt = await bootstrap({ fit: found, rng: rng(1), resamples: 200 });
  const half = derive({ name: "half", from: { fit: found, bootstrap: doubt }, of: ({ t }) => Math.LN2 / -t! });
  near(half.value!, Math.LN2 / 6, 0.05);
  assert.ok(half.low! < half.value! && half.value! < half.high! && half.determined && half.exists === 1);
  assert.match(half.sentence, /^half: 0\.1\d+ \(95% interval 0\.1\d+ to 0\.1\d+\)\.$/);
  const other = fit({ law: "data-mixing", rows: mixed(2) });
  const both = [
    { fit: found, bootstrap: doubt },
    { fit: other, bootstrap: await bootstrap({ fit: other, rng: rng(2), resamples: 150 }) },
  ];
  const gap = derive({ name: "gap of the floors", from: both, of: (a, b) => a!.c! - b!.c! });
  assert.ok(gap.low! < 0 && 0 < gap.high!, gap.sentence);
  const wide = derive({ name: "gap", from: both, of: (a, b) => a!.c! - b!.c!, level: 0.5 });
  assert.ok(wide.high! - wide.low! < gap.high! - gap.low!);
  assert.throws(() => derive({ name: "none", from: [], of: () => 1 }), /invalid from: no fits/);
});

test("an answer that leaves its range in more than one refit of twenty is not determined", async () => {
  const found = fit({ law: "data-mixing", rows: mixed(3, 0.01) });
  const doubt = await bootstrap({ fit: found, rng: rng(1), resamples: 300 });
  // The share at which the loss comes down to its floor and a bit: the logarithm of almost nothing.
  const limit = found.parameters.c! + 0.5 * Math.exp(-6) + 0.002;
  const share = derive({
    name: "least share",
    from: { fit: found, bootstrap: doubt },
    of: ({ c, k, t }) => (limit > c! ? Math.log((limit - c!) / k!) / t! : null),
    within: [0, 1],
  });
  assert.ok(share.exists! < 0.95 && !share.determined, share.sentence);
  assert.match(share.sentence, /Not determined: .*% of refits have no such value/);
  const nowhere = derive({ name: "nowhere", from: { fit: found }, of: () => null });
  assert.deepEqual([nowhere.value, nowhere.low, nowhere.determined], [null, null, false]);
  assert.equal(nowhere.sentence, "Not determined: there is no nowhere.");
});

test("the D-CPT uses take intervals: a domain's best share when its tokens are few", async () => {
  const known = { E: 1.5, A: 200, B: 800, C: 0.05, alpha: 0.3, beta: 0.32, gamma: 0.6, eta: 0.4, epsilon: 0.02 };
  const values = Object.values(known);
  const best = (constants: Record<string, number>): number | null =>
    dCptLimitedShare({
      values: Object.keys(known).map((name) => constants[name]!),
      parameters: 1.8e9,
      domainTokens: 5e9,
    }).share;
  // The sheet's numbers: r* = .103026.
  near(best(known)!, 0.103026, 1e-5);
  const chance = rng(4);
  const law = laws["d-cpt"]!;
  const rows = [5e8, 1.8e9, 4e9].flatMap((n) =>
    [1e9, 4e9, 1.6e10].flatMap((d) =>
      [0.05, 0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 1].map((r) => ({
        parameters: n,
        tokens: d,
        share: r,
        loss: law.predict(values, [n, d, r]) * Math.exp(0.0005 * chance.normal()),
      })),
    ),
  );
  const found = fit({ law: "d-cpt", rows, polish: 20 });
  const doubt = await bootstrap({ fit: found, rng: rng(1), resamples: 40, kind: "runs" });
  const share = derive({
    name: "best share",
    from: { fit: found, bootstrap: doubt },
    of: (c) => best(c!),
    within: [0, 1],
  });
  assert.ok(share.exists !== null && share.low! <= 0.2 && share.high! >= 0.05, share.sentence);
});

test("the best split of a budget is found again from noisy rows, and its interval holds the truth", async () => {
  const rows = scaling(1, 0.003);
  const found = fit({ law: "chinchilla", rows });
  const doubt = await bootstrap({ fit: found, rng: rng(1), resamples: 200, kind: "noise" });
  const { parameters } = solve({ question: "compute-optimal", fit: found, bootstrap: doubt, flops: 1e22 });
  const exact = solve({ question: "compute-optimal", fit: { ...found, parameters: truth }, flops: 1e22 }).parameters
    .value!;
  assert.ok(parameters.low! < exact && exact < parameters.high!, `${parameters.sentence} ${exact}`);
  const refused = (more: object, pattern: RegExp): void =>
    assert.throws(() => solve({ question: "compute-optimal", fit: found, flops: 1e22, ...more }), pattern);
  refused({ flops: NaN }, /invalid flops: NaN/);
  refused({ factor: 0 }, /invalid factor: 0/);
  refused({ sizes: [10, 1] }, /invalid sizes: 10 to 1/);
  const mix = fit({ law: "data-mixing", rows: mixed(1) });
  refused({ fit: mix }, /invalid law: data-mixing; it must have the inputs parameters and tokens/);
});

test("hold-out by scale: fitted on the small, judged on the large", () => {
  const rows = scaling(2, 0.002);
  const {
    rows: counts,
    heldOut,
    fitted,
    fit: found,
    sentence,
  } = holdOut({ law: "chinchilla", rows, by: "parameters", above: 1e9 });
  assert.deepEqual(counts, { fitted: 20, heldOut: 8 });
  assert.equal(found.data.y.length, 20);
  assert.ok(heldOut < 0.05 && fitted < 0.02);
  assert.match(sentence, /^Fitted to 20 rows up to 1e9 parameters, chinchilla is off by/);
  assert.throws(
    () => holdOut({ law: "chinchilla", rows, by: "parameters", above: 1e12 }),
    /no row has more parameters/,
  );
  assert.throws(() => holdOut({ law: "chinchilla", rows, by: "flops", above: 1 }), /invalid flops: undefined in row 1/);
});

test("forms compared on the same rows: the one the rows came from wins, and too many constants cost", () => {
  const rows = mixed(5, 0.001, [...shares, 0.02, 0.4, 0.6, 0.9]);
  const { forms: ranked, dropped, sentence } = compareForms({ laws: ["cmr-ratio", "data-mixing"], rows });
  assert.deepEqual(
    ranked.map(({ law }) => law),
    ["data-mixing", "cmr-ratio"],
  );
  // Share 0 is outside a power of the share, so no form sees it.
  assert.equal(dropped, 1);
  assert.ok(ranked.every(({ fit: each }) => each.data.y.length === rows.length - 1));
  assert.ok(ranked[1]!.behind > 10);
  assert.match(sentence, /^11 rows prefer data-mixing to cmr-ratio \(AIC lower by/);
  const far = compareForms({
    laws: ["chinchilla", "power"],
    rows: scaling(1, 0.002).map((row) => ({ ...row, x: row.tokens })),
    columns: { [laws.power!.inputs[0]!.name]: "x" },
    heldOut: { by: "parameters", above: 1e9 },
  });
  assert.equal(far.forms[0]!.law, "chinchilla");
  assert.ok(far.forms[0]!.heldOut! < far.forms[1]!.heldOut!);
  assert.throws(() => compareForms({ laws: ["power"], rows }), /invalid laws: 1; give at least two/);
});
