/** The D-CPT law's algebra: limits, signs, the inflection, and the three uses, against worked numbers and brute force. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dCpt, dCpt8, dCptCross } from "../../../src/laws/forms/d-cpt.js";
import {
  dCptLimitedShare,
  dCptRequirements,
  dCptSlope,
  dCptTradeOff,
  inflection,
} from "../../../src/laws/forms/d-cpt-uses.js";
import { fit } from "../../../src/laws/fit.js";
import { allocation } from "../../../src/laws/solve/allocation.js";
import type { Fit } from "../../../src/laws/types.js";
import { rng } from "../../../src/rng.js";
import { drawConstants, drawSetting } from "./draws.js";

const near = (a: number, b: number, tolerance: number): void =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);

/** E, A, B, C, alpha, beta, gamma, eta, epsilon: made up, to be worked by hand. */
const worked = [1.5, 200, 800, 0.05, 0.3, 0.32, 0.6, 0.4, 0.02];
/** The same, with a share that counts for twenty times as much. */
const strong = [1.5, 200, 800, 1, 0.3, 0.32, 0.6, 0.4, 0.02];

test("at a fixed share it is a Chinchilla law, at any K the cross-domain law is it plus a constant", () => {
  const random = rng(1);
  for (let i = 0; i < 100; i++) {
    const p = drawConstants(dCpt, random);
    const [n, d, r] = drawSetting(dCpt, random) as [number, number, number];
    const [E, A, B, C, alpha, beta, gamma, eta, epsilon] = p as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const [floor, factor] = [E + C / (r + epsilon) ** gamma, B * r ** eta];
    const chinchilla = floor + A / n ** alpha + factor / d ** beta;
    near(dCpt.predict(p, [n, d, r]), chinchilla, 1e-12 * chinchilla);
    near(dCptCross.predict([...p, 2, 0.5], [n, d, r, 4]), chinchilla + 1, 1e-12 * (chinchilla + 1));
    assert.ok(dCpt.predict(p, [2 * n, d, r]) < dCpt.predict(p, [n, d, r]));
    assert.ok(dCpt.predict(p, [n, 2 * d, r]) <= dCpt.predict(p, [n, d, r]));
    assert.ok(Number.isFinite(dCpt.predict(p, [n, d, 0])));
  }
});

test("the slope in the share is the law's, and the inflection is where it changes sign", () => {
  const random = rng(2);
  let found = 0;
  for (let i = 0; i < 300; i++) {
    const p = drawConstants(dCpt, random);
    const [n, d, r] = drawSetting(dCpt, random) as [number, number, number];
    const at = (share: number): number => dCpt.predict(p, [n, d, share]) - dCpt.predict(p, [n, d, r]);
    const step = 1e-5 * r;
    near(dCptSlope(p, d, r), (at(r + step) - at(r - step)) / (2 * step), 1e-4 * Math.abs(dCptSlope(p, d, r)) + 1e-6);
    const from = inflection(p, d);
    if (from === null) assert.ok(dCptSlope(p, d, 1) >= 0);
    else if (from > 1e-11) {
      found++;
      assert.ok(dCptSlope(p, d, from * 0.999) > 0 && dCptSlope(p, d, from * 1.001) < 0, `${from}`);
    }
  }
  assert.ok(found > 50, `${found}`);
});

test("with eta < 1 the loss always rises with the share near 0; with eta = 0 nowhere", () => {
  const p = [...strong];
  assert.ok(inflection(p, 5e9)! > 0);
  p[7] = 0;
  assert.equal(inflection(p, 5e9), 0);
});

const names = ["E", "A", "B", "C", "alpha", "beta", "gamma", "eta", "epsilon"];
const fitOf = (values: readonly number[]): Parameters<typeof dCptRequirements>[0]["fit"] => ({
  parameters: Object.fromEntries(names.map((name, k) => [name, values[k]!])),
  data: {
    x: [
      [1.8e9, 5e9, 0.1],
      [1.8e9, 5e10, 1],
    ],
    y: [2, 2],
    run: ["a", "b"],
  },
});

