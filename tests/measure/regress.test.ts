/** Least squares by hand and against statsmodels (tests/golden/regress.py); permutations of what explains something and of what does not. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { regress, type RegressOptions, type Regression } from "../../src/measure/index.js";
import { rng } from "../../src/rng.js";

type Numbers = Record<"value" | "error" | "low" | "high", number[]>;
const golden = JSON.parse(readFileSync(join(__dirname, "..", "golden", "regress.json"), "utf8")) as Record<
  "plain" | "clustered" | "within" | "standard",
  Numbers
> & { r2: number };

const likeness = [0.1, 0.5, 0.3, 0.9, 0.4, 0.7];
const rows = Array.from({ length: 36 }, (_, i) => {
  const [language, x] = [i % 6, Math.sin(1.7 * i) + 0.3 * (i % 6)];
  const [z, alike] = [Math.cos(0.9 * i * i), likeness[i % 6]!];
  const rest = 0.25 * Math.sin(5.1 * i) + 0.2 * Math.cos(3.3 * language);
  return { language, x, z, alike, y: 0.5 + 0.8 * x - 0.3 * z + 0.6 * alike + rest };
});
const asked: RegressOptions = { rows, y: "y", on: ["x", "z", "alike"], standardise: false, draws: 0, rng: rng(1) };
const near = (got: number, wanted: number, by = 1e-9): void =>
  assert.ok(Math.abs(got - wanted) < by, `${got} is not ${wanted}`);
const same = ({ coefficients }: Regression, wanted: Numbers): void => {
  assert.equal(coefficients.length, wanted.value.length);
  for (const key of ["value", "error", "low", "high"] as const)
    coefficients.forEach((one, j) => near(one[key], wanted[key][j]!, 1e-8));
};

test("coefficients, errors and intervals are those of statsmodels: plain, by cluster, with a level of each cluster", () => {
  const plain = regress(asked);
  same(plain, golden.plain);
  near(plain.r2, golden.r2);
  assert.deepEqual([plain.rows, plain.clusters, plain.degrees], [36, null, 32]);
  const clustered = regress({ ...asked, cluster: "language" });
  same(clustered, golden.clustered);
  assert.deepEqual([clustered.clusters, clustered.degrees], [6, 5]);
  same(regress({ ...asked, on: ["x", "z"], cluster: "language", within: true }), golden.within);
  same(regress({ ...asked, standardise: true }), golden.standard);
});

test("transfer by examples and likeness, by hand", () => {
  const scores = [0.3, 0.37, 0.44, 0.42, 0.49, 0.56, 0.5, 0.58, 0.65];
  const few = scores.map((score, i) => ({ score, shots: i % 3, alike: [0.2, 0.6, 0.9][Math.floor(i / 3)]! }));
  const { coefficients, r2 } = regress({
    ...asked,
    rows: few,
    y: "score",
    on: ["shots", "alike"],
    rowsPerColumn: 4,
  });
  [0.239775, 0.071667, 0.295495].forEach((value, j) => near(coefficients[j]!.value, value, 1e-6));
  [0.002605, 0.001261, 0.003589].forEach((error, j) => near(coefficients[j]!.error, error, 1e-6));
  near(r2, 0.999401, 1e-6);
});

test("a permutation of rows knows what explains, one of six languages cannot be surer than they are many", () => {
  const { coefficients } = regress({ ...asked, cluster: "language", draws: 199 });
  const [intercept, x, , alike] = coefficients.map(({ permutation }) => permutation);
  assert.equal(intercept, null);
  assert.equal(x, 1 / 200);
  assert.ok(alike! >= 1 / 200 && alike! < 1);
  const chance = rng(7);
  const noise = rows.map((row) => ({ ...row, noise: chance.normal() }));
  const of = regress({ ...asked, rows: noise, on: ["x", "noise"], draws: 199 }).coefficients[2]!;
  assert.ok(of.permutation! > 0.02 && of.low < 0 && of.high > 0);
  assert.deepEqual(regress({ ...asked, draws: 20 }), regress({ ...asked, draws: 20 }));
});

test("what cannot be explained is said", () => {
  const fails = (given: Partial<RegressOptions>, message: RegExp): void =>
    assert.throws(() => regress({ ...asked, ...given }), message);
  fails({ rows: rows.slice(0, 29) }, /^Error: regress: invalid on: 3 columns of 29 rows \(10 rows for each; fewer/);
  fails({ on: ["x", "y"] }, /^Error: regress: invalid on: x, y \(each column once, and not y\)/);
  fails({ on: ["w"] }, /^Error: regress: invalid w: undefined in row 1 \(a number is expected\)/);
  fails({ within: true }, /^Error: regress: invalid within: true \(name the cluster\)/);
  fails(
    { within: true, cluster: "language" },
    /^Error: regress: invalid on: alike \(it does not vary in clusters, or others make it up\)/,
  );
  fails(
    { rows: rows.map((row) => ({ ...row, z: 2 * row.x - 1 })) },
    /^Error: regress: invalid on: z \(others make it up\)/,
  );
  fails({ rows: rows.map((row) => ({ ...row, z: 3 })) }, /^Error: regress: invalid on: z \(it does not vary\)/);
});
