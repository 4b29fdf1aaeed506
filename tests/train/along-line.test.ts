/** What lies between models: the line, its barrier, the best point on it, and soups of several. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { measure, merge } from "../../src/index.js";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import type { LanguageModel } from "../../src/types.js";
import { engineOn } from "../engine/support.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

folder();
const on = [language("old"), language("new")];

async function tuned(model: LanguageModel, share: number, seed: number): Promise<LanguageModel> {
  const engine = await engineOn("cpu");
  const mixture = fixed({ old: share, new: 1 - share });
  const schedule = train.constant({ peak: 1e-2 });
  return (await train.continue(model, { on, mixture, schedule, seed, engine, steps: 12, batch: 2, evaluateAt: [] }))
    .model;
}

test("the line's ends are the models, WiSE-FT takes the best point, and another start is a barrier away", async () => {
  const engine = await engineOn("cpu");
  const from = await tuned(await tinyModel(), 1, 1);
  const to = await tuned(from, 0, 2);
  const asked = { on, engine, heldOutBytes: 2000, batch: 4 };
  const at = [0, 0.25, 0.5, 0.75, 1];
  const { evaluations } = await train.alongLine({ ...asked, from, to, at });
  assert.deepEqual(
    evaluations.map(({ t, domain }) => `${t} ${domain}`),
    at.flatMap((t) => [`${t} old`, `${t} new`]),
  );
  for (const [t, model] of [
    [0, from],
    [1, to],
  ] as const)
    assert.deepEqual(
      evaluations.filter((row) => row.t === t).map(({ t: _, ...row }) => row),
      (await train.evaluate(model, asked)).evaluations,
    );
  const best = await train.wiseFt({ ...asked, from, to, at });
  const mean = (t: number): number =>
    evaluations.filter((row) => row.t === t).reduce((sum, row) => sum + row.bitsPerByte / 2, 0);
  assert.ok(at.every((t) => mean(best.t) <= mean(t)));
  const middle = merge.merge({ models: [from, to], base: to, method: merge.linear({ weights: [1 - best.t, best.t] }) });
  sameWeights(best.model.weights, middle.weights);
  assert.equal((await train.wiseFt({ ...asked, from, to, at, by: ["new"] })).t, 1);

  const near = measure.barrier({ evaluations }).find(({ domain }) => domain === "new")!;
  const stranger = await tuned(await tinyModel(2), 0, 2);
  const far = measure.barrier(await train.alongLine({ ...asked, from: stranger, to, at: [0, 0.5, 1] }))[1]!;
  assert.equal(far.domain, "new");
  assert.ok(far.barrier > near.barrier + 0.1, `${far.barrier} from another start, ${near.barrier} from this`);
  await assert.rejects(train.alongLine({ ...asked, from, to, at: [] }), /^Error: alongLine: invalid at: none \(/);
  await assert.rejects(
    train.wiseFt({ ...asked, from, to, by: ["x"] }),
    /^Error: wiseFt: invalid by: x \(scored: old, new\)$/,
  );
});

test("a greedy soup adds what makes it no worse, the best first", async () => {
  const engine = await engineOn("cpu");
  const base = await tinyModel();
  const [a, b] = [await tuned(base, 0.5, 1), await tuned(base, 0.5, 2)];
  // The untrained base makes the mean worse.
  const soup = await train.greedySoup({ models: [base, a, b], on, engine, heldOutBytes: 2000, batch: 4 });
  const alone = soup.tried.slice(0, 3);
  assert.deepEqual(alone.at(-1)!.of, [0]);
  assert.deepEqual(
    [...alone].sort((x, y) => x.bitsPerByte - y.bitsPerByte),
    alone,
  );
  const [pair, all] = soup.tried.slice(3);
  assert.equal(pair!.kept, pair!.bitsPerByte <= alone[0]!.bitsPerByte);
  assert.ok(!all!.kept && all!.of.includes(0));
  const models = soup.of.map((n) => [base, a, b][n]!);
  sameWeights(soup.model.weights, merge.merge({ models, method: merge.linear() }).weights);
  await assert.rejects(train.greedySoup({ models: [], on }), /^Error: greedySoup: invalid models: none/);
});

test("a barrier is what lies above the straight line between the ends", () => {
  const rows = [
    [0, 1],
    [0.25, 1.5],
    [0.5, 2.5],
    [1, 3],
  ].map(([t, bitsPerByte]) => ({ t: t!, domain: "a", loss: 0, bitsPerByte: bitsPerByte! }));
  const [found] = measure.barrier({ evaluations: rows });
  assert.deepEqual(found, {
    domain: "a",
    barrier: 0.5,
    t: 0.5,
    curve: [
      { t: 0, above: 0 },
      { t: 0.25, above: 0 },
      { t: 0.5, above: 0.5 },
      { t: 1, above: 0 },
    ],
  });
  assert.equal(
    measure.barrier({ evaluations: [rows[0]!, { ...rows[1]!, bitsPerByte: 1.2 }, rows[3]!] })[0]!.barrier,
    0,
  );
  assert.throws(
    () => measure.barrier({ evaluations: [rows[0]!] }),
    /^Error: barrier: invalid evaluations: a is scored/,
  );
});
