/**
 * What an optimiser keeps its moments in from update to update; it reads and gives float32. In bfloat16 each is rounded to 8 bits
 * of significand. In 8 bits it is a code, in blocks of 256 numbers with a float32 scale each (Dettmers et al. 2021,
 * https://arxiv.org/abs/2110.02861, whose map of codes is another: theirs is looked up, which a graph is slow at). A moment of
 * both signs is coded by its signed root, 127 steps each way. One that is never negative is coded by its fourth root, in 255 steps:
 * the root that Adam divides by spans 65,025 to 1, and what is smaller is rounded up to that, as dividing by 0 would throw a
 * weight away. Moments of fewer than 4096 numbers stay float32, as in that paper.
 */
import * as tf from "../../../tensors.js";
import { codesOf, numbersOfCodes, type Tensors } from "../../../engine/index.js";
import type { Shaped } from "../types.js";

export const keptMoments = ["float32", "bfloat16", "8-bit"] as const;
export type KeptMoments = (typeof keptMoments)[number];

/** As options are written down: not at all where they are the default, so that such a run is what it ever was. */
export const momentsSaid = (kept: KeptMoments): { moments?: KeptMoments } =>
  kept === "float32" ? {} : { moments: kept };

export function checkMoments(caller: string, kept: KeptMoments): void {
  if (!keptMoments.includes(kept))
    throw new Error(`${caller}: invalid moments: ${String(kept)} (one of ${keptMoments.join(", ")})`);
}

export interface Moment {
  /** Of a tensor of this shape, by the moment's name. */
  slots(name: string, shape: number[]): Shaped;
  read(state: Tensors, name: string, shape: number[]): tf.Tensor;
  /** What replaces its slots. */
  write(name: string, value: tf.Tensor): Tensors;
}

/** Numbers of a block. */
const BLOCK = 256;
/** Numbers from which codes are worth their scales. */
const LEAST = 4096;
/** Of the largest number of a block that is all 0. */
const TINY = 1e-30;

const sizeOf = (shape: number[]): number => shape.reduce((a, b) => a * b, 1);
const blocksOf = (shape: number[]): number => Math.ceil(sizeOf(shape) / BLOCK);

/** `sign` says which numbers there are. */
export function momentIn(kept: KeptMoments, sign: "any" | "positive"): Moment {
  if (kept !== "8-bit") {
    return {
      slots: (name, shape) => ({ [name]: { shape, ...(kept === "bfloat16" && { stored: kept }) } }),
      read: (state, name) => state[name]!,
      write: (name, value) => ({ [name]: value }),
    };
  }
  const whole = momentIn("float32", sign);
  const code = sign === "any" ? signed : positive;
  return {
    slots: (name, shape) =>
      sizeOf(shape) < LEAST
        ? whole.slots(name, shape)
        : {
            [name]: { shape: [blocksOf(shape), BLOCK], stored: "uint8" },
            [scaleOf(name)]: { shape: [blocksOf(shape)] },
          },
    read(state, name, shape) {
      if (sizeOf(shape) < LEAST) return state[name]!;
      return tf.reshape(fitted(code.read(state[name]!, state[scaleOf(name)]!), sizeOf(shape)), shape);
    },
    write(name, value) {
      if (value.size < LEAST) return whole.write(name, value);
      const { codes, scale } = code.write(inBlocks(value));
      return { [name]: codes, [scaleOf(name)]: scale };
    },
  };
}

const scaleOf = (name: string): string => `${name}.scale`;

function inBlocks(value: tf.Tensor): tf.Tensor {
  const blocks = blocksOf(value.shape);
  const flat = tf.reshape(value, [value.size]);
  const full = blocks * BLOCK === value.size ? flat : tf.pad(flat, [[0, blocks * BLOCK - value.size]]);
  return tf.reshape(full, [blocks, BLOCK]);
}

const fitted = (blocks: tf.Tensor, size: number): tf.Tensor =>
  blocks.size === size ? blocks : tf.slice(tf.reshape(blocks, [blocks.size]), [0], [size]);

interface Code {
  read(codes: tf.Tensor, scale: tf.Tensor): tf.Tensor;
  write(blocks: tf.Tensor): { codes: tf.Tensor; scale: tf.Tensor };
}

const signed: Code = {
  read(codes, scale) {
    const root = numbersOfCodes(codes, scale, 128);
    return tf.mul(root, tf.abs(root));
  },
  write(blocks) {
    const size = tf.abs(blocks);
    const scale = tf.div(tf.sqrt(tf.maximum(tf.max(size, 1), TINY)), 127);
    return { codes: codesOf(tf.div(blocks, tf.sqrt(tf.maximum(size, TINY))), scale, 128), scale };
  },
};

const positive: Code = {
  read: (codes, scale) => tf.square(tf.square(numbersOfCodes(codes, scale))),
  write(blocks) {
    const root = tf.sqrt(tf.sqrt(blocks));
    const scale = tf.div(tf.maximum(tf.max(root, 1), TINY ** 0.25), 255);
    return { codes: codesOf(tf.maximum(root, tf.expandDims(scale, 1)), scale), scale };
  },
};
