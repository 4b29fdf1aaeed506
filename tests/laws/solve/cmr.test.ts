/** Critical tokens and the critical ratio from noisy token curves: near the truth's own, and honest at the ends. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { cmrCriticalTokens, cmrRatioBetween } from "../../../src/laws/forms/cmr-critical.js";
import { bootstrap, type Doubted, fit, laws, solve } from "../../../src/laws/index.js";
import { rng } from "../../../src/rng.js";

const tokens = Array.from({ length: 24 }, (_, i) => 100 ** (i / 23));
const shares = [0.2, 0.4, 0.6];
/** Changes of the losses: the domain's falls, the general one rises with the share and then falls. */
const domainTruth = (share: number): number[] => [-0.4 * share ** 0.3, 0.3, 2];
const generalTruth = (share: number): number[] => [share, 0.2, -share / 5, 0.5, 2];
let candidates: { share: number; domain: Doubted; general: Doubted }[];

async function doubted(name: string, truth: number[], sigma: number, share: number): Promise<Doubted> {
  const law = laws[name]!;
  const chance = rng(3).fork(`${name} ${share}`);
  const rows = tokens.map((t) => ({ tokens: t, loss: law.predict(truth, [t]) * Math.exp(sigma * chance.normal()) }));
  const found = fit({ law, rows, polish: 12 });
  return { fit: found, bootstrap: await bootstrap({ fit: found, rng: rng(1), resamples: 40, kind: "noise" }) };
}

before(async () => {
  candidates = await Promise.all(
    shares.map(async (share) => ({
      share,
      domain: await doubted("cmr-domain-tokens", domainTruth(share), 1e-4, share),
      general: await doubted("cmr-general-tokens", generalTruth(share), 1e-4, share),
    })),
  );
});

test("critical tokens: where the weighted sum of the losses turns", () => {
  const { domain, general } = candidates[1]!;
  const asked = { lambda: 3, maximum: 100 };
  const truth = cmrCriticalTokens({ domain: domainTruth(0.4), general: generalTruth(0.4), ...asked })!;
  const { tokens: found } = solve({ question: "critical-tokens", domain, general, ...asked });
  assert.ok(found.low! <= truth && truth <= found.high!, `${found.sentence} ${truth}`);
  const never = solve({ question: "critical-tokens", domain, general, lambda: 100, maximum: 5 });
  assert.ok(never.tokens.value === null && /this share is not feasible/.test(never.notes.join()));
  assert.throws(
    () => solve({ question: "critical-tokens", domain: general, general, ...asked }),
    /invalid law: cmr-general-tokens/,
  );
});

test("critical ratio: between the shares that were run, where the tolerance is met", () => {
  const asked = { lambda: 3, maximum: 100, baseline: 2, tolerance: 0.3 };
  const exact = shares.map((share) => ({ share, domain: domainTruth(share), general: generalTruth(share) }));
  const truth = cmrRatioBetween({ ...asked, candidates: exact })!;
  const { ratio, candidates: told, notes } = solve({ question: "critical-ratio", ...asked, candidates });
  assert.ok(truth > 0.4 && truth < 0.6 && Math.abs(ratio.value! - truth) < 0.02, `${ratio.sentence} ${truth}`);
  assert.ok(ratio.low! <= truth && truth <= ratio.high! && ratio.determined, `${ratio.sentence} ${truth}`);
  assert.deepEqual(
    told.map(({ feasible }) => feasible),
    [true, true, false],
  );
  assert.deepEqual(notes, []);
});

test("at the ends: all feasible is 'or more', none feasible is none", () => {
  const asked = { lambda: 3, maximum: 100, baseline: 2 };
  const all = solve({ question: "critical-ratio", ...asked, candidates, tolerance: 9 });
  assert.deepEqual([all.ratio.value, all.ratio.determined], [0.6, false]);
  assert.match(all.notes.join(), /the critical ratio is 0\.6 or more/);
  const none = solve({ question: "critical-ratio", ...asked, candidates, tolerance: 0.001 });
  assert.equal(none.ratio.value, null);
  assert.match(none.notes.join(), /lies below 0\.2/);
  assert.throws(
    () => solve({ question: "critical-ratio", ...asked, candidates: [candidates[0]!] }),
    /invalid candidates: shares 0\.2/,
  );
});
