/** Many domains in order, and fine-tuning at each snapshot: each stage is what `continue` makes, and what was cut goes on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { charts, measure } from "../../src/index.js";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import type { LanguageModel } from "../../src/types.js";
import { engineOn } from "../engine/support.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const third = { ...language("old"), name: "third", train: language("new").train.slice(0, 20) };
const on = { old: language("old", 12), new: language("new", 12), third };
const common = { on, schedule: train.constant({ peak: 1e-2 }), steps: 2, batch: 2, heldOutBytes: 600 };
let model: LanguageModel;
before(async () => void (model = await tinyModel()));

test("each order is a run in stages, every domain is scored after each, and each alone; what was cut goes on", async () => {
  const engine = await engineOn("cpu");
  const asked = { ...common, engine, orders: { there: ["old", "new"], back: ["new", "old"] }, alone: true };
  const whole = await train.continueThrough(model, asked);
  assert.equal(whole.stopped, false);
  assert.equal(whole.rows.length, 2 * 2 * 3 + 2 * 3 * 3);
  const { there, back } = whole.orders as Record<"there" | "back", train.ThroughOrder>;
  assert.deepEqual(
    [there.stages, there.scores.length, Object.keys(there.before)],
    [["old", "new"], 2, Object.keys(on)],
  );
  const once = { ...common, engine, evaluateAt: [0, 2] };
  const first = await train.continue(model, { ...once, mixture: fixed({ old: 1 }) });
  const second = await train.continue(first.model, { ...once, mixture: fixed({ new: 1 }), seed: 2 });
  sameWeights(there.model.weights, second.model.weights);
  const scores = [first, second].map(({ evaluations }) => measure.scoresOf({ evaluations }));
  assert.deepEqual(there.scores, scores);
  assert.deepEqual(there.before, measure.scoresOf({ evaluations: first.evaluations, step: 0 }));
  // An order's first stage is that domain alone.
  assert.deepEqual(there.alone, { old: scores[0]!.old, new: back.scores[0]!.new });
  const rows = measure.sequence(there);
  assert.deepEqual(
    rows.map(({ domain, position }) => [domain, position]),
    [
      ["old", 1],
      ["new", 2],
    ],
  );
  assert.equal(rows[0]!.regret, there.scores[0]!.old! - there.scores[1]!.old!);
  assert.equal(measure.orderEffect({ orders: [there, back] }).last.length, 2);

  const dir = join(root, "study");
  const one = { ...asked, orders: { back: asked.orders.back }, alone: false, dir, resume: true };
  const controller = new AbortController();
  let steps = 0;
  const onStep = (): void => void (++steps === 3 && controller.abort());
  assert.equal((await train.continueThrough(model, { ...one, signal: controller.signal, onStep })).stopped, true);
  const resumed = await train.continueThrough(model, one);
  assert.deepEqual(
    resumed.rows,
    whole.rows.filter(({ order }) => order === "back"),
  );
  sameWeights(resumed.orders.back!.model.weights, back.model.weights);
  const { model: _, ...scored } = resumed.orders.back!;
  assert.deepEqual(train.stagedScores(join(dir, "orders", "back")), scored);
  assert.throws(() => train.stagedScores(dir), /run\.json/);
  const fails = (orders: Record<string, string[]>, message: RegExp): Promise<void> =>
    assert.rejects(train.continueThrough(model, { ...asked, orders }), message);
  await fails({ x: ["old", "other"] }, /^Error: continueThrough: invalid orders: x of other \(old, new, third\)$/);
  await fails({ x: ["old", "old"] }, /^Error: continueThrough: invalid orders: x has a domain twice/);
  await fails({ "a/b": ["old"] }, /^Error: continueThrough: invalid name: /);
});

test("each snapshot is fine-tuned alike; what is scored and not trained on is zero-shot transfer; what was cut goes on", async () => {
  const engine = await engineOn("cpu");
  const base = { ...common, engine, mixture: fixed({ old: 1 }), evaluateAt: [] };
  const dir = join(root, "run");
  const run = await train.continue(model, { ...base, steps: 4, dir, snapshots: { at: [0, 4] } });
  const asked = { ...base, mixture: fixed({ new: 1 }), evaluators: [train.distance()] };
  const { rows } = await train.fineTuneAt(run, asked);
  const find = (at: number, domain: string): train.FineTunedRow =>
    rows.find((row) => row.at === at && row.metric === "bitsPerByte" && row.domain === domain)!;
  const at4 = await train.continue(run.model, { ...base, mixture: fixed({ new: 1 }), evaluateAt: [0, 2] });
  const bits = (domain: string, step: number): number =>
    measure.evaluation({ evaluations: at4.evaluations, domain, step }).bitsPerByte;
  for (const domain of ["new", "third"])
    assert.deepEqual(find(4, domain), {
      at: 4,
      metric: "bitsPerByte",
      domain,
      before: bits(domain, 0),
      after: bits(domain, 2),
      change: bits(domain, 2) - bits(domain, 0),
    });
  assert.ok(find(0, "new").change < 0);
  assert.ok(rows.some(({ metric, domain, after }) => metric === "distance" && domain === undefined && after > 0));
  const into = join(root, "tuned");
  const controller = new AbortController();
  let steps = 0;
  const onStep = (): void => void (++steps === 3 && controller.abort());
  const cut = await train.fineTuneAt(run, { ...asked, dir: into, signal: controller.signal, onStep });
  assert.deepEqual([cut.stopped, new Set(cut.rows.map(({ at }) => at))], [true, new Set([0])]);
  assert.deepEqual((await train.fineTuneAt(dir, { ...asked, dir: into, resume: true })).rows, rows);
  await assert.rejects(
    train.fineTuneAt(dir, { ...asked, at: [3] }),
    /fineTuneAt: invalid at: 3 \(.* has snapshots at 0, 4\)/,
  );
  await assert.rejects(train.fineTuneAt(at4, asked), /^Error: fineTuneAt: invalid run: it has no folder/);
});

test("over the snapshots of a run anything is a table over time: attention, and states beside those of the base", async () => {
  const engine = await engineOn("cpu");
  const dir = join(root, "looked-at");
  const base = { ...common, engine, mixture: fixed({ old: 1 }), evaluateAt: [] };
  await train.continue(model, { ...base, steps: 4, dir, snapshots: { at: [0, 2, 4] } });
  const texts = ["ba ba ba degi", "lomu nare", "gilo mu ba", "ba", "mu mu lomu", "degi degi"];
  const start = await train.statesOf(model, { texts, engine });
  const rows = await train.atSnapshots(dir, {
    async measure(now) {
      const heads = measure.inductionHeads(await train.attentionMaps(now, { text: texts[0]!, engine }));
      const { layers } = await train.statesOf(now, { texts, engine });
      return layers.map(({ layer, states }, l) => ({
        layer,
        copying: heads[0]!.score,
        anc: measure.anc({ a: states, b: start.layers[l]!.states }).mean!,
      }));
    },
  });
  assert.deepEqual([...new Set(rows.map(({ step }) => step))], [0, 2, 4]);
  const end = Math.max(...rows.map(({ layer }) => layer));
  const [first, , last] = rows.filter(({ layer }) => layer === end);
  assert.ok(Math.abs(first!.anc - 1) < 1e-6 && last!.anc < first!.anc, `${first!.anc}, ${last!.anc}`);
  assert.notEqual(last!.copying, first!.copying);
  const figure = charts.byLayer({
    rows: rows.map(({ step, layer, anc }) => ({ line: `${step}`, layer, value: anc })),
    axis: "Neurons' correlation with the base",
    ordered: true,
  });
  assert.equal(figure.data.length, 3);
  await assert.rejects(train.atSnapshots(dir, { measure: () => [], at: [3] }), /^Error: atSnapshots: invalid at: 3/);
});
