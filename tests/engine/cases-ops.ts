/** The lab's own operators (src/engine/ops), called through their public functions. */
import * as tf from "@tensorflow/tfjs";
import { frequencies } from "../../src/architecture/index.js";
import {
  attention,
  bothSided,
  causal,
  codesOf,
  crossEntropy,
  entries,
  fence,
  gatedGeluTanh,
  gatedSilu,
  gelu,
  geluTanh,
  inBlocks,
  layerNorm,
  logSoftmax,
  lookup,
  numbersOfCodes,
  rmsNorm,
  rotary,
  topK,
} from "../../src/engine/index.js";
import { fenceAll } from "../../src/engine/ops/fence.js";
import { takeOne } from "../../src/engine/ops/cross-entropy.js";
import { addRows } from "../../src/engine/ops/table.js";
import type { Cases } from "./cases.js";

/** As the scale of codes is. */
const above0 = (scale: tf.Tensor): tf.Tensor => tf.add(tf.mul(tf.abs(scale), 0.01), 0.01);

const scores: Cases[string] = (draw) => [
  ...(
    [
      [2, 2, 2, 5, 4],
      [1, 4, 2, 7, 6],
      [3, 6, 1, 3, 2],
      [1, 1, 1, 1, 8],
    ] as const
  ).map(([batch, heads, kvHeads, time, width]) => ({
    feeds: [
      draw.normal([batch, heads, time, width]),
      draw.normal([batch, kvHeads, time, width]),
      draw.normal([batch, kvHeads, time, width]),
    ],
    formula: ([q, k, v]: tf.Tensor[]) => attention({ q: q!, k: k!, v: v!, sights: causal(time) }),
  })),
  ...[
    () => bothSided(5),
    () => bothSided(5, 1),
    () => causal(5, { window: 2 }),
    () => causal(5, { block: 2, window: 3 }),
  ].map((sights) => ({
    feeds: [draw.normal([2, 4, 5, 6]), draw.normal([2, 2, 5, 6]), draw.normal([2, 2, 5, 6])],
    formula: ([q, k, v]: tf.Tensor[]) => attention({ q: q!, k: k!, v: v!, sights: sights(), scale: 0.7, cap: 1.5 }),
  })),
  {
    feeds: [draw.normal([1, 4, 2, 6]), draw.normal([1, 2, 5, 6]), draw.normal([1, 2, 5, 6])],
    formula: ([q, k, v]) => attention({ q: q!, k: k!, v: v!, sights: [{ from: 0, mask: tf.zeros([2, 5]) }] }),
  },
];

