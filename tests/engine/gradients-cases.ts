/** For every differentiable kernel and operator, a smooth point to differentiate at: away from kinks, ties and poles. */
import * as tf from "@tensorflow/tfjs";
import {
  attention,
  bothSided,
  byRows,
  causal,
  causalAfter,
  crossEntropy,
  entries,
  gatedGeluTanh,
  gatedSilu,
  gelu,
  geluTanh,
  layerNorm,
  logSoftmax,
  lookup,
  recomputed,
  rmsNorm,
  rotary,
  withinDocuments,
} from "../../src/engine/index.js";
import type { Case, Cases } from "./cases.js";
import type { Draw, Fed, Formula } from "./support.js";

const one = (feeds: Fed[], formula: Formula): Case => ({ feeds, formula });
const of =
  (op: (x: tf.Tensor) => tf.Tensor | tf.Tensor[], make: (draw: Draw) => Fed = (draw) => draw.normal([2, 3])) =>
  (draw: Draw): Case[] => [one([make(draw)], ([x]) => op(x!))];
/** Equal shapes, and broadcasting on both sides. */
const of2 =
  (
    op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
    make: (draw: Draw, shape: number[]) => Fed = (draw, shape) => draw.normal(shape),
  ) =>
  (draw: Draw): Case[] =>
    [
      [
        [2, 3],
        [2, 3],
      ],
      [
        [2, 1, 2],
        [3, 1],
      ],
      [[], [3]],
    ].map(([a, b]) => one([make(draw, a!), make(draw, b!)], ([x, y]) => op(x!, y!)));

const away = (draw: Draw, shape: number[]): Fed => {
  const fed = draw.within(shape, 1);
  return { ...fed, data: fed.data.map((x) => 1.5 + x) as Float32Array };
};
const poleFree = (draw: Draw): Fed => away(draw, [2, 3]);
const apart = (draw: Draw): Fed => draw.apart([3, 4]);
const axes = [undefined, 0, 1, -1, [0, 1]];
const flat = (y: tf.Tensor): tf.Tensor => tf.cast(y, "float32");

