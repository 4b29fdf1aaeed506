import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { adamw, type AdamWOptions } from "../../src/train/index.js";
import { rng } from "../../src/rng.js";
import type { Weights } from "../../src/types.js";
import { close, descend as descendBy, type Descended } from "./descend.js";
import { oracle, pythonHas } from "../python.js";

const first = (group: string): string => `adamw.first.${group}`;
const second = (group: string): string => `adamw.second.${group}`;

const descend = (weights: Weights, gradients: Weights[], rates: number[], options: AdamWOptions): Descended =>
  descendBy({ optimiser: adamw(options), weights, gradients, rates });

test("first step moves every weight by the rate against the sign of its gradient", () => {
  const weights = { v: { shape: [3], data: Float32Array.of(1, 2, 3) } };
  const gradient = { v: { shape: [3], data: Float32Array.of(0.01, -0.5, 0.2) } };
  const out = descend(weights, [gradient], [0.1], { clip: Infinity, weightDecay: 0.5 });
  // Vectors do not decay, and m / bc1 = g, v / bc2 = g².
  [0.9, 2.1, 2.9].forEach((expected, i) => close(out.weights.v!.data[i]!, expected));
  close(out.norms[0]!, Math.hypot(0.01, 0.5, 0.2));
});

test("matrices decay, vectors do not, and decay is decoupled from the gradient", () => {
  const weights = {
    m: { shape: [1, 2], data: Float32Array.of(4, -4) },
    v: { shape: [2], data: Float32Array.of(4, -4) },
  };
  const zero = { m: { shape: [1, 2], data: new Float32Array(2) }, v: { shape: [2], data: new Float32Array(2) } };
  const out = descend(weights, [zero, zero], [0.1, 0.1], { weightDecay: 0.2 });
  close(out.weights.m!.data[0]!, 4 * 0.98 * 0.98);
  close(out.weights.m!.data[1]!, -4 * 0.98 * 0.98);
  assert.deepEqual([...out.weights.v!.data], [4, -4]);
});

test("clipping scales the gradient of all weights by one factor, only when the norm is above it", () => {
  const weights = { a: { shape: [1], data: new Float32Array(1) }, b: { shape: [1], data: new Float32Array(1) } };
  const gradient = { a: { shape: [1], data: Float32Array.of(3) }, b: { shape: [1], data: Float32Array.of(4) } };
  const clipped = descend(weights, [gradient], [0.1], { clip: 1 });
  close(clipped.norms[0]!, 5);
  const moment = clipped.state[first("small")]!.data;
  close(moment[0]!, 0.1 * 0.6);
  close(moment[1]!, 0.1 * 0.8);
  const free = descend(weights, [gradient], [0.1], { clip: 6 });
  close(free.state[first("small")]!.data[0]!, 0.3);
  close(adamw({}).second(free.state[second("small")]!).data[0]!, 0.05 * 9);
});

test("nonsense is refused", () => {
  assert.throws(() => adamw({ betas: [0.9, 1] }), /adamw: invalid betas\[1\]: 1/);
  assert.throws(() => adamw({ clip: 0 }), /adamw: invalid clip: 0/);
  assert.throws(() => adamw({ weightDecay: NaN }), /adamw: invalid weightDecay: NaN/);
  assert.throws(() => adamw().scalars(0, 1), /updates count from 1/);
});

const python = pythonHas("torch");

test(
  "fifty steps equal PyTorch's AdamW behind clip_grad_norm_",
  { skip: python ? false : "python3 with torch is not here" },
  () => {
    const random = rng(7);
    const draw = (shape: number[], scale: number): { shape: number[]; data: Float32Array } => ({
      shape,
      data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal() * scale),
    });
    const shapes: Record<string, number[]> = { matrix: [5, 3], big: [260, 70], norm: [4], table: [7, 2] };
    const all = (scale: number): Weights =>
      Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, draw(shape, scale)]));
    const weights = all(1);
    const gradients = Array.from({ length: 50 }, (_, i) => all(i % 3 === 0 ? 1 : 1e-3));
    const rates = gradients.map((_, i) => 1e-2 / (1 + i));
    const options = { betas: [0.9, 0.95] as [number, number], epsilon: 1e-8, weightDecay: 0.1, clip: 1 };
    const ours = descend(weights, gradients, rates, options);
    const plain = (w: Weights): object =>
      Object.fromEntries(Object.entries(w).map(([name, { shape, data }]) => [name, { shape, data: [...data] }]));
    const input = JSON.stringify({ weights: plain(weights), gradients: gradients.map(plain), rates, options });
    const reference = spawnSync("python3", [oracle, join(__dirname, "adamw_reference.py")], {
      input,
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    assert.equal(reference.status, 0, reference.stderr);
    const theirs = JSON.parse(reference.stdout) as {
      weights: Record<string, number[]>;
      second: Record<string, number[]>;
      norms: number[];
    };
    theirs.norms.forEach((norm, i) => close(ours.norms[i]!, norm, 1e-5));
    for (const name of Object.keys(shapes))
      theirs.weights[name]!.forEach((value, i) => close(ours.weights[name]!.data[i]!, value, 1e-5));
    // Small weights share their moments, laid end to end.
    for (const [group, names] of [["small", ["matrix", "norm", "table"]] as const, ["big", ["big"]] as const]) {
      const stored = adamw(options).second(ours.state[second(group)]!).data;
      const expected = names.flatMap((name) => theirs.second[name]!);
      assert.equal(stored.length, expected.length);
      expected.forEach((value, i) => close(stored[i]!, value, 1e-4, 1e-12));
    }
  },
);
