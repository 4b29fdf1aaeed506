/**
 * AdamW with global-norm clipping as a function of tensors, meant to be traced into one graph: every op on a weight is a
 * pass over memory, so the formula is arranged to need twelve of them, and everything that depends on the step's number
 * (rate, decay, bias correction) arrives as three scalars computed on the host in double precision.
 * Not a class and not a TensorFlow.js optimiser. Adam: Kingma & Ba 2015; decoupled decay: Loshchilov & Hutter 2019.
 *
 * With u = (1 - b1) c g, where c is the clip factor, the first moment is m = b1 m + u as everywhere; the second is kept as
 * w = b2 w + u², that is v (1 - b1)² / (1 - b2), so that g is scaled only once. `second` below undoes that factor.
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/types.js";
import type { NdArray, Weights } from "../types.js";

export interface AdamWOptions {
  /** Decay rates of the two moments; defaults to [0.9, 0.95]. */
  betas?: [number, number];
  /** Added to the root of the second moment; defaults to 1e-8. */
  epsilon?: number;
  /** Decoupled decay of matrices, none on norms and biases; defaults to 0.1. */
  weightDecay?: number;
  /** Largest global norm of the gradient; defaults to 1, Infinity turns clipping off. */
  clip?: number;
}

export interface AdamW extends Required<AdamWOptions> {
  /** What the host feeds at update `step`, counted from 1. */
  scalars(step: number, learningRate: number): { rate: Float32Array; keep: Float32Array; floor: Float32Array };
  /** Zero moments for these weights, under their state names. */
  init(weights: Weights): Weights;
  /** New weights and moments, and the norm of the gradient before clipping. All tensors belong to the caller. */
  update(
    state: Tensors,
    gradients: Tensors,
    scalars: { rate: tf.Tensor; keep: tf.Tensor; floor: tf.Tensor },
  ): { state: Tensors; norm: tf.Tensor };
  /** What PyTorch calls `exp_avg_sq`, from what is stored here. */
  second(stored: NdArray): NdArray;
}

export const firstMoment = (name: string): string => `adamw.first.${name}`;
export const secondMoment = (name: string): string => `adamw.second.${name}`;

/** Only matrices decay: norms and biases are vectors. */
export const decays = (shape: number[]): boolean => shape.length >= 2;

export function adamw(options: AdamWOptions = {}): AdamW {
  const { betas = [0.9, 0.95], epsilon = 1e-8, weightDecay = 0.1, clip = 1 } = options;
  const [b1, b2] = betas;
  check("betas[0]", b1, b1 >= 0 && b1 < 1);
  check("betas[1]", b2, b2 >= 0 && b2 < 1);
  check("epsilon", epsilon, epsilon > 0 && epsilon < Infinity);
  check("weightDecay", weightDecay, weightDecay >= 0 && weightDecay < Infinity);
  check("clip", clip, clip > 0);
  const shrink = (1 - b1) / Math.sqrt(1 - b2);

  return {
    betas,
    epsilon,
    weightDecay,
    clip,
    scalars(step, learningRate) {
      if (!(Number.isInteger(step) && step >= 1))
        throw new Error(`adamw: invalid step: ${step} (updates count from 1)`);
      // The textbook's root of v over its correction, divided by `shrink` to be a root of w; the same factor then scales the rate.
      const correction = Math.sqrt(1 - b2 ** step) * shrink;
      return {
        rate: Float32Array.of((learningRate * correction) / (1 - b1 ** step)),
        keep: Float32Array.of(1 - learningRate * weightDecay),
        floor: Float32Array.of(epsilon * correction),
      };
    },
    init(weights) {
      const moments: Weights = {};
      for (const [name, { shape, data }] of Object.entries(weights)) {
        moments[firstMoment(name)] = { shape: [...shape], data: new Float32Array(data.length) };
        moments[secondMoment(name)] = { shape: [...shape], data: new Float32Array(data.length) };
      }
      return moments;
    },
    update(state, gradients, { rate, keep, floor }) {
      const norm = globalNorm(Object.values(gradients));
      const scale =
        clip === Infinity ? tf.scalar(1 - b1) : tf.minimum(tf.div(clip * (1 - b1), tf.add(norm, 1e-6)), 1 - b1);
      const next: Tensors = {};
      for (const [name, gradient] of Object.entries(gradients)) {
        const weight = state[name]!;
        const u = tf.mul(gradient, scale);
        const first = tf.add(tf.mul(state[firstMoment(name)]!, b1), u);
        const second = tf.add(tf.mul(state[secondMoment(name)]!, b2), tf.mul(u, u));
        const move = tf.mul(tf.div(first, tf.add(tf.sqrt(second), floor)), rate);
        next[name] = tf.sub(weightDecay > 0 && decays(weight.shape) ? tf.mul(weight, keep) : weight, move);
        next[firstMoment(name)] = first;
        next[secondMoment(name)] = second;
      }
      return { state: next, norm };
    },
    second({ shape, data }) {
      return { shape: [...shape], data: data.map((value) => value / (shrink * shrink)) };
    },
  };
}

/** Root of the sum of all squares. */
export function globalNorm(tensors: tf.Tensor[]): tf.Tensor {
  const sums = tensors.map((tensor) => tf.sum(tf.square(tensor)));
  return tf.sqrt(sums.length === 1 ? sums[0]! : tf.addN(sums));
}

function check(what: string, value: unknown, ok: boolean): void {
  if (!(typeof value === "number" && ok)) throw new Error(`adamw: invalid ${what}: ${String(value)}`);
}