const kernelCases: Cases = {
  Add: of2(tf.add),
  AddN: (draw) => [one([draw.normal([3]), draw.normal([3]), draw.normal([3])], (all) => tf.addN(all))],
  Sub: of2(tf.sub),
  Multiply: of2(tf.mul),
  RealDiv: of2(tf.div, away),
  Pow: of2(tf.pow, away),
  Maximum: (draw) => [one([draw.apart([2, 3]), draw.within([2, 3], 0.05)], ([a, b]) => tf.maximum(a!, b!))],
  Minimum: (draw) => [one([draw.apart([2, 3]), draw.within([2, 3], 0.05)], ([a, b]) => tf.minimum(a!, b!))],
  // TensorFlow.js 4.22's own gradient does not sum over broadcast axes.
  SquaredDifference: (draw) => of2(tf.squaredDifference)(draw).slice(0, 1),
  GreaterEqual: (draw) => [one([draw.apart([5]), draw.within([5], 0.05)], ([a, b]) => flat(tf.greaterEqual(a!, b!)))],
  Select: (draw) => [
    one([draw.bool([2, 3]), draw.normal([2, 3]), draw.normal([2, 3])], ([c, a, b]) => tf.where(c!, a!, b!)),
  ],
  Abs: of(tf.abs, apart),
  Neg: of(tf.neg),
  Exp: of(tf.exp),
  Log: of(tf.log, poleFree),
  Sqrt: of(tf.sqrt, poleFree),
  Rsqrt: of(tf.rsqrt, poleFree),
  Square: of(tf.square),
  Reciprocal: of(tf.reciprocal, poleFree),
  Sin: of(tf.sin),
  Cos: of(tf.cos),
  Tanh: of(tf.tanh),
  Sigmoid: of(tf.sigmoid),
  Softplus: of(tf.softplus),
  Relu: of(tf.relu, apart),
  Erf: of(tf.erf),
  Floor: of(tf.floor, apart),
  Ceil: of(tf.ceil, apart),
  Round: of((x) => tf.round(tf.add(x, 0.5)), apart),
  Sign: of(tf.sign, apart),
  Step: of((x) => tf.step(x), apart),
  ClipByValue: of((x) => tf.clipByValue(x, -0.6, 0.8), apart),
  Cast: of((x) => tf.cast(tf.mul(tf.cast(x, "float32"), 2), "float32")),
  Identity: of(tf.clone),
  Reshape: of((x) => tf.reshape(x, [3, 2])),
  ExpandDims: of((x) => [tf.expandDims(x, 1), tf.expandDims(x, -1)]),
  Transpose: (draw) => [one([draw.normal([2, 3, 2])], ([x]) => [tf.transpose(x!), tf.transpose(x!, [1, 2, 0])])],
  Concat: (draw) => [one([draw.normal([2, 1]), draw.normal([2, 3])], (all) => [tf.concat(all, 1), tf.concat(all, -1)])],
  Pack: (draw) => [one([draw.normal([2, 3]), draw.normal([2, 3])], (all) => [tf.stack(all), tf.stack(all, 2)])],
  Unpack: of((x) => tf.unstack(x, 1)),
  SplitV: of((x) => tf.split(x, [1, 2], 1)),
  Slice: of((x) => [tf.slice(x, [1, 0], [1, 2]), tf.slice(x, [0, 1])]),
  PadV2: of((x) =>
    tf.pad(
      x,
      [
        [1, 0],
        [0, 2],
      ],
      3,
    ),
  ),
  Tile: of((x) => [tf.tile(x, [2, 1]), tf.tile(x, [1, 3])]),
  ZerosLike: of((x) => tf.add(tf.zerosLike(x), x)),
  OnesLike: of((x) => tf.mul(tf.onesLike(x), x)),
  Sum: (draw) => axes.flatMap((axis) => of((x) => [tf.sum(x, axis), tf.sum(x, axis, true)])(draw)),
  Mean: (draw) => axes.flatMap((axis) => of((x) => [tf.mean(x, axis), tf.mean(x, axis, true)])(draw)),
  Max: (draw) => axes.flatMap((axis) => of((x) => [tf.max(x, axis), tf.max(x, axis, true)], apart)(draw)),
  Min: (draw) => axes.flatMap((axis) => of((x) => [tf.min(x, axis), tf.min(x, axis, true)], apart)(draw)),
  Prod: (draw) => [0, 1].flatMap((axis) => of((x) => tf.prod(x, axis), poleFree)(draw)),
  ArgMax: of((x) => flat(tf.argMax(x, 1)), apart),
  // Nor does this one turn back for an axis that is not the last.
  Cumsum: of((x) => [
    tf.cumsum(x, 1),
    tf.cumsum(x, 1, true),
    tf.cumsum(x, 1, false, true),
    tf.cumsum(x, 1, true, true),
  ]),
  Softmax: of((x) => [tf.softmax(x), tf.logSoftmax(x)]),
  BatchMatMul: (draw) =>
    [false, true].flatMap((ta) =>
      [false, true].flatMap((tb) =>
        [[], [1], [2]].map((batch) =>
          one(
            [draw.normal([...batch, ...(ta ? [3, 2] : [2, 3])]), draw.normal([...batch, ...(tb ? [4, 3] : [3, 4])])],
            ([a, b]) => tf.matMul(a!, b!, ta, tb),
          ),
        ),
      ),
    ),
  GatherV2: (draw) => [
    one([draw.normal([4, 3]), draw.int([5], 0, 4)], ([x, i]) => tf.gather(x!, i as tf.Tensor1D)),
    one([draw.normal([2, 3, 2]), draw.int([5], 0, 3)], ([x, i]) => tf.gather(x!, i as tf.Tensor1D, 1)),
  ],
  UnsortedSegmentSum: (draw) => [
    one([draw.normal([5, 2]), draw.int([5], 0, 3)], ([x, i]) => tf.unsortedSegmentSum(x!, i as tf.Tensor1D, 3)),
  ],
};

