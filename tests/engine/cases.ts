/**
 * For every kernel that can be compiled, calls that use it: the public TensorFlow.js op on random tensors. The kernel tests
 * run each on the compiled engine and on the reference; the WebGPU tests run them again there.
 */
import * as tf from "@tensorflow/tfjs";
import { rowOps } from "./cases-ops.js";
import type { Draw, Fed, Formula } from "./support.js";

export interface Case {
  feeds: Fed[];
  formula: Formula;
  /** Where the reference backend itself is wrong, an equal formula on which it is right. */
  reference?: Formula;
}
export type Cases = Record<string, (draw: Draw) => Case[]>;

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const unary =
  (op: Unary, make: (draw: Draw, shape: number[]) => Fed = (draw, shape) => draw.normal(shape)) =>
  (draw: Draw): Case[] =>
    [[], draw.shape(1), draw.shape(3)].map((shape) => ({ feeds: [make(draw, shape)], formula: ([x]) => op(x!) }));

/** Float and int32, and each kind of broadcasting: equal, one side, both sides, scalars. */
const binary =
  (op: Binary, kinds: ((draw: Draw, shape: number[]) => Fed)[] = [normal, int]) =>
  (draw: Draw): Case[] =>
    kinds.flatMap((make) => {
      const shape = draw.shape();
      const pairs: [number[], number[]][] = [
        [shape, shape],
        [shape, draw.partner(shape)],
        [draw.partner(shape), shape],
        [
          [3, 1, 5],
          [4, 1],
        ],
        [[], draw.shape(2)],
        [draw.shape(1), []],
      ];
      return pairs.map(([a, b]) => ({ feeds: [make(draw, a), make(draw, b)], formula: ([x, y]) => op(x!, y!) }));
    });

const normal = (draw: Draw, shape: number[]): Fed => draw.normal(shape);
const positive = (draw: Draw, shape: number[]): Fed => draw.positive(shape);
const int = (draw: Draw, shape: number[]): Fed => draw.int(shape, -4, 5);
const tied = (draw: Draw, shape: number[]): Fed => draw.tied(shape);
const bool = (draw: Draw, shape: number[]): Fed => draw.bool(shape);
const nonzero = (draw: Draw, shape: number[]): Fed => draw.apart(shape);

