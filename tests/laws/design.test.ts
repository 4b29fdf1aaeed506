/** Which runs to make: the next ones, and a sweep's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseRuns } from "../../src/laws/choose-runs.js";
import { bootstrap, design, fit, laws } from "../../src/laws/index.js";
import { rng } from "../../src/rng.js";

const shares = [0.1, 0.25, 0.5, 0.75, 1];
const lossAt = (share: number): number => 1.2 + 0.5 * Math.exp(-6 * share);
const rows = (at: readonly number[], seed: number, sigma = 0.002): { share: number; loss: number }[] => {
  const chance = rng(seed);
  return at.map((share) => ({ share, loss: lossAt(share) * Math.exp(sigma * chance.normal()) }));
};
const candidates = [0, 0.05, 0.15, 0.3, 0.6, 0.9].map((share) => ({ share }));

test("the next run is where the law is not yet held: share 0 for the height, the far end for the floor", () => {
  const found = fit({ law: "data-mixing", rows: rows(shares, 1), objective: "log-squares" });
  assert.deepEqual(chooseRuns({ fit: found, candidates, target: "k" })[0]!.at, { share: 0 });
  const [floor] = chooseRuns({ fit: found, candidates, target: "c" });
  assert.ok(floor!.at.share! >= 0.3, String(floor!.at.share));
  const dear = chooseRuns({ fit: found, candidates, target: "k", costs: [1e6, 1, 1, 1, 1, 1] });
  assert.notEqual(dear[0]!.candidate, 0);
  const [first, second, third] = chooseRuns({ fit: found, candidates, count: 3 });
  assert.ok(first!.width < 1 && second!.width < first!.width && third!.width < second!.width);
});

test("the interval shrinks about as much as was expected", async () => {
  const before = fit({ law: "data-mixing", rows: rows(shares, 2), objective: "log-squares" });
  const [next] = chooseRuns({ fit: before, candidates, target: "t" });
  // With everything else the same, noise of known size: the mean over seeds of the squared width is what was predicted.
  const width = async (at: readonly number[]): Promise<number> => {
    let sum = 0;
    for (let seed = 0; seed < 12; seed++) {
      const exact = at.map((share) => ({ share, loss: lossAt(share) }));
      const found = fit({ law: "data-mixing", rows: exact, objective: "log-squares" });
      const noisy = { ...found, data: { ...found.data, y: rows(at, seed).map(({ loss }) => loss) } };
      const { samples } = await bootstrap({ fit: noisy, rng: rng(seed), resamples: 60, kind: "residuals" });
      sum += variance(samples.map((sample) => sample[2]!)) / 12;
    }
    return Math.sqrt(sum);
  };
  const measured = (await width([...shares, next!.at.share!])) / (await width(shares));
  assert.ok(measured < 0.9 && Math.abs(measured - next!.width) < 0.25, `${measured} was expected to be ${next!.width}`);
});

const variance = (values: readonly number[]): number => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
};

test("a target may be computed, and must exist", () => {
  const found = fit({ law: "data-mixing", rows: rows(shares, 1) });
  const [next] = chooseRuns({ fit: found, candidates, target: ({ c, k, t }) => Math.log((1.3 - c!) / k!) / t! });
  assert.ok(next!.width < 1);
  const refused = (more: object, pattern: RegExp): void =>
    assert.throws(() => chooseRuns({ fit: found, candidates, ...more }), pattern);
  refused({ target: () => null }, /invalid target: it has no slope at the fit/);
  refused({ target: "z" }, /invalid target: z; data-mixing has c, k, t, or say "all"/);
  refused({ candidates: [] }, /invalid candidates: none/);
  refused({ candidates: [{ share: 2 }] }, /invalid share: 2 in candidate 1/);
  refused({ costs: [1] }, /invalid costs/);
  refused({ count: 0 }, /invalid count: 0/);
});

test("mixtures of a sweep keep RegMix's rules", () => {
  const natural = { web: 0.6, code: 0.25, books: 0.1, math: 0.04, law: 0.01 };
  const drawn = design.mixtures({ rng: rng(1), count: 300, natural });
  assert.equal(new Set(drawn.map((each) => JSON.stringify(each))).size, 300);
  for (const each of drawn) {
    const values = Object.values(each);
    assert.ok(Math.abs(values.reduce((a, b) => a + b, 0) - 1) < 1e-12);
    for (const value of values) assert.ok(Math.abs(value / 2e-4 - Math.round(value / 2e-4)) < 1e-9);
    // A grain more than the cap may come of rounding.
    assert.ok(each.law! <= 0.15 + 4e-4 && each.math! <= 0.6 + 4e-4);
  }
  const mean = (name: keyof typeof natural): number => drawn.reduce((sum, each) => sum + each[name]!, 0) / 300;
  assert.ok(mean("web") > mean("code") && mean("code") > mean("books") && mean("books") > mean("math"));
  assert.ok(drawn.some((each) => each.web! > 0.95) && drawn.some((each) => each.web! < 0.1));
  assert.deepEqual(design.mixtures({ rng: rng(1), count: 5, natural }), drawn.slice(0, 5));
  const refused = (more: object, pattern: RegExp): void =>
    assert.throws(() => design.mixtures({ rng: rng(1), count: 5, natural, ...more }), pattern);
  refused({ natural: { a: 1 } }, /give two domains or more/);
  refused({ natural: { a: 1, b: 0 } }, /each with a share above 0/);
  refused({ mostTimes: NaN }, /invalid mostTimes: NaN/);
  refused({ count: 50, grain: 0.15, natural: { a: 1, b: 1 } }, /only \d different mixtures/);
});

test("a Latin hypercube visits every part of every range once", () => {
  const points = design.latinHypercube({
    rng: rng(3),
    count: 16,
    ranges: { share: { low: 0, high: 1 }, parameters: { low: 1e6, high: 1e9, log: true } },
  });
  const parts = (of: (point: Record<string, number>) => number): number[] =>
    points.map((point) => Math.floor(16 * of(point))).sort((a, b) => a - b);
  const all = Array.from({ length: 16 }, (_, i) => i);
  assert.deepEqual(
    parts(({ share }) => share!),
    all,
  );
  assert.deepEqual(
    parts(({ parameters }) => Math.log10(parameters! / 1e6) / 3),
    all,
  );
  assert.throws(
    () => design.latinHypercube({ rng: rng(1), count: 2, ranges: { n: { low: 0, high: 1, log: true } } }),
    /invalid n: 0 to 1 in ratios/,
  );
});

test("a D-optimal sweep of a power law has as many places as constants, and beats an even one", () => {
  const constants = { c: 1.2, k: 0.5, t: -6 };
  const at = Array.from({ length: 41 }, (_, i) => ({ share: i / 40 }));
  const chosen = design.dOptimal({ law: "data-mixing", constants, candidates: at, count: 9 });
  const places = [...new Set(chosen)].sort((a, b) => a - b);
  // The middle place may fall between two candidates.
  assert.ok(places.length === 3 || (places.length === 4 && places[2]! - places[1]! === 1), places.join());
  assert.deepEqual([places[0], places.at(-1)], [0, 40]);
  const determinant = (which: readonly number[]): number => {
    const m = [0, 1, 2].map(() => [0, 0, 0]);
    for (const i of which) {
      const into: number[] = [];
      const predicted = laws["data-mixing"]!.gradient!(Object.values(constants), [at[i]!.share], into);
      for (let p = 0; p < 3; p++) for (let q = 0; q < 3; q++) m[p]![q]! += (into[p]! * into[q]!) / predicted ** 2;
    }
    const [[a, b, c], [d, e, f], [g, h, i]] = m as [number[], number[], number[]];
    return a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);
  };
  assert.ok(determinant(chosen) > 1.5 * determinant([0, 5, 10, 15, 20, 25, 30, 35, 40]));
  assert.throws(
    () => design.dOptimal({ law: "data-mixing", constants, candidates: at, count: 2 }),
    /invalid count: 2 for 3/,
  );
  assert.throws(
    () => design.dOptimal({ law: "data-mixing", constants: { c: 1 }, candidates: at, count: 4 }),
    /invalid k: undefined/,
  );
});
