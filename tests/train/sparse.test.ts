/** A sparse mask trains its numbers and no others, as an update of the whole matrix would have moved them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixed } from "../../src/mixture/index.js";
import { parameterShapes } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import * as train from "../../src/train/index.js";
import type { LanguageModel, Weights } from "../../src/types.js";
import { engineOn } from "../engine/support.js";
import { language, tinyModel } from "./tiny.js";

const options = {
  on: { old: language("old"), new: language("new") },
  mixture: fixed({ old: 0.5, new: 0.5 }),
  schedule: train.constant({ peak: 1e-2 }),
  optimiser: { weightDecay: 0.5 },
  steps: 3,
  batch: 2,
  evaluateAt: [],
};
const [up, down] = ["model.layers.0.mlp.up_proj.weight", "model.layers.0.mlp.down_proj.weight"] as const;

/** Places of a matrix that are not, bit for bit, what they were. */
const moved = (before: LanguageModel, after: LanguageModel, name: string): number[] =>
  [...before.weights[name]!.data].flatMap((was, i) => (Object.is(was, after.weights[name]!.data[i]) ? [] : [i]));

const isMatrix = ([name, shape]: [string, number[]]): boolean => shape.length === 2 && name.includes("layers.");

test("of each matrix the smallest tenth moves, and every other bit stays, under decay and momentum", async () => {
  const before = await tinyModel();
  const { model: after } = await train.continue(before, {
    ...options,
    parameters: train.sparse({ density: 0.1, by: "smallest" }),
  });
  assert.deepEqual(Object.keys(after.weights).sort(), Object.keys(before.weights).sort());
  for (const [name, shape] of Object.entries(parameterShapes(before.config))) {
    const { data } = before.weights[name]!;
    const smallest = [...data.keys()].sort((a, b) => Math.abs(data[a]!) - Math.abs(data[b]!));
    const expected = isMatrix([name, shape]) ? smallest.slice(0, Math.round(data.length / 10)) : [];
    assert.deepEqual(
      moved(before, after, name),
      expected.sort((a, b) => a - b),
      name,
    );
  }
});

test("which numbers: as many as asked for, of the matrices named, the largest or drawn from the seed", async () => {
  const before = await tinyModel();
  const chosen = async (density: Record<string, number>, seed: number, by?: "largest"): Promise<LanguageModel> =>
    (await train.continue(before, { ...options, seed, steps: 1, parameters: train.sparse({ density, by }) })).model;
  const largest = await chosen({ [up]: 0.25 }, 1, "largest");
  const places = moved(before, largest, up);
  const { data } = before.weights[up]!;
  assert.equal(places.length, data.length / 4);
  const edge = Math.min(...places.map((i) => Math.abs(data[i]!)));
  assert.equal(data.filter((value) => Math.abs(value) >= edge).length, places.length);
  assert.deepEqual(moved(before, largest, down), []);
  const [one, other] = [await chosen({ [down]: 0.25 }, 1), await chosen({ [down]: 0.25 }, 2)];
  assert.equal(moved(before, one, down).length, before.weights[down]!.data.length / 4);
  assert.notDeepEqual(moved(before, one, down), moved(before, other, down));
});

/** Weights after one update from `weights`, and the norm of its gradient. */
async function updated(
  { config, weights }: LanguageModel,
  leaves: train.Leaves,
  optimiser: train.Optimiser,
): Promise<{ weights: Weights; norm: number }> {
  const [batch, context] = [2, 8];
  const engine = await engineOn("cpu");
  const { fn, signature } = train.trainStep({ config, batch, context, objective: train.causal(), optimiser, leaves });
  const program = await engine.compile(fn, signature);
  const all = { ...weights, ...leaves.added };
  const state = engine.upload({ ...all, ...train.slotsAtStart({ leaves, optimiser }) });
  const draw = rng(5);
  const tokens = Int32Array.from({ length: batch * (context + 1) }, () => draw.int(config.vocabSize));
  const { gradientNorm } = await program.run(state, { tokens, ...optimiser.scalars(1, 1e-2) });
  const after = await state.download(Object.keys(all));
  state.dispose();
  await program.dispose();
  return { weights: leaves.merged?.(after) ?? after, norm: gradientNorm![0]! };
}

const optimisers = {
  adamw: train.adamw({ clip: Infinity, weightDecay: 0.3 }),
  lion: train.lion({ clip: Infinity, weightDecay: 0.3 }),
};
for (const [name, optimiser] of Object.entries(optimisers))
  test(`${name}: within the mask an update is that of the whole matrix, bit for bit`, async () => {
    const model = await tinyModel();
    const { config, weights } = model;
    const of = (density: number): train.Leaves => train.sparse({ density }).of({ config, seed: 1, weights });
    const [part, whole] = [
      await updated(model, of(0.2), optimiser),
      await updated(model, train.allOf(config), optimiser),
    ];
    assert.ok(part.norm < whole.norm);
    for (const matrix of Object.entries(parameterShapes(config)).filter(isMatrix)) {
      const [was, some, all] = [weights, part.weights, whole.weights].map((each) => each[matrix[0]]!.data);
      const within = some!.filter((value, i) => !Object.is(value, was![i]) && Object.is(value, all![i]));
      const outside = some!.filter((value, i) => Object.is(value, was![i]));
      assert.equal(within.length, Math.round(0.2 * was!.length), matrix[0]);
      assert.equal(within.length + outside.length, was!.length, matrix[0]);
    }
  });

test("Muon moves numbers out of a matrix as AdamW does: they are no matrix", async () => {
  const model = await tinyModel();
  const { config, weights } = model;
  const leaves = train.sparse({ density: 0.2 }).of({ config, seed: 1, weights });
  const [muon, adamw] = [train.muon({ weightDecay: 0.3 }), train.adamw({ weightDecay: 0.3 })];
  assert.deepEqual(muon.slots(leaves.leaves), adamw.slots(leaves.leaves));
  const [one, other] = [await updated(model, leaves, muon), await updated(model, leaves, adamw)];
  assert.deepEqual(one.weights, other.weights);
});

test("nonsense is refused in one line", async () => {
  const { config } = await tinyModel();
  assert.throws(() => train.sparse({ density: 0 }), /^Error: sparse: invalid density: 0 \(above 0, at most 1\)$/);
  assert.throws(
    () => train.sparse({ density: 1, by: "best" as "random" }),
    /sparse: invalid by: best \(one of random,/,
  );
  const table = train.sparse({ density: { "model.embed_tokens.weight": 0.5 } });
  assert.throws(() => table.of({ config, seed: 1 }), /invalid density: model\.embed_tokens\.weight \(no matrix of a/);
});