export const rowOps: Cases = {
  PalimpsestGelu: (draw) =>
    [[7], [3, 5], [2, 3, 19]].map((shape) => ({ feeds: [draw.within(shape, 5)], formula: ([x]) => gelu(x!) })),
  PalimpsestGeluTanh: (draw) => [
    ...[[7], [3, 5], [2, 3, 19]].map((shape) => ({
      feeds: [draw.within(shape, 5)],
      formula: ([x]: tf.Tensor[]) => geluTanh(x!),
    })),
    {
      feeds: [draw.normal([3, 5]), draw.normal([3, 5])],
      formula: ([gate, up]) => [gatedGeluTanh(gate!, up!)],
    },
  ],
  PalimpsestFence: (draw) => [
    {
      feeds: [draw.normal([3, 5]), draw.normal([2, 2])],
      formula: ([x, after]) => [
        fence(x!, [after!, tf.sum(after!)]),
        fence(tf.zeros([20]), [x!]),
        fence(tf.sum(x!), [tf.mul(after!, -Infinity), tf.div(after!, 0)]),
        fence(tf.div(tf.abs(x!), 0), [after!]),
      ],
    },
  ],
  PalimpsestFenceAll: (draw) => [
    {
      feeds: [draw.normal([3, 5]), draw.normal([2, 2])],
      formula: ([x, after]) => [tf.neg(after!), fenceAll(x!, [after!]), tf.square(x!), fenceAll(tf.zeros([20]), [])],
    },
  ],
  PalimpsestScaledMatMul: scores,
  PalimpsestPick: (draw) => [
    ...[
      [1, 1, 3],
      [5, 4, 7],
      [12, 16, 33],
    ].map(([n, width, vocab]) => ({
      feeds: [draw.normal([n!, width!]), draw.normal([vocab!, width!]), draw.int([n!], 0, vocab!)],
      formula: ([h, e, y]: tf.Tensor[]) => crossEntropy(h!, e!, y!),
    })),
    {
      feeds: [draw.normal([5, 4]), draw.normal([7, 4]), draw.int([5], 0, 7), draw.normal([7])],
      formula: ([h, e, y, bias]) => [
        crossEntropy(h!, e!, y!, { bias: bias! }),
        crossEntropy(h!, e!, y!, { cap: 2 }),
        crossEntropy(h!, e!, y!, { bias: bias!, cap: 2 }),
      ],
    },
  ],
  PalimpsestRmsNorm: (draw) =>
    [
      [1, 1],
      [5, 7],
      [3, 64],
    ].map((shape) => ({
      feeds: [draw.normal(shape), draw.normal([shape[1]!])],
      formula: ([x, gain]) => rmsNorm(x!, gain!, 1e-5),
    })),
  PalimpsestLayerNorm: (draw) =>
    [
      [1, 2],
      [5, 7],
      [3, 64],
    ].map((shape) => ({
      feeds: [draw.normal(shape), draw.normal([shape[1]!]), draw.normal([shape[1]!])],
      formula: ([x, gain, bias]) => layerNorm(x!, gain!, bias!, 1e-5),
    })),
  PalimpsestRotary: (draw) =>
    [
      { shape: [1, 1, 1, 2], turned: 2 },
      { shape: [2, 5, 3, 4], turned: 4 },
      { shape: [1, 40, 2, 32], turned: 32 },
      { shape: [2, 5, 3, 8], turned: 2, magnitude: 1.25 },
      { shape: [1, 40, 2, 32], turned: 8 },
    ].map(({ shape, turned, magnitude }) => ({
      feeds: [draw.normal(shape)],
      formula: ([x]) =>
        rotary(x!, { ...frequencies({ theta: 10000, width: turned, context: 8, window: 8 }), magnitude }),
    })),
  PalimpsestTakeOne: (draw) => [
    { feeds: [draw.normal([6, 4]), draw.int([6], 0, 4)], formula: ([p, ids]) => takeOne([p!, ids!], {})[0]! },
    { feeds: [draw.normal([1, 9]), draw.int([1], 0, 9)], formula: ([p, ids]) => takeOne([p!, ids!], {})[0]! },
  ],
  PalimpsestTopK: (draw) =>
    [
      [1, 1, 1],
      [5, 7, 3],
      [4, 33, 33],
    ].map(([n, m, k]) => ({
      feeds: [draw.normal([n!, m!])],
      formula: ([x]: tf.Tensor[]) => {
        const { values, ids } = topK(x!, k!);
        return [values, ids];
      },
    })),
  PalimpsestLogSoftmax: (draw) =>
    [
      [1, 1],
      [5, 7],
      [3, 130],
    ].map((shape) => ({ feeds: [draw.normal(shape)], formula: ([x]: tf.Tensor[]) => logSoftmax(tf.mul(x!, 9)) })),
  PalimpsestCodes: (draw) =>
    [
      { shape: [1, 1], zero: 0 },
      { shape: [3, 5], zero: 128 },
      { shape: [4, 256], zero: 0 },
    ].map(({ shape, zero }) => ({
      feeds: [draw.normal(shape), draw.normal([shape[0]!])],
      formula: ([x, scale]) => codesOf(x!, above0(scale!), zero),
    })),
  PalimpsestDecoded: (draw) =>
    [
      { shape: [1, 1], zero: 0 },
      { shape: [3, 256], zero: 128 },
    ].map(({ shape, zero }) => ({
      feeds: [draw.int(shape, 0, 256), draw.normal([shape[0]!])],
      formula: ([codes, scale]) => numbersOfCodes(tf.cast(codes!, "float32"), above0(scale!), zero),
    })),
  PalimpsestEntries: (draw) => [
    { feeds: [draw.normal([5, 7])], formula: ([x]) => entries(x!, topK(x!, 3).ids) },
    { feeds: [draw.normal([6, 4]), draw.int([6, 1], 0, 4)], formula: ([x, ids]) => entries(x!, ids!) },
  ],
  PalimpsestSpreadEntries: (draw) => [
    {
      feeds: [draw.normal([5, 7]), draw.normal([5, 3])],
      formula: ([x, dy]) => tf.grad((y) => entries(y, topK(x!, 3).ids))(x!, dy!),
    },
    {
      feeds: [draw.normal([6, 4]), draw.int([6, 1], 0, 4)],
      formula: ([x, ids]) => tf.grad((y) => entries(y, ids!))(x!),
    },
  ],
  PalimpsestInBlocks: (draw) => [
    {
      feeds: [draw.normal([1025, 1024]), draw.normal([])],
      formula: ([x, by]) => {
        const made = inBlocks([x!, tf.neg(x!)], ([a, b]) => [tf.add(tf.mul(a!, by!), b!), tf.sub(a!, b!)]);
        return tf.concat(made.map((each) => tf.slice(each, [510, 0], [6, 1024])));
      },
    },
  ],
  PalimpsestScatterAdd: (draw) => [
    {
      feeds: [draw.normal([5, 3]), draw.int([8], 0, 5), draw.normal([8, 3])],
      formula: ([base, ids, rows]) => addRows(base!, ids!, rows!),
    },
    {
      feeds: [draw.int([8], 0, 5), draw.normal([8, 3])],
      formula: ([ids, rows]) => addRows(tf.zeros([5, 3]), ids!, rows!),
    },
    {
      feeds: [draw.normal([9, 4]), draw.int([6], 0, 9)],
      formula: ([table, ids]) => tf.grad((t) => lookup(t, ids!))(table!),
    },
  ],
};

/** Not a kernel of its own, but a fused formula. */
export const gated: Cases[string] = (draw) => [
  { feeds: [draw.normal([3, 5]), draw.normal([3, 5])], formula: ([gate, up]) => gatedSilu(gate!, up!) },
];
