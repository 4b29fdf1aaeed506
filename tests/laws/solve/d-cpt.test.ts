/** The D-CPT law's three uses with intervals: the truth's own answer lies within them, and what cannot be said is not. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { dCptLimitedShare, dCptTradeOff } from "../../../src/laws/forms/d-cpt-uses.js";
import { bootstrap, type Doubted, fit, laws, solve } from "../../../src/laws/index.js";
import { rng } from "../../../src/rng.js";

const law = laws["d-cpt-8"]!;
/** E, A, B, C, alpha, beta, gamma, epsilon. */
const generalTruth = [1.5, 200, 800, 0.6, 0.3, 0.32, 0.6, 0.05];
const domainTruth = [1.1, 150, 600, 0.4, 0.3, 0.32, 0.5, 0.05];
const nine = (values: number[]): number[] => [...values.slice(0, 7), 0, ...values.slice(7)];
const within = (answer: { low: number | null; high: number | null }, truth: number): boolean =>
  answer.low! <= truth && truth <= answer.high!;

async function doubted(truth: number[], seed: number): Promise<Doubted> {
  const chance = rng(seed);
  const rows = [5e8, 1.8e9, 4e9].flatMap((n) =>
    [1e9, 4e9, 1.6e10].flatMap((d) =>
      [0.02, 0.1, 0.33, 0.67, 1].map((r) => ({
        parameters: n,
        tokens: d,
        share: r,
        loss: law.predict(truth, [n, d, r]) * Math.exp(3e-4 * chance.normal()),
      })),
    ),
  );
  const found = fit({ law, rows, polish: 12 });
  return { fit: found, bootstrap: await bootstrap({ fit: found, rng: rng(1), resamples: 60, kind: "noise" }) };
}

let general: Doubted;
let domain: Doubted;
before(async () => {
  general = await doubted(generalTruth, 1);
  domain = await doubted(domainTruth, 2);
});

test("trade-off: the largest share of the domain within 3 %, and the domain loss it buys", () => {
  const baseline = law.predict(generalTruth, [1.8e9, 1e10, 0.5]);
  const asked = { parameters: 1.8e9, tokens: 1e10, baseline };
  const { share, generalLoss, domainLoss, notes } = solve({
    question: "trade-off",
    general,
    domain,
    ...asked,
    relativeTolerance: 0.03,
  });
  const truth = dCptTradeOff({ general: nine(generalTruth), ...asked, tolerance: 0.03 })!;
  assert.ok(share.determined && within(share, truth), `${share.sentence} ${truth}`);
  assert.ok(Math.abs(generalLoss.value! / (1.03 * baseline) - 1) < 1e-9);
  assert.ok(within(domainLoss!, law.predict(domainTruth, [1.8e9, 1e10, truth])), domainLoss!.sentence);
  assert.deepEqual(notes, []);
  assert.match(share.sentence, /^largest share of the domain: 0\.\d+ \(95% interval/);
  assert.equal(solve({ question: "trade-off", general, ...asked, relativeTolerance: 0.03 }).domainLoss, null);

  const none = solve({ question: "trade-off", general, ...asked, baseline: 0.5 * baseline, relativeTolerance: 0 });
  assert.deepEqual([none.share.value, none.share.determined], [null, false]);
  assert.match(none.notes.join(), /Even without the domain/);
  const far = solve({ question: "trade-off", general, ...asked, tokens: 1e12, relativeTolerance: 0.03 });
  assert.match(far.notes.join("\n"), /asked number of tokens is 6\d times the largest that was fitted/);
  assert.throws(
    () => solve({ question: "trade-off", general, ...asked, relativeTolerance: -1 }),
    /^Error: trade-off: invalid relativeTolerance: -1/,
  );
});

test("a domain of few tokens: the best share, the loss there and the length of the run", () => {
  const asked = { parameters: 1.8e9, domainTokens: 1e9 };
  const { share, loss, tokens } = solve({ question: "limited-share", ...domain, ...asked });
  const truth = dCptLimitedShare({ values: nine(domainTruth), ...asked });
  assert.ok(within(share, truth.share) && within(loss, truth.loss), `${share.sentence} ${truth.share}`);
  assert.ok(Math.abs(tokens.value! * share.value! - 1e9) < 1);
  const little = solve({ question: "limited-share", ...domain, parameters: 1.8e9, domainTokens: 1e5 });
  assert.ok(!little.share.determined && /below the least that was run/.test(little.notes.join()), little.notes.join());
});

test("allocation: Chinchilla's split at a share, the same as the search finds for a law it does not know", () => {
  const found = solve({ question: "allocation", ...domain, flops: 1e21, share: 0.5 });
  const [, A, B, , alpha, beta] = domainTruth as [number, number, number, number, number, number];
  const truth = ((alpha * A) / (beta * B)) ** (1 / (alpha + beta)) * (1e21 / 6) ** (beta / (alpha + beta));
  assert.ok(within(found.parameters, truth), `${found.parameters.sentence} ${truth}`);
  const other = { ...domain.fit, law: { ...domain.fit.law, name: "mine" } };
  const searched = solve({ question: "compute-optimal", fit: other, flops: 1e21, at: { share: 0.5 } });
  assert.ok(Math.abs(searched.parameters.value! / found.parameters.value! - 1) < 1e-4);
  assert.throws(() => solve({ question: "allocation", ...domain, flops: 1e21, share: 0 }), /invalid share: 0/);
  assert.throws(
    () => solve({ question: "allocation", fit: other, flops: 1, share: 1 }),
    /invalid law: mine \(fit d-cpt or d-cpt-8\)/,
  );
});
