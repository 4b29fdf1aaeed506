/**
 * AdamW with global-norm clipping as a function of tensors, meant to be traced into one graph: every op on a weight is a
 * pass over memory, so the formula is arranged to need twelve of them, and everything that depends on the step's number
 * (rate, decay, bias correction) arrives as three scalars computed on the host in double precision.
 * Not a class and not a TensorFlow.js optimiser. Adam: Kingma & Ba 2015; decoupled decay: Loshchilov & Hutter 2019.
 *
 * Weights of at most `SMALL` numbers share one pair of moments, laid end to end: their updates are then a dozen operators
 * together and not a dozen each, which is 2 to 8 % of a step at 0.1 to 3 M parameters; larger ones are faster alone.
 *
 * With u = (1 - b1) c g, where c is the clip factor, the first moment is m = b1 m + u as everywhere; the second is kept as
 * w = b2 w + u², that is v (1 - b1)² / (1 - b2), so that g is scaled only once. `second` below undoes that factor.
 *
 * Of a table that is trained in part, the gradient and the decay of the other rows are multiplied by zero: their moments
 * stay zero, so such a row is w · 1 − 0, itself bit for bit, and it counts nothing in the norm. What is not trained at all
 * has no gradient, no moments and no place in the graph.
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../../engine/index.js";
import { made } from "../../registry.js";
import type { NdArray } from "../../types.js";
import type { Optimiser, Shaped } from "./types.js";

export interface AdamWOptions {
  /** Decay rates of the two moments; defaults to [0.9, 0.95]. */
  betas?: [number, number];
  /** Added to the root of the second moment; defaults to 1e-8. */
  epsilon?: number;
  /** Decoupled decay of matrices, none on norms and biases; defaults to 0.1. */
  weightDecay?: number;
  /** Largest global norm of the gradient; defaults to 1, Infinity or "none" turns clipping off. */
  clip?: number | "none";
}

export interface AdamW extends Optimiser {
  scalars(step: number, learningRate: number): { rate: Float32Array; keep: Float32Array; floor: Float32Array };
  /** What PyTorch calls `exp_avg_sq`, from what is stored here. */
  second(stored: NdArray): NdArray;
}

/** Numbers in a weight that is still updated together with others. */
const SMALL = 16384;

const firstMoment = (group: string): string => `adamw.first.${group}`;
const secondMoment = (group: string): string => `adamw.second.${group}`;

/** Only matrices decay: norms and biases are vectors. */
export const decays = (shape: number[]): boolean => shape.length >= 2;

/** Names that share moments, under the group's name: "small", or the name of the only one. In the order given; `own` ones share with none. */
export function groupsOf(weights: Shaped, own: readonly string[] = []): Record<string, string[]> {
  const names = Object.keys(weights);
  const small = names.filter((name) => sizeOf(weights[name]!.shape) <= SMALL && !own.includes(name));
  const alone = small.length < 2 ? names : names.filter((name) => !small.includes(name));
  return { ...(small.length < 2 ? {} : { small }), ...Object.fromEntries(alone.map((name) => [name, [name]])) };
}

function momentsOf(weights: Shaped, own?: readonly string[]): Shaped {
  const shaped = Object.entries(groupsOf(weights, own)).flatMap(([group, names]) => {
    const shapes = names.map((name) => weights[name]!.shape);
    const shape = shapes.length === 1 ? [...shapes[0]!] : [shapes.reduce((sum, one) => sum + sizeOf(one), 0)];
    return [firstMoment(group), secondMoment(group)].map((name) => [name, { shape }] as const);
  });
  return Object.fromEntries(shaped);
}

const sizeOf = (shape: number[]): number => shape.reduce((a, b) => a * b, 1);

export function adamw(options: AdamWOptions = {}): AdamW {
  const { betas = [0.9, 0.95], epsilon = 1e-8, weightDecay = 0.1 } = options;
  const clip = options.clip === "none" ? Infinity : (options.clip ?? 1);
  const [b1, b2] = betas;
  check("betas[0]", b1, b1 >= 0 && b1 < 1);
  check("betas[1]", b2, b2 >= 0 && b2 < 1);
  check("epsilon", epsilon, epsilon > 0 && epsilon < Infinity);
  check("weightDecay", weightDecay, weightDecay >= 0 && weightDecay < Infinity);
  check("clip", clip, clip > 0);
  const shrink = (1 - b1) / Math.sqrt(1 - b2);

  return made({
    name: "adamw",
    // JSON has no Infinity.
    options: { betas, epsilon, weightDecay, clip: clip === Infinity ? "none" : clip },
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
    slots: momentsOf,
    update(state, gradients, scalars, { rows = {}, own = {} } = {}) {
      const groups = Object.entries(groupsOf(gradients, Object.keys(own)));
      const trained = (name: string): tf.Tensor =>
        rows[name] ? tf.mul(gradients[name]!, rows[name]) : gradients[name]!;
      const joined = groups.map(([, names]) => join(names.map(trained)));
      const norm = globalNorm(joined);
      const scale =
        clip === Infinity ? tf.scalar(1 - b1) : tf.minimum(tf.div(clip * (1 - b1), tf.add(norm, 1e-6)), 1 - b1);
      const next: Tensors = {};
      groups.forEach(([group, names], i) => {
        const { rate, keep, floor } = (own[group] ?? scalars) as { rate: tf.Tensor; keep: tf.Tensor; floor: tf.Tensor };
        const u = tf.mul(joined[i]!, scale);
        const first = tf.add(tf.mul(state[firstMoment(group)]!, b1), u);
        const second = tf.add(tf.mul(state[secondMoment(group)]!, b2), tf.mul(u, u));
        const move = tf.mul(tf.div(first, tf.add(tf.sqrt(second), floor)), rate);
        const weights = names.map((name) => state[name]!);
        part(move, weights).forEach((moved, j) => {
          const [name, weight] = [names[j]!, weights[j]!];
          const kept = rows[name] ? tf.sub(1, tf.mul(rows[name], tf.sub(1, keep))) : keep;
          next[name] = tf.sub(weightDecay > 0 && decays(weight.shape) ? tf.mul(weight, kept) : weight, moved);
        });
        next[firstMoment(group)] = first;
        next[secondMoment(group)] = second;
      });
      return { state: next, norm };
    },
    second({ shape, data }) {
      return { shape: [...shape], data: data.map((value) => value / (shrink * shrink)) };
    },
  });
}

const join = (tensors: tf.Tensor[]): tf.Tensor =>
  tensors.length === 1 ? tensors[0]! : tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1])));

/** `joined` cut back into the shapes of `like`. */
function part(joined: tf.Tensor, like: tf.Tensor[]): tf.Tensor[] {
  if (like.length === 1) return [joined];
  const parts = tf.split(
    joined,
    like.map(({ size }) => size),
  );
  return parts.map((piece, i) => tf.reshape(piece, like[i]!.shape));
}

/** Root of the sum of all squares. */
export function globalNorm(tensors: tf.Tensor[]): tf.Tensor {
  const sums = tensors.map((tensor) => tf.sum(tf.square(tensor)));
  return tf.sqrt(sums.length === 1 ? sums[0]! : tf.addN(sums));
}

function check(what: string, value: unknown, ok: boolean): void {
  if (!(typeof value === "number" && ok)) throw new Error(`adamw: invalid ${what}: ${String(value)}`);
}
