import assert from "node:assert/strict";
import { test } from "node:test";
import { doge, doremi, fixed, type Mixture, type Observation, type Want } from "../../src/mixture/index.js";
import { excessByDomain } from "../../src/train/signals/excess.js";
import * as train from "../../src/train/index.js";
import type { LanguageModel, Text } from "../../src/types.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

folder();
const options = { schedule: train.constant({ peak: 1e-2 }), batch: 2, steps: 6, evaluateAt: [4] };
const on = { old: language("old"), new: language("new") };

/** Fixed shares that are told signals, and all that they were told. */
function listening(...wants: Want[]): { mixture: Mixture; seen: Observation[] } {
  const seen: Observation[] = [];
  const shares = { old: 0.5, new: 0.5 };
  const { domains } = fixed(shares);
  const begin = () => ({ shares: () => [0.5, 0.5], observe: (each: Observation) => void seen.push(each) });
  return { seen, mixture: { name: "listening", options: { shares }, domains, wants, begin } };
}

test("a mixture is told what it wants, when it wants it, and nothing else; the run is the same", async () => {
  const model = await tinyModel();
  const { mixture, seen } = listening(
    { signal: "evaluations", every: 3 },
    { signal: "excess", every: 2 },
    { signal: "alignment", every: 4 },
  );
  const run = await train.continue(model, { ...options, on, mixture });
  const stepsOf = (key: keyof Observation): number[] => seen.flatMap((each) => (each[key] ? [each.step] : []));
  assert.deepEqual(stepsOf("evaluations"), [0, 3, 4, 6]);
  assert.deepEqual([...new Set(run.evaluations.map(({ step }) => step))], [0, 3, 4, 6]);
  assert.deepEqual(stepsOf("excess"), [1, 3, 5]);
  assert.deepEqual(stepsOf("alignment"), [1, 5]);
  assert.deepEqual(seen[1]!.drawn, { old: 0.5, new: 0.5 });
  assert.deepEqual(Object.keys(seen[1]!.losses).sort(), ["new", "old"]);

  const quiet = listening();
  const same = await train.continue(model, { ...options, on, mixture: quiet.mixture });
  sameWeights(same.model.weights, run.model.weights);
  assert.ok(quiet.seen.every((each) => !each.excess && !each.alignment));
});

test("excess is clipped for every token and not for the mean; the base has none over itself", async () => {
  const domains = ["a", "b", "a"];
  const own = Float32Array.of(1, 3, 5, 5, 2, 2);
  const before = Float32Array.of(2, 2, 4, 5, 1, 3);
  assert.deepEqual(excessByDomain({ domains, own, before }), { a: 0.5, b: 0.5 });
  const { mixture, seen } = listening({ signal: "excess", every: 1 });
  await train.continue(await tinyModel(), { ...options, on, mixture });
  const excesses = seen.flatMap((each) => (each.excess ? [each.excess] : []));
  assert.equal(excesses.length, 6);
  assert.deepEqual(excesses[0], { old: 0, new: 0 });
  assert.ok(excesses.slice(1).every((each) => each.old! >= 0 && each.new! >= 0));
  assert.ok(excesses.some((each) => each.old! > 0));
});

/** A text of one window, which is thus every batch and every probe. */
async function oneWindow({ tokenizer }: LanguageModel, name: "old" | "new"): Promise<Text> {
  const words = language(name, 5).train[0]!;
  let length = 1;
  while ((await tokenizer.encode(words.slice(0, length))).length < 16) length++;
  return { name, train: [words.slice(0, length)], heldOut: [words] };
}

for (const { of, trainable } of [
  { of: "all weights", trainable: "all" as const },
  { of: "some rows and a layer", trainable: { embedding: { from: 270 }, layers: [0] } },
])
  test(`alignment: products of the gradients that the update is made of, of ${of}`, async () => {
    const model = await tinyModel();
    const text = { old: await oneWindow(model, "old"), new: await oneWindow(model, "new") };
    const { mixture, seen } = listening({ signal: "alignment", every: 1 });
    const run = await train.continue(model, { ...options, on: text, mixture, trainable });
    for (const [i, { alignment }] of seen.entries()) {
      const { old: a, new: b } = alignment!;
      assert.equal(a!.new, b!.old);
      // The update's gradient is the mean of the two.
      const norm = Math.sqrt((a!.old! + 2 * a!.new! + b!.new!) / 4);
      const { gradientNorm } = run.steps[i]!;
      assert.ok(Math.abs(norm / gradientNorm - 1) < 1e-4, `${norm} and ${gradientNorm}`);
    }
  });

test("the record has a rule's mean shares, with which its run can be repeated with fixed ones", async () => {
  const model = await tinyModel();
  const run = async (mixture: Mixture): Promise<train.Run> => train.continue(model, { ...options, on, mixture });
  const online = await run(doge({ domains: ["old", "new"], mu: 1e-4 }));
  const { asked } = online.record.shares!;
  const column = online.steps.map((row) => row.share_old!);
  assert.ok(new Set(column).size > 2, column.join(", "));
  assert.ok(Math.abs(asked.old! - column.reduce((a, b) => a + b, 0) / column.length) < 1e-12);
  const control = await run(fixed(asked));
  assert.deepEqual(control.record.shares!.asked, asked);

  const weighted = await run(doremi({ domains: ["old", "new"], by: "weights", eta: 3 }));
  assert.deepEqual(weighted.record.shares!.asked, { old: 0.5, new: 0.5 });
  const weights = weighted.record.weights!.asked;
  assert.ok(Math.abs(weights.old! + weights.new! - 1) < 1e-12 && weights.old !== weights.new, JSON.stringify(weights));
});
