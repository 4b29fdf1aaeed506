/** Mixtures in runs: what follows the learning rate goes on in a branch, repetition is counted, what cannot be met is refused. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as mixture from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const on = { old: language("old"), new: language("new") };
const options = { on, batch: 4, steps: 12, evaluateAt: [] as number[], schedule: train.cosine({ peak: 1e-2 }) };

test("a branch in the middle of a decay goes on with the mixture that follows it, to the bytes of the run itself", async () => {
  const anneal = mixture.anneal({ from: { new: 1 }, to: { old: 0.5, new: 0.5 } });
  const run = await train.continue(await tinyModel(), {
    ...options,
    mixture: anneal,
    dir: join(root, "annealed"),
    snapshots: { at: [6] },
  });
  assert.ok(run.steps[5]!.share_old! > 0.1 && run.steps[11]!.share_old === 0.5);
  const { schedule: _, ...rest } = options;
  const branch = await train.branch(run, { ...rest, at: 6, steps: 6 });
  assert.deepEqual(
    branch.steps.map(({ share_old }) => share_old),
    run.steps.slice(6).map(({ share_old }) => share_old),
  );
  sameWeights(branch.model.weights, run.model.weights);
});

test("a cap that the run's text allows is kept to, and the times that each domain was read are in the record", async () => {
  const model = await tinyModel();
  const few = { ...on, new: { ...on.new, train: on.new.train.slice(0, 2) } };
  const wish = { shares: { old: 0.25, new: 0.75 }, epochs: 2 };
  const { record } = await train.continue(model, { ...options, on: few, mixture: mixture.capped(wish) });
  const [total, window] = [12 * 4 * 16, 16];
  const encoded = await model.tokenizer.encodeBatch(few.new.train);
  const twice = 2 * encoded.reduce((sum, ids) => sum + ids.length + 1, 0);
  const { asked, realised } = record.shares as Record<string, Record<string, number>>;
  assert.ok(twice < 0.75 * total && Math.abs(asked!.new! - twice / total) < 1e-9);
  assert.ok(Math.abs(realised!.new! * total - twice) <= window);
  assert.ok(Math.abs(record.epochs!.new! - 2) < 0.2, `${record.epochs!.new} epochs`);
  await assert.rejects(
    train.continue(model, { ...options, mixture: mixture.capped({ ...wish, epochs: 0.01 }) }),
    /^Error: capped: invalid epochs: 0\.01 \(that allows \d+ tokens of 768: fewer steps, more epochs or more text\)$/,
  );
});

test("a recipe is refused whose mixture names no text or is no mixture", () => {
  const recipe = {
    corpus: { files: { old: "old.txt" } },
    model: { size: "nano" },
    schedule: { name: "constant", peak: 1e-3 },
    steps: 4,
  };
  const refused = (written: object, line: RegExp): void =>
    assert.throws(() => train.parseRecipe({ ...recipe, mixture: written }), line);
  refused(
    { name: "ramp", from: { old: 1 }, to: { other: 1 } },
    /^Error: recipe: invalid mixture: "other" \(one of old\)$/,
  );
  refused({ name: "temperature", domains: ["other"] }, /^Error: recipe: invalid mixture: "other" \(one of old\)$/);
  refused(
    { name: "ramp", from: { old: 0.9 }, to: { old: 1 } },
    /^Error: recipe: ramp: invalid shares: old 0\.9 add up/,
  );
  refused({ name: "unimax", epochs: 4 }, /^Error: recipe: unimax: invalid sizes: undefined \(give either/);
  refused({ name: "phases", phases: [] }, /^Error: recipe: invalid mixture\.phases: \[\]/);
});