test("the checker fires on the worked constants at 5e9 tokens, and not where the share counts for more", () => {
  const bad = dCptRequirements({ fit: fitOf(worked) });
  assert.equal(bad.falling, false);
  assert.equal(bad.violations.length, 1);
  const good = dCptRequirements({ fit: fitOf(strong) });
  assert.deepEqual([good.falling, good.violations], [true, []]);
  const below = dCptRequirements({ fit: fitOf(strong), shares: [0, 1] });
  assert.match(below.violations[0]!, /rises with the share below .*do not solve for less/);
  assert.throws(() => dCptRequirements({ fit: fitOf(worked), shares: [0.5, 0.1] }), /invalid shares: 0.5 to 0.1/);
});

test("few tokens of the domain: the worked share .103026 and loss 2.132992, and brute force elsewhere", () => {
  const answer = dCptLimitedShare({ values: worked, parameters: 1.8e9, domainTokens: 5e9 });
  near(answer.share, 0.103026, 5e-7);
  near(answer.loss, 2.132992, 5e-7);
  assert.deepEqual([answer.atEnd, answer.sound], [false, true]);
  const random = rng(4);
  for (let i = 0; i < 40; i++) {
    const p = drawConstants(dCpt, random);
    const found = dCptLimitedShare({ values: p, parameters: 1e9, domainTokens: 1e9 });
    for (let r = 1e-4; r <= 1; r *= 1.003) {
      const loss = dCpt.predict(p, [1e9, 1e9 / r, r]);
      assert.ok(found.loss <= loss * (1 + 1e-6), `${found.share} ${found.loss} but ${r} ${loss}`);
    }
  }
});

test("trade-off: the largest share of the domain whose general loss is within the tolerance", () => {
  const asked = { general: strong, parameters: 1.8e9, tokens: 1e10, baseline: 3.5 };
  const share = dCptTradeOff({ ...asked, tolerance: 0.03 })!;
  near(dCpt.predict(strong, [1.8e9, 1e10, 1 - share]), 3.5 * 1.03, 1e-9);
  assert.ok(share > 0 && share < 1);
  assert.ok(dCptTradeOff({ ...asked, tolerance: 0.04 })! > share);
  assert.equal(dCptTradeOff({ ...asked, baseline: 1, tolerance: 0.03 }), null);
  // However much is allowed, not into the region where less general text would mean less general loss.
  near(dCptTradeOff({ ...asked, tolerance: 10 })!, 1 - inflection(strong, 1e10)!, 1e-12);
});

test("the split of a budget is the best of its neighbours and spends it all", () => {
  const answer = allocation({ fit: { ...fitOf(worked), law: dCpt } as Fit, flops: 1e21, share: 0.3 });
  const [parameters, tokens] = [answer.parameters.value!, answer.tokens.value!];
  near((6 * parameters * tokens) / 1e21, 1, 1e-12);
  const lossAt = (n: number): number => dCpt.predict(worked, [n, 1e21 / 6 / n, 0.3]);
  for (const factor of [0.9, 0.99, 1.01, 1.1]) assert.ok(lossAt(parameters) < lossAt(parameters * factor));
});

test("the eight-constant law comes back from rows without noise", () => {
  const truth = [1.6, 120, 300, 0.15, 0.28, 0.3, 0.5, 0.05];
  const rows = [5e8, 1.8e9, 4e9, 7e9].flatMap((parameters) =>
    [1e9, 3e9, 1e10, 3e10].flatMap((tokens) =>
      [0, 0.1, 0.33, 0.67, 1].map((share) => ({
        parameters,
        tokens,
        share,
        loss: dCpt8.predict(truth, [parameters, tokens, share]),
      })),
    ),
  );
  const found = fit({ law: "d-cpt-8", rows, polish: 12 });
  assert.ok(found.errors.mae < 1e-4, `${found.errors.mae}`);
  near(found.parameters.gamma!, 0.5, 0.02);
  near(found.parameters.epsilon!, 0.05, 0.005);
});
