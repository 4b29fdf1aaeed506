/** Which constants the rows determine and why not, what turns a profile into a likelihood ratio, which two constants pay for each other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Bootstrap,
  bootstrap,
  type Fit,
  fit,
  identify,
  laws,
  mostCorrelated,
  profile,
} from "../../src/laws/index.js";
import { rng } from "../../src/rng.js";

const rowsAt = (shares: readonly number[], sigma: number): { share: number; loss: number }[] => {
  const chance = rng(4);
  return shares.map((share) => ({
    share,
    loss: (1.2 + 0.5 * Math.exp(-6 * share)) * Math.exp(sigma * chance.normal()),
  }));
};
const wide = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1];

test("rows all along the curve determine every constant; the intervals are the bootstrap's, or else the profile's", async () => {
  const found = fit({ law: "data-mixing", rows: rowsAt(wide, 0.002) });
  const alone = identify({ fit: found });
  assert.deepEqual(
    alone.map(({ name, identified, reasons }) => [name, identified, reasons]),
    ["c", "k", "t"].map((name) => [name, true, []]),
  );
  for (const { name, value, low, high, profile: own } of alone) {
    assert.equal(value, found.parameters[name]);
    assert.deepEqual([low, high], [own.low, own.high]);
  }
  const ends = identify({ fit: found, ends: true });
  for (const [i, { profile: own, ...rest }] of ends.entries()) {
    const { profile: whole, ...same } = alone[i]!;
    assert.deepEqual(rest, same);
    assert.ok(own.points.length < whole.points.length, "no further than it is asked");
  }
  const doubt = await bootstrap({ fit: found, rng: rng(1), resamples: 60 });
  for (const { name, low, high, identified } of identify({ fit: found, bootstrap: doubt })) {
    assert.deepEqual([low, high], doubt.intervals[name]);
    assert.ok(identified, name);
  }
});

test("each reason is named: a flat profile, refits that scatter, an end of the range", async () => {
  // The exponential has died out: only the floor is there to see.
  const found = fit({ law: "data-mixing", rows: rowsAt([0.7, 0.75, 0.8, 0.85, 0.9, 1], 0.004) });
  const t = identify({ fit: found }).find(({ name }) => name === "t")!;
  assert.ok(!t.identified && t.reasons.every((reason) => /^open (below|above)$/.test(reason)), t.reasons.join());
  assert.deepEqual(
    [t.reasons.includes("open below"), t.reasons.includes("open above")],
    [t.low, t.high].map((end) => end === null),
  );
  const doubt = await bootstrap({ fit: found, rng: rng(1), resamples: 60 });
  const doubted = identify({ fit: found, bootstrap: doubt }).find(({ name }) => name === "t")!;
  assert.ok(doubted.reasons.includes("wide interval"), doubted.reasons.join());
  const bound = identify({ fit: { ...found, atBound: ["k"] } });
  assert.deepEqual(
    bound.map(({ name, reasons }) => [name, reasons.includes("at bound")]),
    [
      ["c", false],
      ["k", true],
      ["t", false],
    ],
  );
});

test("a profile says what makes a likelihood ratio of its objective, and its own ends lie on the 95 % line", () => {
  const rows = rowsAt(wide, 0.002);
  const spares: Record<string, number | undefined> = { "log-huber": 5, "log-squares": 5, "log-lad": 10 };
  for (const [objective, expected] of Object.entries({ ...spares, "scaled-log-huber": undefined }))
    assert.equal(
      profile({ fit: fit({ law: "data-mixing", rows, objective }), parameter: "c" }).spare,
      expected,
      objective,
    );
  const found = fit({ law: "data-mixing", rows, objective: "log-squares" });
  const { spare, low, high } = profile({ fit: found, parameter: "c" });
  const at = (value: number): number => {
    const { points } = profile({ fit: found, parameter: "c", values: [value] });
    const { objective } = points.find((point) => point.value === value)!;
    return spare! * Math.log(objective / found.objective.value);
  };
  for (const end of [low!, high!]) assert.ok(Math.abs(at(end) - 3.84) < 0.3, String(at(end)));
});

test("the two constants that pay for each other are those whose refits move together", () => {
  const law = laws.chinchilla!;
  const chance = rng(2);
  const samples = Array.from({ length: 200 }, () => {
    const [E, A, alpha, beta] = [chance.normal(), chance.normal(), chance.normal(), chance.normal()];
    const by: Record<string, number> = { E, A, alpha, beta, B: -2 * beta + 0.1 * chance.normal() };
    return law.parameters.map(({ name }) => by[name]!);
  });
  const most = (draws: number[][]): ReturnType<typeof mostCorrelated> =>
    mostCorrelated({ fit: { law } as Fit, bootstrap: { samples: draws } as Bootstrap });
  const found = most(samples)!;
  assert.deepEqual([...found.constants].sort(), ["B", "beta"]);
  assert.ok(found.correlation < -0.99 && found.correlation > -1, String(found.correlation));
  assert.equal(most(samples.map(() => samples[0]!)), undefined);
});
