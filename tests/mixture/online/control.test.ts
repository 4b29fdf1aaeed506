/**
 * Which domains the rules feed, on losses made up so that the right answer is known: one domain is soon learned, one can be
 * learned for long, one was learned before, and one is noise whose loss nothing lowers. Each loss falls towards its floor with
 * the tokens that the domain got; gradients of domains do not meet, and the longer the more there is left to learn.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ado, aioli, doge, doremi, learnedRatio, type Mixture, odm, skillIt } from "../../../src/mixture/index.js";

const domains = ["easy", "learnable", "learned", "noise"];
const floors = [1, 1.5, 1.2, 4];
const left = [2, 2, 0, 0];
const speeds = [0.1, 0.01, 0.1, 0.1];
const steps = 400;
const named = <T>(values: readonly T[]): Record<string, T> =>
  Object.fromEntries(domains.map((name, i) => [name, values[i]!]));

/** Mean shares of the run. */
function follow(mixture: Mixture): Record<string, number> {
  const mixing = mixture.begin({ steps, tokensPerStep: 1, sizes: {}, rate: () => 1 });
  const tokens = [0, 0, 0, 0];
  const excess = (): number[] => tokens.map((n, i) => left[i]! * Math.exp(-speeds[i]! * n));
  const losses = (): Record<string, number> => named(excess().map((more, i) => floors[i]! + more));
  mixing.observe!({ step: 0, losses: {}, drawn: {}, evaluations: losses() });
  for (let step = 0; step < steps; step++) {
    const shares = mixing.shares(step);
    assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-9 && shares.every((share) => share >= 0));
    const before = { excess: named(excess()), losses: losses() };
    const alignment = named(excess().map((size, i) => named(domains.map((_, k) => (i === k ? size : 0)))));
    shares.forEach((share, i) => (tokens[i]! += share));
    mixing.observe!({ ...before, step: step + 1, drawn: named(shares), evaluations: losses(), alignment });
  }
  return named(tokens.map((n) => n / steps));
}

for (const mixture of [
  doremi({ domains, eta: 0.05 }),
  doge({ domains, mu: 0.002 }),
  ado({ prior: named([0.25, 0.25, 0.25, 0.25]), every: 40, ignore: 20 }),
  learnedRatio({ domains, targets: ["learnable"], every: 1, eta: 0.2 }),
])
  test(`${mixture.name} feeds what can be learned, and neither what is known nor noise`, () => {
    const { easy, learnable, learned, noise } = follow(mixture);
    assert.ok(learnable! > 0.4 && learnable! > easy!, `learnable ${learnable}, easy ${easy}`);
    assert.ok(learned! < 0.2 && noise! < 0.2, `learned ${learned}, noise ${noise}`);
  });

test("aioli too, but its product of steps stays with what fell first", () => {
  const { easy, learnable, learned, noise } = follow(aioli({ domains, every: 40, sweep: 1, eta: 10 }));
  assert.ok(easy! > learnable! && learnable! > learned!, `easy ${easy}, learnable ${learnable}`);
  assert.ok(learned! < 0.2 && noise! < 0.2, `learned ${learned}, noise ${noise}`);
});

for (const mixture of [odm({ domains }), skillIt({ graph: named(domains.map(() => ({}))) })])
  test(`${mixture.name} looks at losses alone, so noise gets the most`, () => {
    const { noise, ...others } = follow(mixture);
    const most = Math.max(...Object.values(others));
    assert.ok(noise! > most, `noise ${noise}, the others at most ${most}`);
  });