/** Every axis list that is of a different kind, kept and dropped. */
const reduction =
  (op: (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor, kinds = [normal, int]) =>
  (draw: Draw): Case[] =>
    kinds.flatMap((make) =>
      [undefined, 0, -1, [0, 2], [-1, -2], [1], []].flatMap((axis) =>
        [false, true].map((keep) => ({
          feeds: [make(draw, [draw.rng.int(2) ? 1 : 3, 5, 1 + draw.rng.int(7)])],
          formula: ([x]: tf.Tensor[]) => op(x!, axis, keep),
        })),
      ),
    );

const one = (feeds: Fed[], formula: Formula): Case => ({ feeds, formula });

const elementwise: Cases = {
  Add: (draw) => [
    ...binary(tf.add)(draw),
    one([draw.normal([2, 3])], ([x]) => [
      tf.add(x!, tf.zeros([2, 3])),
      tf.add(tf.zeros([2, 1]), x!),
      tf.add(tf.zeros([4, 2, 3]), x!),
    ]),
    one([draw.normal([2, 3])], ([x]) => [tf.add(tf.onesLike(x!), tf.onesLike(x!)), tf.add(tf.fill([3], 2), x!)]),
  ],
  AddN: (draw) => [
    one(
      Array.from({ length: 15 }, () => draw.normal([3])),
      (all) => tf.addN(all),
    ),
    one([draw.normal([2, 3]), draw.normal([2, 3]), draw.normal([2, 3])], (all) => tf.addN(all)),
    one([draw.int([5], -9, 9), draw.int([5], -9, 9)], (all) => tf.addN(all)),
    one([draw.normal([4])], (all) => tf.addN(all)),
  ],
  Sub: (draw) => [...binary(tf.sub)(draw), one([draw.normal([3])], ([x]) => tf.sub(tf.onesLike(x!), tf.onesLike(x!)))],
  Multiply: (draw) => [
    ...binary(tf.mul)(draw),
    one([draw.normal([2, 3])], ([x]) => [
      tf.mul(x!, tf.onesLike(x!)),
      tf.mul(tf.ones([4, 1, 3]), x!),
      tf.mul(tf.fill([2, 3], 3), tf.fill([2, 3], 4)),
    ]),
  ],
  RealDiv: binary(tf.div, [positive]),
  Pow: (draw) => [
    ...binary(tf.pow, [positive])(draw),
    one([draw.int([6], -3, 4), draw.int([6], 0, 4)], ([x, y]) => tf.pow(x!, y!)),
  ],
  Maximum: binary(tf.maximum),
  Minimum: binary(tf.minimum),
  SquaredDifference: binary(tf.squaredDifference),
  Greater: binary(tf.greater, [tied, int]),
  GreaterEqual: binary(tf.greaterEqual, [tied, int]),
  Less: binary(tf.less, [tied, int]),
  LessEqual: binary(tf.lessEqual, [tied, int]),
  Equal: binary(tf.equal, [tied, int, bool]),
  NotEqual: binary(tf.notEqual, [tied, int, bool]),
  LogicalAnd: binary(tf.logicalAnd, [bool]),
  LogicalOr: binary(tf.logicalOr, [bool]),
  LogicalNot: unary(tf.logicalNot, bool),
  Select: (draw) => [
    one([draw.bool([2, 5]), draw.normal([2, 5]), draw.normal([2, 5])], ([c, a, b]) => tf.where(c!, a!, b!)),
    one([draw.bool([2, 1]), draw.int([2, 5], -9, 9), draw.int([5], -9, 9)], ([c, a, b]) => tf.where(c!, a!, b!)),
    one([draw.bool([3]), draw.bool([3]), draw.bool([3])], ([c, a, b]) => tf.where(c!, a!, b!)),
  ],
  Abs: (draw) => [...unary(tf.abs)(draw), ...unary(tf.abs, int)(draw)],
  Neg: (draw) => [...unary(tf.neg)(draw), ...unary(tf.neg, int)(draw)],
  Exp: unary(tf.exp),
  Log: unary(tf.log, positive),
  Sqrt: unary(tf.sqrt, positive),
  Rsqrt: unary(tf.rsqrt, positive),
  Square: (draw) => [...unary(tf.square)(draw), ...unary(tf.square, int)(draw)],
  Reciprocal: unary(tf.reciprocal, nonzero),
  Sin: unary(tf.sin),
  Cos: unary(tf.cos),
  Tanh: unary(tf.tanh),
  Sigmoid: unary(tf.sigmoid, (draw, shape) => draw.within(shape, 30)),
  Softplus: unary(tf.softplus, (draw, shape) => draw.within(shape, 10)),
  Relu: (draw) => [...unary(tf.relu)(draw), ...unary(tf.relu, int)(draw)],
  Erf: unary(tf.erf),
  Floor: unary(tf.floor),
  Ceil: unary(tf.ceil),
  Round: unary((x) => tf.round(tf.mul(x, 0.5)), tied),
  Sign: (draw) => [...unary(tf.sign, tied)(draw), ...unary(tf.sign, int)(draw)],
  Step: (draw) => [
    ...unary((x) => tf.step(x), tied)(draw),
    ...unary((x) => tf.step(x, 0.25), tied)(draw),
    ...unary((x) => tf.step(x), int)(draw),
  ],
  ClipByValue: (draw) => [
    ...unary((x) => tf.clipByValue(x, -0.5, 0.7))(draw),
    ...unary((x) => tf.clipByValue(x, -2, 1), int)(draw),
  ],
  Cast: (draw) => [
    one([draw.within([9], 5)], ([x]) => [tf.cast(x!, "int32"), tf.cast(x!, "bool"), tf.cast(x!, "float32")]),
    one([draw.int([9], -2, 3)], ([x]) => [tf.cast(x!, "float32"), tf.cast(x!, "bool")]),
    one([draw.bool([9])], ([x]) => [tf.cast(x!, "float32"), tf.cast(x!, "int32")]),
    one([draw.normal([2])], ([x]) => {
      const filled = tf.fill([2], 2.75);
      return [tf.mul(tf.cast(tf.cast(filled, "int32"), "float32"), x!), tf.cast(tf.cast(filled, "bool"), "int32")];
    }),
  ],
};

const reduce: Cases = {
  Sum: (draw) => [
    ...reduction(tf.sum)(draw),
    one([draw.bool([3, 4])], ([x]) => tf.sum(x!, 1)),
    one([draw.normal([])], ([x]) => tf.sum(x!)),
  ],
  Mean: reduction(tf.mean),
  Max: reduction(tf.max),
  Min: reduction(tf.min),
  Prod: reduction(tf.prod),
  ArgMax: (draw) => [
    ...[0, 1, -1].map((axis) => one([draw.tied([3, 5, 4])], ([x]) => tf.argMax(x!, axis))),
    one([draw.int([6, 7], -3, 3)], ([x]) => tf.argMax(x!, 1)),
    one([draw.normal([1, 1])], ([x]) => tf.argMax(x!, 0)),
  ],
  Cumsum: (draw) =>
    [false, true].flatMap((exclusive) =>
      [false, true].flatMap((reverse) =>
        [0, 1, -1].flatMap((axis) =>
          [draw.normal([3, 5, 2]), draw.int([3, 5, 2], -9, 9)].map((x) => ({
            feeds: [x],
            formula: ([t]: tf.Tensor[]) => tf.cumsum(t!, axis, exclusive, reverse),
            reference: ([t]: tf.Tensor[]) => tf.cumsum(t!, (axis + 3) % 3, exclusive, reverse),
          })),
        ),
      ),
    ),
  Cumprod: (draw) =>
    [false, true].flatMap((exclusive) =>
      [false, true].flatMap((reverse) =>
        [0, 1].map((axis) => one([draw.normal([3, 5, 2])], ([t]) => tf.cumprod(t!, axis, exclusive, reverse))),
      ),
    ),
  Softmax: (draw) => [
    ...[[7], [3, 5], [2, 3, 19], [4, 1]].map((shape) => one([draw.normal(shape)], ([x]) => tf.softmax(x!))),
    one([draw.within([3, 8], 200)], ([x]) => [tf.softmax(x!, 1), tf.logSoftmax(x!)]),
  ],
};

const movement: Cases = {
  Identity: (draw) => [
    one([draw.normal([2, 3])], ([x]) => tf.clone(x!)),
    one([draw.int([2], 0, 9)], ([x]) => tf.clone(x!)),
    one([draw.bool([3])], ([x]) => tf.clone(x!)),
  ],
  Reshape: (draw) => [
    one([draw.normal([6, 4])], ([x]) => [tf.reshape(x!, [2, -1, 4]), tf.reshape(x!, [24]), tf.reshape(x!, [6, 4])]),
    one([draw.int([1, 1], 0, 9)], ([x]) => tf.reshape(x!, [])),
    one([draw.bool([4])], ([x]) => tf.reshape(x!, [2, 2])),
    one([draw.normal([6])], ([x]) => tf.add(tf.reshape(tf.ones([3, 2]), [6]), x!)),
  ],
  ExpandDims: (draw) => [0, 1, 2, -1, -2].map((axis) => one([draw.normal([2, 3])], ([x]) => tf.expandDims(x!, axis))),
  Transpose: (draw) => [
    one([draw.normal([2, 3, 5])], ([x]) => [
      tf.transpose(x!),
      tf.transpose(x!, [1, 0, 2]),
      tf.transpose(x!, [2, 0, 1]),
    ]),
    one([draw.int([2, 1, 3, 4], 0, 9)], ([x]) => tf.transpose(x!, [0, 2, 1, 3])),
    one([draw.bool([2, 3])], ([x]) => tf.transpose(x!)),
  ],
  Concat: (draw) => [
    one(
      Array.from({ length: 20 }, (_, i) => draw.normal([2, 1 + (i % 4)])),
      (all) => tf.concat(all, 1),
    ),
    one([draw.normal([2, 3]), draw.normal([1, 3]), draw.normal([4, 3])], (all) => tf.concat(all, 0)),
    one([draw.normal([2, 3, 1]), draw.normal([2, 3, 4])], (all) => tf.concat(all, -1)),
    one([draw.int([2, 3], 0, 9), draw.int([2, 2], 0, 9)], (all) => tf.concat(all, 1)),
    one([draw.bool([2]), draw.bool([3])], (all) => tf.concat(all)),
    one([draw.normal([2, 3])], ([x]) => [tf.concat([tf.zeros([0, 3]), x!], 0), tf.concat([tf.ones([1, 3]), x!], 0)]),
  ],
  Pack: (draw) =>
    [0, 1, 2, -1].map((axis) => one([draw.normal([2, 3]), draw.normal([2, 3])], (all) => tf.stack(all, axis))),
  Unpack: (draw) => [0, 1, -1].map((axis) => one([draw.normal([2, 3, 4])], ([x]) => tf.unstack(x!, axis))),
  SplitV: (draw) => [
    one([draw.normal([3, 40])], ([x]) => [...tf.split(x!, 20, 1), ...tf.split(x!, [1, 2, 3, 4, 5, 6, 7, 8, 4], 1)]),
    one([draw.normal([4, 6])], ([x]) => [
      ...tf.split(x!, 2, 0),
      ...tf.split(x!, [1, 3, 2], 1),
      ...tf.split(x!, [2, -1], -1),
    ]),
    one([draw.int([4, 2], 0, 9)], ([x]) => tf.split(x!, 4)),
  ],
  Slice: (draw) => [
    one([draw.normal([4, 6])], ([x]) => [
      tf.slice(x!, [1, 2], [2, 3]),
      tf.slice(x!, [1, 0], [-1, 1]),
      tf.slice(x!, 2, 1),
      tf.slice(x!, [0, 5]),
    ]),
    one([draw.int([7], 0, 9)], ([x]) => tf.slice(x!, 3)),
    one([draw.bool([7])], ([x]) => tf.slice(x!, 2, 4)),
  ],
  PadV2: (draw) => [
    one([draw.normal([2, 3])], ([x]) => [
      tf.pad(x!, [
        [1, 0],
        [0, 2],
      ]),
      tf.pad(
        x!,
        [
          [0, 0],
          [3, 1],
        ],
        -1.5,
      ),
    ]),
    one([draw.int([3], 0, 9)], ([x]) => tf.pad(x!, [[1, 1]], 7)),
  ],
  Tile: (draw) => [
    one([draw.normal([2, 3])], ([x]) => [tf.tile(x!, [2, 3]), tf.tile(x!, [1, 1]), tf.broadcastTo(x!, [4, 2, 3])]),
    one([draw.int([1, 3], 0, 9)], ([x]) => tf.broadcastTo(x!, [5, 3])),
    one([draw.bool([2])], ([x]) => tf.tile(x!, [3])),
  ],
  Fill: (draw) => [
    one([draw.normal([2, 3])], ([x]) => [
      tf.fill([2, 3], 1.5),
      tf.fill([], 2),
      tf.mul(tf.fill([3], 2), x!),
      tf.fill([2], 3, "int32"),
    ]),
    one([draw.normal([2, 3])], ([x]) => [
      tf.sum(tf.fill([2, 3], 2)),
      tf.transpose(tf.fill([2, 3], 2)),
      tf.matMul(tf.fill([2, 2], 2), x! as tf.Tensor2D),
    ]),
  ],
  Range: (draw) => [
    one([draw.normal([5])], ([x]) => [
      tf.range(0, 5),
      tf.add(tf.range(5, 0, -1), x!),
      tf.range(5, 0),
      tf.range(0, 1, 0.3),
      tf.range(2, 9, 3, "int32"),
      tf.range(3, 3),
    ]),
  ],
  ZerosLike: (draw) => [
    one([draw.normal([2, 3]), draw.int([4], 1, 9)], ([x, y]) => [
      tf.zerosLike(x!),
      tf.zerosLike(y!),
      tf.add(x!, tf.zerosLike(x!)),
    ]),
  ],
  OnesLike: (draw) => [
    one([draw.normal([2, 3]), draw.int([4], 1, 9)], ([x, y]) => [
      tf.onesLike(x!),
      tf.onesLike(y!),
      tf.div(tf.onesLike(x!), x!),
    ]),
  ],
};

const products: Cases = {
  BatchMatMul: (draw) => {
    const shapes: [number[], number[], boolean, boolean][] = [false, true].flatMap((ta) =>
      [false, true].flatMap((tb): [number[], number[], boolean, boolean][] => {
        const [m, k, n] = [1 + draw.rng.int(9), 1 + draw.rng.int(9), 1 + draw.rng.int(33)];
        const a = ta ? [k, m] : [m, k];
        const b = tb ? [n, k] : [k, n];
        return [
          [a, b, ta, tb],
          [[1, ...a], [1, ...b], ta, tb],
          [[3, ...a], [3, ...b], ta, tb],
          [[2, 3, ...a], [2, 3, ...b], ta, tb],
          [[1, ...a], [4, ...b], ta, tb],
        ];
      }),
    );
    return [
      ...shapes.map(([a, b, ta, tb]) => one([draw.normal(a), draw.normal(b)], ([x, y]) => tf.matMul(x!, y!, ta, tb))),
      {
        feeds: [draw.normal([2, 1, 4, 5]), draw.normal([2, 3, 5, 7])],
        formula: ([x, y]) => tf.matMul(x!, y!),
        reference: ([x, y]) => tf.matMul(tf.tile(x!, [1, 3, 1, 1]), y!),
      },
      one([draw.int([3, 4], -5, 5), draw.int([4, 2], -5, 5)], ([x, y]) => tf.matMul(x!, y!)),
      one([draw.normal([2]), draw.normal([2])], ([x, y]) => tf.dot(x!, y!)),
    ];
  },
};

const rows: Cases = {
  GatherV2: (draw) => [
    one([draw.normal([5, 3]), draw.int([4], 0, 5)], ([x, i]) => tf.gather(x!, i as tf.Tensor1D)),
    one([draw.normal([5, 3]), draw.int([2, 3], 0, 3)], ([x, i]) => [
      tf.gather(x!, i as tf.Tensor1D, 1),
      tf.gather(x!, i as tf.Tensor1D, -1),
    ]),
    one([draw.int([5], 0, 99), draw.int([], 0, 5)], ([x, i]) => tf.gather(x!, i as tf.Tensor1D)),
    one([draw.bool([5, 2]), draw.int([3], 0, 5)], ([x, i]) => tf.gather(x!, i as tf.Tensor1D)),
  ],
  GatherNd: (draw) => [
    one([draw.normal([5, 3, 2]), draw.int([4, 2], 0, 3)], ([x, i]) => tf.gatherND(x!, i!)),
    one([draw.normal([4, 4]), draw.int([2, 3, 2], 0, 4)], ([x, i]) => tf.gatherND(x!, i!)),
    one([draw.int([6], 0, 99), draw.int([3, 1], 0, 6)], ([x, i]) => tf.gatherND(x!, i!)),
  ],
  TensorScatterUpdate: (draw) => [
    one([draw.normal([6, 3]), draw.normal([2, 3])], ([x, y]) =>
      tf.tensorScatterUpdate(x!, tf.tensor2d([[4], [1]], [2, 1], "int32"), y!),
    ),
  ],
  UnsortedSegmentSum: (draw) => [
    one([draw.normal([7, 3]), draw.int([7], 0, 4)], ([x, i]) => tf.unsortedSegmentSum(x!, i as tf.Tensor1D, 4)),
    one([draw.normal([6]), draw.int([6], 1, 3)], ([x, i]) => tf.unsortedSegmentSum(x!, i as tf.Tensor1D, 5)),
    {
      feeds: [draw.int([6, 2, 2], 0, 9), draw.int([6], 0, 3)],
      formula: ([x, i]) => tf.unsortedSegmentSum(x!, i as tf.Tensor1D, 3),
      reference: ([x, i]) => tf.cast(tf.unsortedSegmentSum(x!, i as tf.Tensor1D, 3), "int32"),
    },
    one([draw.normal([6, 2]), draw.int([6], 0, 3), draw.normal([3, 2])], ([x, i, base]) => {
      const sums = tf.unsortedSegmentSum(x!, i as tf.Tensor1D, 3);
      return [tf.add(base!, sums), tf.add(sums, base!), tf.add(sums, sums), tf.add(sums, tf.ones([1, 2]))];
    }),
  ],
  OneHot: (draw) => [
    one([draw.int([5], 0, 4)], ([i]) => [
      tf.oneHot(i!, 4),
      tf.oneHot(i!, 4, 2.5, -1, "float32"),
      tf.oneHot(i!, 3),
      tf.oneHot(i!, 4, 1, 0, "bool"),
    ]),
    one([draw.int([2, 3], 0, 4)], ([i]) => tf.oneHot(i!, 6)),
  ],
};

export const cases: Cases = { ...elementwise, ...reduce, ...movement, ...products, ...rows, ...rowOps };