const heads: [number, number, number][] = [
  [2, 2, 4],
  [4, 2, 4],
  [3, 1, 2],
];
const operatorCases: Cases = {
  gelu: of(gelu, (draw) => draw.within([3, 4], 3)),
  geluTanh: of(geluTanh, (draw) => draw.within([3, 4], 3)),
  gatedSilu: of2Same(gatedSilu),
  gatedGeluTanh: of2Same(gatedGeluTanh),
  rmsNorm: (draw) =>
    [
      [3, 4],
      [1, 7],
    ].map((shape) => one([draw.normal(shape), draw.normal([shape[1]!])], ([x, gain]) => rmsNorm(x!, gain!, 1e-5))),
  layerNorm: (draw) =>
    [
      [3, 4],
      [1, 7],
    ].map((shape) =>
      one([draw.normal(shape), draw.normal([shape[1]!]), draw.normal([shape[1]!])], ([x, gain, bias]) =>
        layerNorm(x!, gain!, bias!, 1e-5),
      ),
    ),
  rotary: (draw) => [
    one([draw.normal([2, 3, 2, 4])], ([x]) => rotary(x!, { frequencies: [1, 0.1] })),
    one([draw.normal([2, 3, 2, 6])], ([x]) => rotary(x!, { frequencies: [1, 0.2], magnitude: 1.25 })),
    one([draw.normal([2, 3, 2, 6]), draw.int([2, 3], 0, 3)], ([x, at]) => rotary(x!, { frequencies: [1, 0.2] }, at)),
  ],
  attention: (draw) => [
    ...heads.map(([count, kv, width]) =>
      one(
        [draw.normal([2, count, 3, width]), draw.normal([2, kv, 3, width]), draw.normal([2, kv, 3, width])],
        ([q, k, v]) => attention({ q: q!, k: k!, v: v!, sights: causal(3) }),
      ),
    ),
    ...[() => bothSided(3), () => bothSided(3, 1), () => causal(3, { window: 2 }), () => causal(3, { block: 2 })].map(
      (sights) =>
        one([draw.normal([1, 2, 3, 4]), draw.normal([1, 1, 3, 4]), draw.normal([1, 1, 3, 4])], ([q, k, v]) =>
          attention({ q: q!, k: k!, v: v!, sights: sights(), scale: 0.7, cap: 1.5 }),
        ),
    ),
    one([draw.normal([1, 2, 2, 4]), draw.normal([1, 1, 5, 4]), draw.normal([1, 1, 5, 4])], ([q, k, v]) =>
      attention({ q: q!, k: k!, v: v!, sights: [{ from: 0, mask: tf.zeros([2, 5]) }] }),
    ),
    one(
      [
        draw.normal([2, 2, 3, 4]),
        draw.normal([2, 1, 3, 4]),
        draw.normal([2, 1, 3, 4]),
        draw.int([2], 0, 4),
        draw.int([2, 3], 0, 2),
      ],
      ([q, k, v, prefix, documents]) =>
        attention({ q: q!, k: k!, v: v!, sights: withinDocuments(causalAfter(prefix!, 3, { block: 2 }), documents!) }),
    ),
  ],
  crossEntropy: (draw) => [
    one([draw.normal([6, 3]), draw.normal([5, 3]), draw.int([6], 0, 5)], ([h, e, y]) => crossEntropy(h!, e!, y!)),
    one([draw.normal([6, 3]), draw.normal([5, 3]), draw.int([6], 0, 5), draw.normal([5])], ([h, e, y, bias]) =>
      crossEntropy(h!, e!, y!, { bias: bias!, cap: 2 }),
    ),
    one([draw.normal([7, 3]), draw.normal([5, 3]), draw.int([7], 0, 5)], ([h, e, y]) =>
      crossEntropy(h!, e!, y!, { atOnce: 16 }),
    ),
    one([draw.normal([7, 3]), draw.normal([5, 3]), draw.int([7], 0, 5), draw.normal([5])], ([h, e, y, bias]) =>
      crossEntropy(h!, e!, y!, { atOnce: 1, bias: bias!, cap: 2 }),
    ),
  ],
  /** Two layers, each made again: the gradients of the upper one's weights come before the lower one's second pass. */
  recomputed: (draw) => [
    one([draw.normal([4, 3]), draw.normal([3, 3]), draw.normal([3, 3])], ([x, a, b]) => {
      const layer = (y: tf.Tensor, w: tf.Tensor): tf.Tensor =>
        recomputed({
          inputs: [y, w],
          constants: [tf.tensor1d([1, 2, 3])],
          f: ([y_, w_], [c]) => tf.add(y_!, tf.mul(tf.tanh(tf.matMul(y_! as tf.Tensor2D, w_! as tf.Tensor2D)), c!)),
        });
      return layer(layer(x!, a!), b!);
    }),
  ],
  logSoftmax: (draw) => [
    one([draw.normal([4, 5])], ([x]) => logSoftmax(x!)),
    one([draw.normal([4, 5]), draw.int([4, 1], 0, 5)], ([x, ids]) => entries(logSoftmax(x!), ids!)),
  ],
  /** Blocks of two of five rows; the same function of all of them would be the product itself. */
  byRows: (draw) => [
    one([draw.normal([5, 3]), draw.normal([4, 3])], ([x, table]) =>
      byRows({
        inputs: { rows: [x!], whole: [table!] },
        constants: { rows: [tf.range(1, 6).reshape([5, 1])], whole: [] },
        block: 2,
        f: ({ rows: [own], whole: [e] }, { rows: [c] }) =>
          tf.mul(tf.tanh(tf.matMul(own! as tf.Tensor2D, e! as tf.Tensor2D, false, true)), c!),
      }),
    ),
  ],
  /** The same few ids many times, and rows that are never read. */
  lookup: (draw) => [one([draw.normal([7, 2]), draw.int([9], 1, 4)], ([table, ids]) => lookup(table!, ids!))],
  tiedTable: (draw) => [
    one([draw.normal([5, 3]), draw.int([6], 0, 5), draw.int([6], 0, 4)], ([table, ids, next]) =>
      crossEntropy(rmsNorm(lookup(table!, ids!), tf.ones([3]), 1e-5), table!, next!),
    ),
  ],
};

function of2Same(op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) {
  return (draw: Draw): Case[] => [one([draw.normal([3, 4]), draw.normal([3, 4])], ([a, b]) => op(a!, b!))];
}

/** Kernels whose TensorFlow.js gradient is not for the compiled engine to give. */
export const undifferentiated: Record<string, string> = { OneHot: "its input is ids" };
export const gradientCases: Cases = { ...kernelCases, ...operatorCases };
