/** Adapters added up: what a model has with the sum is what the sum of their changes gives; and of a rank the nearest. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { singular } from "../../src/embed/index.js";
import { type Adapter, configOf, init, mergeAdapters, withAdapter } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { NdArray } from "../../src/types.js";

const config = configOf({
  vocabSize: 20,
  width: 16,
  layers: 2,
  heads: 2,
  kvHeads: 2,
  ffn: 24,
  context: 12,
  architecture: "gpt2",
  norm: "layer",
  positions: "learned",
  activation: "gelu-tanh",
  tied: true,
});
const model = { config, weights: init({ config, rng: rng(1) }), tokenizer: {} as never };
const names = ["transformer.h.0.mlp.c_fc.weight", "transformer.h.1.attn.c_proj.weight"];
const table = "transformer.wte.weight";

function matrix(shape: [number, number], draw: ReturnType<typeof rng>): NdArray {
  return { shape, data: Float32Array.from({ length: shape[0] * shape[1] }, () => draw.normal()) };
}

function adapter(seed: number, rank: number, which: string[], ids: number[] = []): Adapter {
  const draw = rng(seed);
  // GPT-2 keeps matrices as [in, out].
  const updates = which.map((name) => {
    const [width, out] = model.weights[name]!.shape as [number, number];
    return [name, { a: matrix([rank, width], draw), b: matrix([out, rank], draw), scale: 0.5 * seed }] as const;
  });
  const rows: Adapter["rows"] = ids.length > 0 ? { [table]: { ids, data: matrix([ids.length, 16], draw) } } : {};
  return { updates: Object.fromEntries(updates), rows };
}

const deltaOf = (made: Adapter, name: string): Float32Array =>
  withAdapter(model, made).weights[name]!.data.map((value, i) => value - model.weights[name]!.data[i]!);

test("the sum of updates, whatever their ranks, is the sum of what they change", () => {
  const [one, two] = [adapter(1, 2, names, [17, 18]), adapter(2, 3, names.slice(0, 1), [18, 19])];
  const both = mergeAdapters({ adapters: [one, two], weights: [0.75, -0.5] });
  assert.equal(both.updates[names[0]!]!.a.shape[0], 5);
  for (const name of names) {
    const [first, second] = [deltaOf(one, name), two.updates[name] ? deltaOf(two, name) : undefined];
    deltaOf(both, name).forEach((value, i) =>
      assert.ok(Math.abs(value - (0.75 * first[i]! - 0.5 * (second?.[i] ?? 0))) < 1e-5, name),
    );
  }
  const rows = mergeAdapters({ adapters: [one, two], weights: [3, 1] }).rows[table]!;
  assert.deepEqual(rows.ids, [17, 18, 19]);
  const [a, b] = [one.rows[table]!.data.data, two.rows[table]!.data.data];
  for (let i = 0; i < 16; i++) {
    assert.equal(rows.data.data[i], a[i]);
    assert.ok(Math.abs(rows.data.data[16 + i]! - (0.75 * a[16 + i]! + 0.25 * b[i]!)) < 1e-6);
    assert.equal(rows.data.data[32 + i], b[16 + i]);
  }
});

test("of a rank it is the nearest: what is missing are the singular values beyond it", async () => {
  const [name] = names as [string];
  const adapters = [adapter(1, 4, [name]), adapter(2, 3, [name])];
  const whole = deltaOf(mergeAdapters({ adapters }), name);
  const [rows, width] = model.weights[name]!.shape as [number, number];
  const turned = Float32Array.from(whole, (_, i) => whole[(i % rows) * width + Math.floor(i / rows)]!);
  const { values } = await singular({ table: { shape: [width, rows], data: turned }, rank: rows });
  for (const rank of [1, 3, 6]) {
    const made = mergeAdapters({ adapters, rank });
    assert.equal(made.updates[name]!.a.shape[0], rank);
    const error = deltaOf(made, name).reduce((sum, value, i) => sum + (value - whole[i]!) ** 2, 0);
    const least = values.slice(rank).reduce((sum, value) => sum + value ** 2, 0);
    assert.ok(Math.abs(error - least) < 1e-4 * (least + 1), `${rank}: ${error}, at least ${least}`);
  }
  // Twice the same is of the rank that it was.
  const twice = deltaOf(mergeAdapters({ adapters: [adapters[0]!, adapters[0]!], weights: [1, 1], rank: 4 }), name);
  deltaOf(adapters[0]!, name).forEach((value, i) => assert.ok(Math.abs(twice[i]! - 2 * value) < 1e-4));
});

test("what has no sum is refused in one line", () => {
  const one = adapter(1, 2, names);
  const { a, b } = one.updates[names[0]!]!;
  const dora = {
    rows: {},
    updates: { [names[0]!]: { a, b, scale: 1, magnitude: { shape: [1], data: Float32Array.of(1) } } },
  };
  const odd = { rows: {}, updates: { [names[0]!]: { a: { shape: [4, 8], data: a.data }, b, scale: 1 } } };
  const cases: [() => unknown, RegExp][] = [
    [() => mergeAdapters({ adapters: [] }), /^mergeAdapters: invalid adapters: none$/],
    [
      () => mergeAdapters({ adapters: [one], weights: [1, 2] }),
      /^mergeAdapters: invalid weights: 1,2 \(a number for each of 1/,
    ],
    [() => mergeAdapters({ adapters: [one], rank: 0 }), /^mergeAdapters: invalid rank: 0 \(a whole number from 1\)$/],
    [
      () => mergeAdapters({ adapters: [one, dora] }),
      /^mergeAdapters: invalid adapters: number 2 \(its update of \S+ has magnitudes;/,
    ],
    [
      () => mergeAdapters({ adapters: [one, { ...one, prompt: a }] }),
      /number 2 \(a prompt; only low-rank updates are added\)$/,
    ],
    [
      () => mergeAdapters({ adapters: [one, odd] }),
      /^mergeAdapters: invalid adapters: transformer\.h\.0\.mlp\.c_fc\.weight \(\[\d+,2\] by \[4,8\] beside/,
    ],
  ];
  for (const [act, message] of cases) assert.throws(act, { message });
});
