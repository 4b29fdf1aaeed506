/**
 * What a user must be able to rely on before any training: a convex initialiser lets no new token outrank all old ones, for
 * any hidden state, so that greedy decoding goes on as before. And which initialisers break it, shown.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "../property.js";
import {
  grow,
  initialisers,
  multivariate,
  spellings,
  type Evidence,
  type InitialiserName,
} from "../../src/embed/index.js";
import { rng } from "../../src/rng.js";
import { extend, train } from "../../src/vocab/index.js";
import type { LanguageModel, NdArray, Tokenizer } from "../../src/types.js";
import { diagnostics } from "../vocab/support.js";
import { head, meanRow, model, row } from "./support.js";

const width = 12;
let base: Tokenizer;
let wide: Tokenizer;
let evidence: Evidence;
before(async () => {
  base = await train({ texts: diagnostics("fr"), size: 400 });
  wide = await extend({ base, texts: diagnostics("ko"), newTokens: 60 });
  evidence = { spellings: await spellings({ base, tokenizer: wide, texts: diagnostics("ko").slice(0, 200) }) };
});

/** Rows as trained tables have them: close together, away from the origin. */
const untied = (seed: number): LanguageModel =>
  model({ tokenizer: base, tied: false, seed, offset: 0.3, spread: 0.05 });

/** By how much the best new row's logit exceeds the best old one's, in units of what rounding can do. */
function excess(table: NdArray, hidden: number[]): number {
  const logit = (id: number): number => row(table, id).reduce((sum, value, j) => sum + value * hidden[j]!, 0);
  const best = (from: number, to: number): number => {
    let most = -Infinity;
    for (let id = from; id < to; id++) most = Math.max(most, logit(id));
    return most;
  };
  const scale = hidden.reduce((sum, value) => sum + Math.abs(value), 1e-6);
  return (best(base.size, table.shape[0]!) - best(0, base.size)) / (2e-7 * scale);
}

/** The largest excess over random tables and hidden states, those that point away from all rows among them. */
async function worst(init: InitialiserName | ReturnType<typeof custom>): Promise<number> {
  let most = -Infinity;
  for (const seed of [1, 2, 3]) {
    const before = untied(seed);
    const { weights } = await grow({ base: before, tokenizer: wide, init, evidence, rng: rng(seed), padTo: 64 });
    const centre = meanRow(before.weights[head]!, [...Array(base.size).keys()]);
    const entry = fc.double({ min: -50, max: 50, noNaN: true });
    const hidden = fc.tuple(fc.array(entry, { minLength: width, maxLength: width }), fc.constantFrom(0, -30, -1000));
    fc.assert(
      fc.property(hidden, ([h, along]) => {
        most = Math.max(
          most,
          excess(
            weights[head]!,
            h.map((value, j) => value + along * centre[j]!),
          ),
        );
      }),
      { seed, numRuns: 150 },
    );
  }
  return most;
}
const custom = (scale: number): (typeof initialisers)["mean"] => ({
  ...initialisers.multivariate,
  initialise: multivariate(scale),
});
const names = (Object.keys(initialisers) as InitialiserName[]).filter((name) =>
  (initialisers[name].needs ?? []).every((need) => need === "spellings"),
);

for (const name of names.filter((each) => initialisers[each].convex))
  test(`${name}: no new token and no padding outranks all old tokens`, async () => {
    const most = await worst(name);
    assert.ok(most < 1, `one does, by ${most} roundings`);
  });

for (const name of ["random", "gaussian", "noisy-mean", "scripts", "unks-everywhere"] as const)
  test(`${name}: a new token outranks all old ones for some hidden state`, async () => {
    assert.equal(initialisers[name].convex, false);
    const most = await worst(name);
    assert.ok(most > 1000, `none does: ${most}`);
  });

test("multivariate: not at the scale in use, and at full scale it does; there is no promise in between", async () => {
  assert.ok((await worst("multivariate")) < 1);
  assert.ok((await worst("hugging-face")) < 1);
  assert.ok((await worst(custom(1))) > 1000);
  for (const name of ["multivariate", "hugging-face"] as const) assert.equal(initialisers[name].convex, false);
});

test("a mean of old rows that is stretched to their length outranks them all, where it is written; read, it is safe", async () => {
  const apart = model({ tokenizer: base, tied: false, offset: 0, spread: 1 });
  const violations = async (matchOutput: boolean): Promise<number> => {
    const { weights } = await grow({ base: apart, tokenizer: wide, init: "mean", match: "mean", matchOutput });
    const hidden = [...row(weights[head]!, base.size)];
    return excess(
      weights[head]!,
      hidden.map((value) => 100 * value),
    );
  };
  assert.ok((await violations(true)) > 1000);
  assert.ok((await violations(false)) < 1);
});
