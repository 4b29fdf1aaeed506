/** What evaluators keep of a model's inside: at the start as nothing had moved, at the end what the functions say of the model. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { charts, measure } from "../../src/index.js";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import { engineOn } from "../engine/support.js";
import { folder, language, tinyModel } from "./tiny.js";

folder();
const on = [language("old", 12), language("new", 12)];
const texts = { old: on[0]!.heldOut, new: on[1]!.heldOut };
const evaluators = [
  train.states(),
  train.lens({ groups: { low: Array.from({ length: 100 }, (_, id) => id) } }),
  train.firing({ documents: 4, tokens: 12, keep: 0.2, bar: 0.8 }),
];
const asked = { on, mixture: fixed({ new: 1 }), schedule: train.constant({ peak: 2e-2 }), steps: 3, batch: 2 };
let run: train.Run;
before(async () => {
  const engine = await engineOn("cpu");
  run = await train.continue(await tinyModel(), { ...asked, engine, evaluateAt: [0, 3], evaluators });
});
const of = (step: number, metric: string, domain?: string): number =>
  run.measurements.find((row) => row.step === step && row.metric === metric && row.domain === domain)!.value;
const near = (got: number, wanted: number, by = 1e-5): void =>
  assert.ok(Math.abs(got - wanted) < by, `${got} is not ${wanted}`);

test("at the start states are those of the base; at the end they are what statesOf says", async () => {
  const engine = await engineOn("cpu");
  for (const layer of [0, 1]) near(of(0, `cka.layer-${layer}`, "old"), 1);
  const now = of(3, "cka.layer-1", "new");
  assert.ok(now < 0.9999 && now > 0);
  const { measurements } = await train.evaluate(run.model, {
    on,
    engine,
    batch: 2,
    evaluators: [train.states({ texts })],
  });
  const value = (metric: string, domain: string): number =>
    measurements.find((row) => row.metric === metric && row.domain === domain)!.value;
  const layer = async (which: "old" | "new"): Promise<measure.StatesTable> =>
    (await train.statesOf(run.model, { texts: texts[which], engine })).layers[1]!.states;
  const [a, b] = [await layer("old"), await layer("new")];
  near(value("cka.layer-1", "old:new"), (await measure.cka({ a, b }))!, 1e-4);
  assert.equal(value("retrieval.layer-1", "old:new"), (await measure.retrieval({ a, b })).mean);
  near(value("cosine.layer-1", "new"), measure.meanCosine({ table: b })!);
  near(value("centred-cosine.layer-1", "new"), measure.meanCosine({ table: b, centre: true })!);
  near(of(3, "cosine.layer-1", "new"), measure.meanCosine({ table: b })!);
});

test("what each layer would predict is what logitLens says; charts get their rows", async () => {
  const engine = await engineOn("cpu");
  const groups = { low: Array.from({ length: 100 }, (_, id) => id) };
  for (const step of [0, 3]) near(of(step, "lens-kl.layer-1", "old"), 0);
  for (const { layer, ...row } of await train.logitLens(run.model, { texts: texts.new, engine, groups })) {
    for (const name of ["kl", "loss", "rank", "agrees"] as const)
      near(of(3, `lens-${name}.layer-${layer}`, "new"), row[name]);
    near(of(3, `lens-mass-low.layer-${layer}`, "new"), row.mass.low!);
  }
  const { measurements } = await train.evaluate(run.model, { on, engine, batch: 2, evaluators: [train.lens()] });
  const masses = measurements.filter(({ metric }) => metric.startsWith("lens-mass-"));
  assert.deepEqual(
    [...new Set(masses.map(({ metric }) => metric))],
    [0, 1].flatMap((layer) => ["old", "new"].map((name) => `lens-mass-${name}.layer-${layer}`)),
  );
  assert.ok(masses.every(({ value }) => value > 0 && value < 1));
  const rows = measure.layered({ measurements: run.measurements, metric: "lens-loss", domain: "new" });
  assert.deepEqual(
    rows.map(({ step, layer, line, row, column }) => [step, layer, line, row, column]),
    [
      [0, 0, "step 0", "layer 0", "0"],
      [0, 1, "step 0", "layer 1", "0"],
      [3, 0, "step 3", "layer 0", "3"],
      [3, 1, "step 3", "layer 1", "3"],
    ],
  );
  charts.byLayer({ rows, axis: "Loss (nats)", ordered: true });
  charts.heatMap({ rows, down: "Layer", across: "Step", value: "Loss (nats)" });
  assert.throws(
    () => measure.layered({ measurements: run.measurements, metric: "lens-loss" }),
    /^Error: layered: invalid metric: lens-loss of no domain \(measured: cka\.layer-0 of old, /,
  );
});

test("neurons fire, and some for one domain alone", () => {
  assert.ok(of(3, "firing.layer-1", "old") > 0 && of(3, "firing.layer-1", "old") < 1);
  const specific = of(0, "firing-specific.layer-1", "old") + of(0, "firing-specific.layer-1", "new");
  assert.ok(specific >= 1 && specific <= 2 * Math.round(0.2 * 32));
  assert.ok(of(3, "firing-entropy.layer-1") <= Math.log(2));
});

test("a model with modules beside it is looked into with them; its base is the model alone", async () => {
  const engine = await engineOn("cpu");
  const rows = async (parameters: train.Parameters): Promise<train.Run["measurements"]> =>
    (await train.continue(run.model, { ...asked, engine, evaluateAt: [0, 3], evaluators, parameters })).measurements;
  const cka = (await rows(train.lora({ rank: 2, targets: ["feed-forward"] }))).filter(
    ({ metric, domain }) => metric === "cka.layer-1" && domain === "new",
  );
  near(cka[0]!.value, 1);
  assert.ok(cka[1]!.value < 1 - 1e-6);
  // A prompt's own rows are not those of the text.
  const prompted = await rows(train.softPrompt({ tokens: 4 }));
  assert.equal(prompted.length, run.measurements.length);
});

test("what cannot be compared is said", () => {
  assert.throws(() => train.states({ documents: 3 }), /^Error: states: invalid texts: 3 \(from 4/);
  const uneven = { en: ["a", "b", "c", "d"], ko: ["a", "b", "c", "d", "e"] };
  assert.throws(() => train.states({ texts: uneven }), /^Error: states: invalid texts: 4, 5 of them \(as many/);
});

test("domains pair by pair: columns by hand, states by the model, an order from a column", async () => {
  const engine = await engineOn("cpu");
  const again = { ...on[0]!, name: "again" };
  const greek = { name: "greek", train: ["αβ γ αβ", "γ αβ", "α α", "β"], heldOut: [] };
  const given = { on: [on[0]!, on[1]!, again, greek], read: 4, engine };
  const rows = await train.similarities(run.model, given);
  assert.equal(rows.length, 12);
  const pair = (a: string, b: string): train.SimilarityRow => rows.find((row) => row.a === a && row.b === b)!;
  const same = pair("old", "again");
  assert.deepEqual([same.sameScript, same.scripts, same.types, same.running, same.cka], [1, 1, 1, 1, null]);
  for (const value of [same.tokens, 1 - same.divergence, same.grams, same.states!]) near(value, 1);
  const apart = pair("old", "greek");
  assert.deepEqual([apart.sameScript, apart.scripts, apart.grams], [0, 0, 0]);
  const counts = async (texts: string[]): Promise<measure.Counts> =>
    measure.countsOf((await run.model.tokenizer.encodeBatch(texts)).flat());
  const tokens = measure.overlap({ a: await counts(on[0]!.train), b: await counts(on[1]!.train) });
  const { types, running, divergence } = pair("old", "new");
  assert.deepEqual(
    { types, running, divergence },
    { types: tokens.types, running: tokens.bInA, divergence: tokens.divergence },
  );
  assert.equal(pair("new", "old").running, tokens.aInB);
  const order = measure.greedyOrder({ alike: measure.alikeBy({ rows, column: "grams" }), from: "old" });
  assert.equal(order.order[1], "again");
  const [first] = await train.similarities(run.model, { ...given, on: [again, on[0]!], aligned: true });
  near(first!.cka!, 1);
  assert.throws(
    () => measure.alikeBy({ rows, column: "cka" }),
    /^Error: alikeBy: invalid cka: nothing of old and new$/,
  );
  await assert.rejects(
    train.similarities(run.model, { ...given, aligned: true, read: 3 }),
    /invalid read: 3 \(a whole/,
  );
});
