/** Rows that cannot be fitted, or only with a word of warning: one clear line, or a stated answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrap, fit, objectives, profile } from "../../src/laws/index.js";
import { rng } from "../../src/rng.js";

const lossAt = (n: number, d: number): number => 1.82 + 482 * n ** -0.348 + 2085 * d ** -0.366;
const sizes = [5e7, 2e8, 8e8, 3.2e9];
const good = sizes.flatMap((n) => [1e9, 8e9, 6.4e10].map((d) => ({ parameters: n, tokens: d, loss: lossAt(n, d) })));
const refused = (rows: readonly object[], pattern: RegExp, more: object = {}): void =>
  assert.throws(
    () => fit({ law: "chinchilla", rows, ...more }),
    (error: Error) => pattern.test(error.message) && !error.message.includes("\n"),
    String(pattern),
  );

test("too little to fit: three rows for five constants, one size, the same setting again and again", () => {
  refused(good.slice(0, 3), /^laws\.fit: invalid rows: 3 for the 5 constants of chinchilla; bring at least 5$/);
  refused(
    good.map((row) => ({ ...row, parameters: 1e9 })),
    /^laws\.fit: invalid parameters: 1000000000 in every row; a law of parameters needs it to vary$/,
  );
  refused(
    Array.from({ length: 20 }, (_, i) => good[i % 4]!),
    /only 4 different settings for the 5 constants/,
  );
});

test("what is no loss: below 0, infinite, missing, text", () => {
  const with0 = (loss: unknown): object[] => [...good, { parameters: 1e9, tokens: 1e9, loss }];
  refused(with0(-1), /invalid loss: -1 in row 13; a fit of log-loss needs positive losses$/);
  refused(with0(0), /invalid loss: 0 in row 13/);
  refused(with0(Infinity), /invalid loss: Infinity in row 13; give a finite number$/);
  refused(with0(NaN), /invalid loss: NaN in row 13/);
  refused(with0("2.1"), /invalid loss: "2\.1" in row 13/);
  refused(
    [...good, { parameters: 0, tokens: 1e9, loss: 2 }],
    /invalid parameters: 0 in row 13; chinchilla holds for 0 </,
  );
  refused([...good, { parameters: -Infinity, tokens: 1e9, loss: 2 }], /invalid parameters: -Infinity in row 13/);
});

test("objectives and bends: the names, and no bend of NaN, below 0 or without end", () => {
  refused(good, /invalid objective: mse; known: log-huber, scaled-log-huber, log-lad,/, { objective: "mse" });
  for (const delta of [NaN, -1, 0, Infinity]) refused(good, new RegExp(`invalid delta: ${delta}`), { delta });
  for (const polish of [0, 1.5, NaN]) refused(good, new RegExp(`invalid polish: ${polish}`), { polish });
  refused(good, /none of its starts can be evaluated/, { starts: [[NaN, NaN, NaN, NaN, NaN]] });
  for (const [name, objective] of Object.entries(objectives)) assert.equal(objective.name, name);
});

test("losses below 0 are fitted where the residual is not a logarithm", () => {
  const rows = [0, 0.1, 0.25, 0.4, 0.6, 0.8, 1].map((share) => ({ share, loss: -3 + share ** 2 }));
  const found = fit({ law: "cmr-ratio", rows: rows.slice(1), objective: "squares" });
  assert.ok(Math.abs(found.parameters.s! - 2) < 1e-4 && Math.abs(found.parameters.beta! + 3) < 1e-4);
});

test("a run that was read twice is named, and a bootstrap still draws it as one", async () => {
  const rows = good.map((row, i) => ({ ...row, loss: row.loss * (1 + 0.002 * Math.sin(i)), run: `r${i}` }));
  const found = fit({ law: "chinchilla", rows: [...rows, rows[3]!, rows[4]!] });
  assert.match(found.notes.join("\n"), /^2 row\(s\) say the same as an earlier row of their run/m);
  const { intervals } = await bootstrap({ fit: found, rng: rng(1), resamples: 20, kind: "runs" });
  assert.ok(intervals.E![0] <= intervals.E![1]);
});

test("rows without noise: every objective finds the constants", () => {
  for (const objective of Object.keys(objectives).filter((name) => name !== "scaled-log-huber")) {
    const { parameters } = fit({ law: "chinchilla", rows: good, objective, polish: 100 });
    assert.ok(Math.abs(parameters.E! / 1.82 - 1) < 1e-5, `${objective} ${parameters.E}`);
    assert.ok(Math.abs(parameters.beta! / 0.366 - 1) < 1e-4, `${objective} ${parameters.beta}`);
  }
});

test("only a floor to see: the token term is called undetermined, whatever its constants", () => {
  const chance = rng(1);
  const rows = sizes.flatMap((n) =>
    [1e14, 2e14, 4e14].map((d) => ({
      parameters: n,
      tokens: d,
      loss: lossAt(n, d) * Math.exp(0.003 * chance.normal()),
    })),
  );
  const found = fit({ law: "chinchilla", rows });
  assert.ok(found.condition > 1e4 || found.notes.length > 0, String(found.condition));
  const { note } = profile({ fit: found, parameter: "beta" });
  assert.match(String(note), /^beta is not determined/);
});

test("many rows: starts are compared on a sample, and it says so", () => {
  const chance = rng(2);
  const rows = Array.from({ length: 20_000 }, () => {
    const [n, d] = [1e7 * 1000 ** chance.uniform(), 1e9 * 1000 ** chance.uniform()];
    return { parameters: n, tokens: d, loss: lossAt(n, d) * Math.exp(0.01 * chance.normal()) };
  });
  const found = fit({ law: "chinchilla", rows });
  assert.match(
    found.notes.join("\n"),
    /Starts were compared on 4\d{3} of the 20000 rows; the best was then fitted to all/,
  );
  assert.ok(Math.abs(found.parameters.alpha! - 0.348) < 0.004, String(found.parameters.alpha));
});
