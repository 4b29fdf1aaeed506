/** The best mixture of several domains by three routes, from noisy rows of a known law. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bestMixture } from "../../../src/laws/forms/mixing-best.js";
import { biMixOptimum } from "../../../src/laws/forms/bimix.js";
import {
  bootstrap,
  type Doubted,
  fit,
  forms,
  type Law,
  laws,
  type MixtureAnswer,
  solve,
} from "../../../src/laws/index.js";
import { rng } from "../../../src/rng.js";

const domains = ["a", "b", "c"];
const chance = rng(11);
const mixtures = Array.from({ length: 40 }, () => forms.dirichlet([1, 1, 1], chance));
const byName = (mixture: number[]): Record<string, number> =>
  Object.fromEntries(domains.map((name, j) => [name, mixture[j]!]));

async function doubted(law: Law, rows: object[]): Promise<Doubted> {
  const found = fit({ law, rows, polish: 8 });
  return { fit: found, bootstrap: await bootstrap({ fit: found, rng: rng(1), resamples: 50 }) };
}

test("mixing laws: the interval holds the truth's optimum, the shares of every refit sum to 1", async () => {
  const law = forms.mixingDomains({ domains });
  const truths = [
    [1.4, -3, 0, 0],
    [1.2, 0, -3.5, 0],
    [1.3, 0, 0, -2],
  ];
  const losses = await Promise.all(
    truths.map((truth) =>
      doubted(
        law,
        mixtures.map((m) => ({ ...byName(m), loss: law.predict(truth, m) * Math.exp(0.002 * chance.normal()) })),
      ),
    ),
  );
  const weighted = losses.map((each, i) => ({ ...each, weight: [1, 2, 1][i]! }));
  const found = solve({ question: "mixture", losses: weighted });
  const truth = bestMixture({ losses: truths.map((values, i) => ({ law, values, weight: [1, 2, 1][i]! })) });
  for (const name of domains) {
    const { low, high, sentence, determined } = found.shares[name]!;
    assert.ok(
      low! <= truth.shares[name]! && truth.shares[name]! <= high! && determined,
      `${sentence} ${truth.shares[name]}`,
    );
  }
  assert.equal(found.resamples.length, 50);
  for (const each of found.resamples) assert.ok(Math.abs(Object.values(each).reduce((a, b) => a + b, 0) - 1) < 1e-9);
  assert.throws(() => solve({ question: "mixture", losses: [] }), /invalid losses: none/);
  assert.throws(
    () => solve({ question: "mixture", losses: [{ fit: { ...losses[0]!.fit, law: laws.power! } }] }),
    /invalid law: power/,
  );
});

test("BiMix: each domain's law of its own share, one multiplier", async () => {
  const law = laws.bimix!;
  const truths = [
    [0.1, 8, 0.3, 2.2],
    [0.25, 6, 0.3, 1.8],
    [0.05, 9, 0.3, 2.5],
  ];
  const fitted = await Promise.all(
    truths.map(async (truth, i) => ({
      name: domains[i]!,
      ...(await doubted(
        law,
        mixtures.flatMap((mixture) =>
          [1e3, 3e3, 1e4].map((steps) => ({
            share: Math.max(mixture[i]!, 1e-3),
            steps,
            loss: law.predict(truth, [Math.max(mixture[i]!, 1e-3), steps]) * Math.exp(0.002 * chance.normal()),
          })),
        ),
      )),
    })),
  );
  const truth = biMixOptimum({ domains: truths.map((values, i) => ({ name: domains[i]!, values })), steps: 1e4 });
  const { shares, loss } = solve({ question: "bimix-mixture", domains: fitted, steps: 1e4 });
  for (const name of domains)
    assert.ok(
      shares[name]!.low! <= truth[name]! && truth[name]! <= shares[name]!.high!,
      `${shares[name]!.sentence} ${truth[name]}`,
    );
  assert.ok(loss.low! < loss.high!);
  assert.throws(
    () => solve({ question: "bimix-mixture", domains: [fitted[0]!, fitted[0]!], steps: 1 }),
    /invalid domains: a, a/,
  );
  assert.throws(() => solve({ question: "bimix-mixture", domains: fitted, steps: NaN }), /invalid steps: NaN/);
});

test("RegMix: the domain that pays gets most, the same seed the same digits, and the edge is named", () => {
  const losses = mixtures.map(([a, b]) => 3 - a! - 0.2 * Math.sqrt(b!) + 0.002 * chance.normal());
  const ask = (): MixtureAnswer =>
    solve({
      question: "regmix-mixture",
      domains,
      mixtures,
      losses,
      ridge: 1e-4,
      rng: rng(5),
      draws: 3000,
      best: 32,
      resamples: 20,
    });
  const found = ask();
  const { value, low, high } = found.shares.a!;
  assert.ok(value! > 0.7 && low! <= value! && value! <= high!, found.shares.a!.sentence);
  assert.deepEqual(ask(), found);
  assert.match(found.notes.join(), /share of a lies (at the edge|above)/);
  assert.throws(
    () => solve({ question: "regmix-mixture", domains: ["a"], mixtures, losses, rng: rng(1) }),
    /invalid domains: a/,
  );
});
