/** The registry of questions: complete, answered from fits, and the two that are not asked elsewhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { leastInjection } from "../../../src/laws/forms/injection.js";
import { answersIn, bootstrap, fit, laws, type Question, questions, solve } from "../../../src/laws/index.js";
import { rng } from "../../../src/rng.js";

test("every row says what it is and takes known laws", () => {
  for (const [key, row] of Object.entries<Question>(questions)) {
    const { name, summary, reference, laws: known, asks } = row;
    assert.equal(key, name);
    assert.ok(summary.length > 20 && /\d{4}/.test(reference), name);
    for (const law of known) assert.ok(Object.hasOwn(laws, law) || law === "mixing-domains", `${name}: ${law}`);
    for (const { unit, summary: about } of Object.values(asks)) assert.ok(unit && about, name);
  }
  assert.ok(Object.keys(questions).length >= 12);
});

test("a question is asked by its name, its answer a Derived and in a flat list; an unknown one is refused", () => {
  const rows = [0, 0.1, 0.25, 0.5, 0.75, 1].map((share) => ({ share, loss: 1.6 + 0.5 * Math.exp(-6 * share) }));
  const found = fit({ law: "data-mixing", rows });
  const solved = solve({ question: "critical-share", fit: found, baseline: 1.6, tolerance: 0.05 });
  const { share } = solved;
  assert.ok(Math.abs(share.value! - Math.log(0.1) / -6) < 1e-4, share.sentence);
  assert.deepEqual(
    [share.name, share.unit, share.exists, share.determined],
    ["critical share", "token share", null, true],
  );
  assert.ok(Math.abs(solved.limit - 1.65) < 1e-12);
  assert.deepEqual(answersIn(solved), [["share", share]]);
  assert.throws(
    () => solve({ question: "luck" as "mixture", losses: [] }),
    /^Error: laws\.solve: invalid question: luck; known: critical-share, /,
  );
});

test("least replay: the share that meets the budget, none where none is needed, null where all is not enough", async () => {
  const truth = [3, 829, 0.4, 0.15];
  const chance = rng(2);
  const law = laws.injection!;
  const before = (parameters: number): number => 2 + 0.5 * (1e7 / parameters) ** 0.1;
  const rows = [1e7, 1e8, 1e9].flatMap((parameters) =>
    [3e5, 3e6, 3e7].flatMap((tokens) =>
      [0, 0.001, 0.01, 0.05].map((share) => ({
        baseline: before(parameters),
        parameters,
        tokens,
        share,
        loss: law.predict(truth, [before(parameters), parameters, tokens, share]) * Math.exp(1e-4 * chance.normal()),
      })),
    ),
  );
  const found = fit({ law, rows });
  const doubt = await bootstrap({ fit: found, rng: rng(1), resamples: 60 });
  const asked = { fit: found, bootstrap: doubt, parameters: 1e8, tokens: 3e6 };
  const exact = leastInjection({ values: truth, parameters: 1e8, tokens: 3e6, tolerance: 0.004 })!;
  const { share, without } = solve({ question: "least-replay", ...asked, tolerance: 0.004 });
  assert.ok(share.low! <= exact && exact <= share.high! && share.determined, `${share.sentence} ${exact}`);
  assert.ok(Math.abs(without.value! - law.predict(truth, [0, 1e8, 3e6, 0])) < 0.01);
  const none = solve({ question: "least-replay", ...asked, tolerance: 1 });
  assert.ok(none.share.value === 0 && /Without any replay/.test(none.notes.join()));
  assert.equal(solve({ question: "least-replay", ...asked, tolerance: 1e-6 }).share.value, null);
  assert.throws(
    () => solve({ question: "least-replay", ...asked, tolerance: 0 }),
    /^Error: least-replay: invalid tolerance: 0/,
  );
});

test("next experiments: of the settings so far, each makes the target surer than the one before", () => {
  const chance = rng(4);
  const rows = [0, 0.1, 0.25, 0.5, 1].map((share) => ({
    share,
    loss: (1.6 + 0.5 * Math.exp(-6 * share)) * Math.exp(0.002 * chance.normal()),
  }));
  const found = fit({ law: "data-mixing", rows });
  const { runs, settings } = solve({ question: "next-runs", fit: found, target: "c", count: 3 });
  const widths = Object.values(runs).map(({ value }) => value!);
  assert.ok(widths[0]! < 1 && widths[1]! < widths[0]! && widths[2]! < widths[1]!, String(widths));
  assert.equal(settings[0]!.share, 1);
  assert.throws(() => solve({ question: "next-runs", fit: found, target: "q" }), /invalid target: q/);
});
