/** What is held of a law of terms leaves a law of terms: the same fit as row by row, and the same starts first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrap, fit, hold, laws } from "../../src/laws/index.js";
import { objectives } from "../../src/laws/objective.js";
import { rank } from "../../src/laws/rank.js";
import { problemOf } from "../../src/laws/search.js";
import { rng } from "../../src/rng.js";

const chance = rng(7);
const rows = [44e6, 190e6, 830e6, 3.6e9].flatMap((parameters) =>
  [1e9, 7e9, 48e9, 325e9].map((tokens) => ({
    parameters,
    tokens,
    loss: (1.82 + 482 * parameters ** -0.348 + 2085 * tokens ** -0.366) * Math.exp(0.004 * chance.normal()),
  })),
);

const cases: Record<string, number>[] = [
  { alpha: 0.348 },
  { A: 482 },
  { E: 1.82, beta: 0.366 },
  { A: 482, alpha: 0.348 },
  { A: 0 },
  { parameters: 190e6, A: 482, alpha: 0.348 },
];
for (const held of cases) {
  test(`held ${JSON.stringify(held)}: by terms as row by row`, () => {
    const law = hold(laws.chinchilla!, held);
    assert.ok(law.terms);
    const own = fit({ law, rows, polish: 20 });
    const plain = fit({ law: { ...law, terms: undefined }, rows, polish: 20 });
    assert.ok(
      Math.abs(own.objective.value / plain.objective.value - 1) < 1e-8,
      `${own.objective.value} ${plain.objective.value}`,
    );
  });
}

test("a factor held below 0 is fitted row by row", () => {
  assert.equal(hold(laws.chinchilla!, { A: -1 }).terms, undefined);
});

test("starts are ranked by the objective: the same order as evaluating each", () => {
  const data = fit({ law: "chinchilla", rows }).data;
  for (const name of ["log-huber", "log-squares", "huber"]) {
    const objective = objectives[name]!;
    const delta = objective.delta || 1e-3;
    const law = laws.chinchilla!;
    const starts = law.starts(data);
    const { target, toFree } = problemOf(law, data, objective, delta);
    target.bend = objective.penalty === "squares" ? Infinity : delta;
    const values = rank({ law, data, objective, delta, starts }).map((start) => target.value(toFree(start)));
    for (let i = 1; i < values.length; i++) assert.ok(values[i]! >= values[i - 1]! * (1 - 1e-11), `${name} ${i}`);
    assert.equal(values.length, starts.filter((start) => target.value(toFree(start)) < Infinity).length);
  }
});

test("the order in which resamples are refitted leaves no trace", async () => {
  const found = fit({ law: "chinchilla", rows });
  const few = await bootstrap({ fit: found, rng: rng(3), resamples: 5, kind: "runs" });
  const more = await bootstrap({ fit: found, rng: rng(3), resamples: 20, kind: "runs" });
  assert.deepEqual(more.samples.slice(0, few.samples.length), few.samples);
});
