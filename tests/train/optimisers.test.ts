/** Lion, Muon and rates by role: twenty steps against PyTorch, and what each formula promises. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { rng } from "../../src/rng.js";
import * as train from "../../src/train/index.js";
import { orthogonal } from "../../src/train/step/optimisers/muon.js";
import type { ModelConfig, Weights } from "../../src/types.js";
import { goldenJob, run } from "../engine/step-jobs.js";
import { assertClose, engineOn } from "../engine/support.js";
import { oracle, pythonHas } from "../python.js";
import { close, descend } from "./descend.js";

const golden = join(__dirname, "..", "golden", "train");
interface Golden {
  batch: number;
  models: Record<string, ModelConfig>;
  runs: {
    name: string;
    family: string;
    optimiser: keyof typeof train.optimisers;
    options: object;
    rates: number[];
    losses: number[];
    norms: number[];
    checksums: Record<string, [number, number]>;
  }[];
}
const { batch, models, runs } = JSON.parse(readFileSync(join(golden, "optimisers.json"), "utf8")) as Golden;
const made = (name: keyof typeof train.optimisers, options: object): train.Optimiser =>
  (train.optimisers[name].make as (options: object) => train.Optimiser)(options);

for (const expected of runs)
  test(`${expected.name}, ${expected.family}: twenty steps are PyTorch's`, async () => {
    const job = goldenJob(models[expected.family]!, batch, expected.rates);
    const ours = await run(await engineOn("cpu"), job, made(expected.optimiser, expected.options));
    assertClose(ours.losses, expected.losses, 1e-4, "losses");
    assertClose(ours.norms, expected.norms, 1e-3, "gradient norms");
    assert.ok(ours.losses.at(-1)! < ours.losses[0]! - 0.1, "nothing was learned");
    for (const [name, { data }] of Object.entries(ours.weights)) {
      const [sum, size] = expected.checksums[name]!;
      const total = data.reduce((all, value) => all + value, 0);
      assert.ok(Math.abs(total - sum) < 1e-4 * size, `${name} sums to ${total}, expected ${sum}`);
      assertClose([data.reduce((all, value) => all + Math.abs(value), 0)], [size], 1e-4, `size of ${name}`);
    }
  });

const skip = pythonHas("torch") ? false : "python3 with torch is not here";
const shapes: Record<string, number[]> = {
  "model.embed_tokens.weight": [20, 8],
  "model.layers.0.mlp.up_proj.weight": [12, 8],
  "model.layers.0.mlp.down_proj.weight": [8, 12],
  "model.layers.1.mlp.up_proj.weight": [40, 24],
  "model.norm.weight": [8],
  "lm_head.weight": [260, 71],
};
const roles = {
  "model.embed_tokens.weight": "embedding",
  "model.norm.weight": "norms",
  "lm_head.weight": "head",
} as const;
const leaves: train.Shaped = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => [name, { shape, role: roles[name as keyof typeof roles] ?? "layers" }]),
);
const drawn = (seed: number, scale: number): Weights => {
  const random = rng(seed);
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal() * scale);
      return [name, { shape, data }];
    }),
  );
};

test("twenty steps on given gradients are PyTorch's", { skip }, () => {
  const cases = (
    [
      ["lion", { clip: 1 }],
      ["lion", { clip: "none", betas: [0.95, 0.98], rates: { norms: 3, embedding: 0.5 } }],
      ["adamw", { rates: { norms: 3, embedding: 0.5, head: 0.1 } }],
      ["muon", {}],
      [
        "muon",
        { scale: "original", nesterov: false, iterations: 3, rates: { layers: 2, head: 0.5 }, adamw: { rate: 0.1 } },
      ],
    ] as const
  ).map(([name, options]) => ({ name, optimiser: made(name, options) }));
  const weights = drawn(1, 1);
  const gradients = Array.from({ length: 20 }, (_, i) => drawn(i + 2, i % 3 === 0 ? 1 : 1e-3));
  const rates = gradients.map((_, i) => 1e-2 / (1 + i / 4));
  const plain = (all: Weights): object =>
    Object.fromEntries(Object.entries(all).map(([key, { shape, data }]) => [key, { shape, data: [...data] }]));
  const { status, stdout, stderr } = spawnSync("python3", [oracle, join(golden, "optimisers.py"), "live"], {
    input: JSON.stringify({
      weights: plain(weights),
      gradients: gradients.map(plain),
      rates,
      cases: cases.map(({ name, optimiser }) => ({ optimiser: name, options: optimiser.options })),
    }),
    encoding: "utf8",
    maxBuffer: 1 << 27,
  });
  assert.equal(status, 0, stderr);
  const theirs = JSON.parse(stdout) as { weights: Record<string, number[]>; norms: number[] }[];
  for (const [i, { name, optimiser }] of cases.entries()) {
    const ours = descend({ optimiser, weights, leaves, gradients, rates });
    theirs[i]!.norms.forEach((norm, at) => close(ours.norms[at]!, norm, 1e-5));
    for (const key of Object.keys(shapes)) {
      const apart = theirs[i]!.weights[key]!.map((value, at) => Math.abs(value - ours.weights[key]!.data[at]!));
      assert.ok(Math.max(...apart) < 1e-5, `${name}: ${key} is up to ${Math.max(...apart)} away`);
    }
  }
});

test("Lion moves every number by the rate, decays matrices by their share, and remembers with the second beta", () => {
  const weights = {
    m: { shape: [1, 2], data: Float32Array.of(4, -4) },
    v: { shape: [2], data: Float32Array.of(1, 2) },
  };
  const gradient = {
    m: { shape: [1, 2], data: Float32Array.of(3, 0) },
    v: { shape: [2], data: Float32Array.of(-0.1, 4) },
  };
  const optimiser = train.lion({ clip: "none", weightDecay: 0.5 });
  const out = descend({ optimiser, weights, gradients: [gradient], rates: [0.1] });
  [4 * 0.95 - 0.1, -4 * 0.95].forEach((expected, i) => close(out.weights.m!.data[i]!, expected));
  [1.1, 1.9].forEach((expected, i) => close(out.weights.v!.data[i]!, expected));
  [0.03, 0, -0.001, 0.04].forEach((expected, i) => close(out.state["lion.momentum.small"]!.data[i]!, expected));
});

test("Newton-Schulz leaves the directions of a matrix and brings its singular values near 1", () => {
  for (const shape of [
    [6, 40],
    [40, 6],
    [12, 12],
  ] as [number, number][]) {
    const random = rng(5);
    const data = Float32Array.from({ length: shape[0] * shape[1] }, () => random.normal() * 1e-3);
    const x = orthogonal(tf.tensor2d(data, shape), 5);
    const gram = (shape[0] > shape[1] ? tf.matMul(x, x, true) : tf.matMul(x, x, false, true)).arraySync() as number[][];
    // Eigenvalues are within the diagonal's row sums, and their mean is the trace's.
    const trace = gram.reduce((sum, row, i) => sum + row[i]!, 0) / gram.length;
    assert.ok(trace > 0.64 ** 2 && trace < 1.15 ** 2, `mean square of singular values ${trace}`);
    const norm = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
    const along = (x.dataSync() as Float32Array).reduce((sum, value, i) => sum + value * data[i]!, 0);
    assert.ok(along > 0.8 * norm, "it points elsewhere");
  }
  assert.deepEqual([...orthogonal(tf.zeros([2, 3]), 5).dataSync()], [0, 0, 0, 0, 0, 0]);
});

test("a rate by role is the run at that rate for those leaves, decay included", () => {
  const gradients = Array.from({ length: 5 }, (_, i) => drawn(i + 2, 0.1));
  const table = "model.embed_tokens.weight";
  for (const name of ["adamw", "lion", "muon"] as const) {
    const at = (rates: object, rate: number): Weights => {
      const optimiser = made(name, { clip: "none", rates });
      return descend({
        optimiser,
        weights: drawn(1, 1),
        leaves,
        gradients,
        rates: gradients.map(() => rate),
      }).weights;
    };
    const [scaled, slow, plain] = [at({ embedding: 0.1 }, 1e-2), at({}, 1e-3), at({}, 1e-2)];
    for (const key of Object.keys(shapes)) {
      const expected = (key === table ? slow : plain)[key]!.data;
      scaled[key]!.data.forEach((value, i) => close(value, expected[i]!, 1e-5, 1e-2));
    }
  }
});

test("nonsense is refused in one line", () => {
  const bad: [() => unknown, RegExp][] = [
    [() => train.lion({ betas: [0.9, 1] }), /^Error: lion: invalid betas\[1\]: 1$/],
    [() => train.lion({ clip: 0 }), /^Error: lion: invalid clip: 0$/],
    [() => train.lion().scalars(0, 1), /^Error: lion: invalid step: 0 \(updates count from 1\)$/],
    [() => train.muon({ momentum: 1 }), /^Error: muon: invalid momentum: 1$/],
    [() => train.muon({ iterations: 0 }), /^Error: muon: invalid iterations: 0$/],
    [() => train.muon({ clip: -1 }), /^Error: muon: invalid clip: -1$/],
    [() => train.muon({ weightDecay: Infinity }), /^Error: muon: invalid weightDecay: Infinity$/],
    [() => train.muon({ adamw: { rate: 0 } }), /^Error: muon: invalid adamw\.rate: 0$/],
    [
      () => train.muon({ scale: "toString" as "original" }),
      /^Error: muon: invalid scale: toString \(one of match-rms, original\)$/,
    ],
    [
      () => train.adamw({ rates: { embedding: 0 } }),
      /^Error: adamw: invalid rates\.embedding: 0 \(a positive number; trainable says what is frozen\)$/,
    ],
    [
      () => train.adamw({ rates: { body: 1 } as object }),
      /^Error: adamw: invalid rates: body \(one of embedding, head, positions, norms, layers\)$/,
    ],
  ];
  for (const [make, error] of bad) assert.throws(make, error);
  assert.deepEqual(train.adamw({ rates: { embedding: 1 } }).options, train.adamw().options);
});
