/** Numbers from the matrix of stages and domains, a run's path over the plane, shift by layer and role, norms of rows: by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parametersOf } from "../../src/architecture/index.js";
import { averaged, parameterShift, path, rowNorms, scoresOf, transfer } from "../../src/measure/index.js";
import { configOf } from "../../src/model/index.js";
import type { Evaluation, Weights } from "../../src/types.js";

const stages = ["a", "b", "c"];
const scores = [
  { a: 5, b: 1, c: 2 },
  { a: 5.5, b: 6, c: 3 },
  { a: 3, b: 5, c: 7 },
];

test("transfer, backward and forward, over T − 1 stages; forgetting counts from the best", () => {
  const { rows, ...numbers } = transfer({
    stages,
    scores,
    before: { a: 0, b: 0.5, c: 1 },
    joint: { a: 6, b: 6, c: 8 },
  });
  assert.deepEqual(numbers, {
    accuracy: 5,
    learning: 6,
    backward: (3 - 5 + (5 - 6)) / 2,
    forward: (1 - 0.5 + (3 - 1)) / 2,
    forgetting: (5.5 - 3 + (6 - 5)) / 2,
    intransigence: (1 + 0 + 1) / 3,
  });
  assert.deepEqual(rows[3], { stage: "b", domain: "a", score: 5.5 });
  const one = transfer({ stages: ["a"], scores: [{ a: 2 }] });
  assert.deepEqual(
    [one.accuracy, one.backward, one.forward, one.forgetting, one.intransigence],
    [2, null, null, null, null],
  );
});

test("what is missing of the matrix is named", () => {
  assert.throws(() => transfer({ stages, scores: scores.slice(1) }), /^Error: transfer: invalid scores: of 2 stages/);
  assert.throws(
    () => transfer({ stages, scores: [{ a: 1 }, ...scores.slice(1)] }),
    /^Error: transfer: invalid scores: stage 1 has none of b \(/,
  );
  assert.throws(
    () => transfer({ stages: ["a", "a"], scores: scores.slice(1) }),
    /^Error: transfer: invalid stages: a, a/,
  );
  assert.throws(
    () => transfer({ stages, scores, before: { a: NaN, b: NaN, c: 0 } }),
    /^Error: transfer: invalid scores: before has NaN of b/,
  );
});

const evaluations: Evaluation[] = [
  [0, "old", 2],
  [0, "new", 6],
  [4, "old", 3],
  [4, "new", 5],
  [8, "old", 2.5],
].map(([step, domain, loss]) => ({
  step: step as number,
  tokens: (step as number) * 10,
  domain: domain as string,
  loss: loss as number,
  bitsPerByte: (loss as number) / 2,
}));

test("losses as scores are negative", () => {
  assert.deepEqual(scoresOf({ evaluations }), { old: -1.25, new: -2.5 });
  assert.deepEqual(scoresOf({ evaluations, step: 0, unit: "nats" }), { old: -2, new: -6 });
});

test("a path is where both domains were evaluated; an average's path is its own", () => {
  const row = { method: "live", setting: 4, tokens: 40, forgetting: 0.5, adaptation: 0.5 };
  assert.deepEqual(path({ evaluations, old: "old", new: "new", method: "live" }), [
    { method: "live", setting: 0, tokens: 0, forgetting: 0, adaptation: 0 },
    row,
  ]);
  const measurements = evaluations.flatMap(({ step, tokens, domain, loss, bitsPerByte }) =>
    Object.entries({ loss, bitsPerByte }).map(([of, value]) => ({ step, tokens, domain, metric: `ema.${of}`, value })),
  );
  assert.deepEqual(averaged({ measurements, of: "ema" }), evaluations);
});

test("shift by layer and role sums the tensors of each", () => {
  const config = configOf({ size: "nano", vocabSize: 4, tied: false });
  const names = parametersOf(config);
  const filled = (value: (name: string, i: number) => number): Weights =>
    Object.fromEntries(
      names.map(({ name, shape }) => [
        name,
        {
          shape,
          data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(name, i)),
        },
      ]),
    );
  // In layer 1 attention doubles, elsewhere nothing moves, but for the last row of both tables.
  const moved = new Set(names.filter((each) => each.layer === 1 && each.role === "attention").map(({ name }) => name));
  const tables = new Set(names.filter(({ role }) => role === "embedding" || role === "head").map(({ name }) => name));
  const before = filled(() => 1);
  const after = filled((name, i) => (moved.has(name) || (tables.has(name) && i >= 3 * config.width) ? 2 : 1));
  const by = (what: "layer" | "role" | "layer and role", newRows: number[] = []) =>
    new Map(parameterShift({ before, after, config, by: what, newRows }).map((row) => [row.name, row]));
  const both = by("layer and role", [3]);
  assert.equal(both.get("layer 1 attention")!.relative, 1);
  assert.deepEqual([both.get("layer 1 attention")!.layer, both.get("layer 1 attention")!.role], [1, "attention"]);
  assert.equal(both.get("layer 0 attention")!.relative, 0);
  assert.equal(both.get("layer 1 feed-forward")!.relative, 0);
  assert.deepEqual([both.get("embedding")!.relative, both.get("embedding (new rows)")!.relative], [0, 1]);
  assert.deepEqual([both.get("head")!.relative, both.get("head (new rows)")!.relative], [0, 1]);
  const share = (role: string): number => {
    const all = names.filter((each) => each.role === role);
    const size = (of: typeof all): number => of.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    return Math.sqrt(size(all.filter(({ name }) => moved.has(name))) / size(all));
  };
  assert.ok(Math.abs(by("role").get("attention")!.relative - share("attention")) < 1e-12);
  assert.deepEqual([...by("layer").keys()].slice(0, 3), ["embedding", "layer 0", "layer 1"]);
  assert.equal(
    by("layer").get("all")!.parameters,
    Object.values(before).reduce((sum, { data }) => sum + data.length, 0),
  );
  assert.throws(
    () => parameterShift({ before, after, by: "layer" }),
    /^Error: parameterShift: invalid by: layer \(needs/,
  );
});

test("norms of old and new rows", () => {
  const table = { shape: [3, 2], data: Float32Array.of(3, 4, 6, 8, 0, 1) };
  assert.deepEqual(rowNorms({ table, newRows: [2] }), [
    { rows: "old", count: 2, mean: 7.5, low: 5, median: 10, high: 10 },
    { rows: "new", count: 1, mean: 1, low: 1, median: 1, high: 1 },
  ]);
  assert.throws(() => rowNorms({ table, newRows: [3] }), /^Error: rowNorms: invalid newRows: 3 \(rows are 0 to 2\)/);
});
