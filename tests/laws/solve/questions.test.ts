/** The registry of questions: complete, answered from fits, and the two that are not asked elsewhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrap, fit, forms, laws, solve } from "../../../src/laws/index.js";
import { rng } from "../../../src/rng.js";

test("every row says what it is, takes known laws, and has a function of laws.solve behind it", () => {
  for (const [key, { name, summary, reference, laws: known, asks }] of Object.entries(solve.questions)) {
    assert.equal(key, name);
    assert.ok(summary.length > 20 && /\d{4}/.test(reference), name);
    for (const law of known) assert.ok(Object.hasOwn(laws, law) || law === "mixing-domains", `${name}: ${law}`);
    for (const { unit, summary: about } of Object.values(asks)) assert.ok(unit && about, name);
  }
  assert.ok(Object.keys(solve.questions).length >= 12);
});

test("a question from the registry answers as its function does, as a flat list", () => {
  const rows = [0, 0.1, 0.25, 0.5, 0.75, 1].map((share) => ({ share, loss: 1.6 + 0.5 * Math.exp(-6 * share) }));
  const found = fit({ law: "data-mixing", rows });
  const asked = { fit: found, baseline: 1.6, tolerance: 0.05 };
  const answers = solve.answersIn(solve.questions["critical-share"]!.solve(asked));
  assert.equal(answers.length, 1);
  const [key, { value, unit, sentence }] = answers[0]!;
  const direct = solve.criticalShare(asked);
  assert.deepEqual([key, value, unit, sentence], ["share", direct.share, "token share", direct.sentence]);
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
  const exact = forms.leastInjection({ values: truth, parameters: 1e8, tokens: 3e6, tolerance: 0.004 })!;
  const { share, without } = solve.leastReplay({ ...asked, tolerance: 0.004 });
  assert.ok(share.low! <= exact && exact <= share.high! && share.determined, `${share.sentence} ${exact}`);
  assert.ok(Math.abs(without.value! - law.predict(truth, [0, 1e8, 3e6, 0])) < 0.01);
  const none = solve.leastReplay({ ...asked, tolerance: 1 });
  assert.ok(none.share.value === 0 && /Without any replay/.test(none.notes.join()));
  assert.equal(solve.leastReplay({ ...asked, tolerance: 1e-6 }).share.value, null);
  assert.throws(() => solve.leastReplay({ ...asked, tolerance: 0 }), /leastInjection: invalid tolerance: 0/);
});

test("next experiments: of the settings so far, each makes the target surer than the one before", () => {
  const chance = rng(4);
  const rows = [0, 0.1, 0.25, 0.5, 1].map((share) => ({
    share,
    loss: (1.6 + 0.5 * Math.exp(-6 * share)) * Math.exp(0.002 * chance.normal()),
  }));
  const found = fit({ law: "data-mixing", rows });
  const { runs, settings } = solve.nextExperiments({ fit: found, target: "c", count: 3 });
  const widths = Object.values(runs).map(({ value }) => value!);
  assert.ok(widths[0]! < 1 && widths[1]! < widths[0]! && widths[2]! < widths[1]!, String(widths));
  assert.equal(settings[0]!.share, 1);
  assert.throws(() => solve.nextExperiments({ fit: found, target: "q" }), /invalid target: q/);
});
