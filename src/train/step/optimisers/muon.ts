/**
 * Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/): the layers' matrices move along their momentum made
 * nearly orthogonal; embeddings, head, positions, norms and biases by AdamW, at the rate times `adamw.rate`.
 *
 * The variant is that of PyTorch's `torch.optim.Muon`, in float32 where that rounds to bfloat16: m = μ m + (1 − μ) g, the
 * Nesterov mix (1 − μ) g + μ m, five iterations of the quintic with (3.4445, −4.7750, 2.0315), decoupled decay. Its singular
 * values end between about 0.7 and 1.2 and not at 1, as meant. `scale` "match-rms" multiplies by 0.2 √max(rows, columns) (Liu et
 * al. 2025, https://arxiv.org/abs/2502.16982), after which AdamW's rates and decay fit; "original" by √max(1, rows / columns),
 * which wants rates of about 0.02 and `adamw: { rate: 0.05 }` or so.
 */
import * as tf from "../../../tensors.js";
import type { Tensors } from "../../../engine/index.js";
import { made } from "../../../registry.js";
import { adamw, type AdamWOptions } from "./adamw.js";
import { check, checked } from "../checks.js";
import { clipped, globalNorm, moved } from "./groups.js";
import { type Rates, ratesOf, roleOf } from "../roles.js";
import type { Optimiser, Shaped } from "../types.js";

export interface MuonOptions {
  /** Decay rate of the momentum; defaults to 0.95. */
  momentum?: number;
  /** Defaults to true. */
  nesterov?: boolean;
  /** Newton-Schulz iterations; defaults to 5. */
  iterations?: number;
  /** Of an update by its matrix's shape; defaults to "match-rms". */
  scale?: "match-rms" | "original";
  /** Decoupled decay of matrices, none on norms and biases; defaults to 0.1. */
  weightDecay?: number;
  /** Largest global norm of the gradient; defaults to 1, Infinity or "none" turns clipping off. */
  clip?: number | "none";
  /** Factors of the learning rate, and so of decay, e.g. `{ embedding: 0.1 }`; defaults to 1 everywhere. */
  rates?: Rates;
  /** Of what is no matrix of a layer: its share of the learning rate, which defaults to 1, and AdamW's own fields. */
  adamw?: { rate?: number } & Pick<AdamWOptions, "betas" | "epsilon">;
}

const slot = (name: string): string => `muon.momentum.${name}`;

export function muon(options: MuonOptions = {}): Optimiser {
  const { momentum = 0.95, nesterov = true, iterations = 5, scale = "match-rms", weightDecay = 0.1 } = options;
  const { rate: share = 1, ...rest } = options.adamw ?? {};
  const { clip, clipSaid } = checked("muon", { ...options, weightDecay });
  check("muon", "momentum", momentum, momentum >= 0 && momentum < 1);
  check("muon", "iterations", iterations, Number.isInteger(iterations) && iterations >= 1 && iterations < 100);
  check("muon", "adamw.rate", share, share > 0 && share < Infinity);
  if (!Object.hasOwn(scales, scale))
    throw new Error(`muon: invalid scale: ${String(scale)} (one of ${Object.keys(scales).join(", ")})`);
  const rates = ratesOf("muon", options.rates);
  const others = adamw({ ...rest, weightDecay, clip, rates });
  const { betas, epsilon } = others.options as { betas: [number, number]; epsilon: number };
  return made({
    name: "muon",
    options: {
      momentum,
      nesterov,
      iterations,
      scale,
      weightDecay,
      clip: clipSaid,
      ...(rates && { rates }),
      adamw: { rate: share, betas, epsilon },
    },
    scalars: (step, learningRate) => ({
      ...others.scalars(step, learningRate * share),
      muonRate: Float32Array.of(learningRate),
      muonKeep: Float32Array.of(1 - learningRate * weightDecay),
    }),
    slots(leaves, own) {
      const { matrices, remaining } = divided(leaves, leaves);
      const ours = Object.entries(matrices).map(([name, { shape }]) => [slot(name), { shape: [...shape] }]);
      return { ...others.slots(remaining, own), ...(Object.fromEntries(ours) as Shaped) };
    },
    update(state, gradients, scalars, { leaves = {}, own = {}, norm: given } = {}) {
      const norm = given ?? globalNorm(Object.values(gradients));
      const { matrices, remaining } = divided(gradients, leaves);
      const next: Tensors = { ...others.update(state, remaining, scalars, { leaves, own, norm }).state };
      const factor = clipped(norm, clip, 1 - momentum);
      for (const [name, gradient] of Object.entries(matrices)) {
        const { muonRate, muonKeep } = (own[name] ?? scalars) as { muonRate: tf.Tensor; muonKeep: tf.Tensor };
        const fresh = tf.mul(gradient, factor);
        const moment = tf.add(tf.mul(state[slot(name)]!, momentum), fresh);
        const mixed = nesterov ? tf.add(tf.mul(moment, momentum), fresh) : moment;
        const [height, width] = gradient.shape as [number, number];
        const direction = tf.mul(orthogonal(mixed as tf.Tensor2D, iterations), scales[scale](height, width));
        const kept = weightDecay > 0 ? muonKeep : undefined;
        const towards = (direction: tf.Tensor) => ({ direction, moments: [] });
        const move = { names: [name], state, gradient: direction, towards, rate: muonRate, keep: kept, rates, leaves };
        Object.assign(next, moved(move).next);
        next[slot(name)] = moment;
      }
      return { state: next, norm };
    },
  });
}

const scales = {
  "match-rms": (rows: number, columns: number): number => 0.2 * Math.sqrt(Math.max(rows, columns)),
  original: (rows: number, columns: number): number => Math.sqrt(Math.max(1, rows / columns)),
};

/** What belongs to leaves that are matrices of the layers, and the rest. */
function divided<T extends { shape: number[] }>(
  all: Record<string, T>,
  leaves: Shaped,
): { matrices: Record<string, T>; remaining: Record<string, T> } {
  // One column is numbers out of a matrix, of which none is nearer to orthogonal than another.
  const isOurs = ([name, { shape }]: [string, T]): boolean =>
    shape.length === 2 && shape[1] !== 1 && roleOf(leaves[name]) === "layers";
  return {
    matrices: Object.fromEntries(Object.entries(all).filter(isOurs)),
    remaining: Object.fromEntries(Object.entries(all).filter((each) => !isOurs(each))),
  };
}

const [A, B, C] = [3.4445, -4.775, 2.0315];

/** U S Vᵀ with singular values S near 1, where U and V are those of `matrix`: X = A X + B (X Xᵀ) X + C (X Xᵀ)² X, over and over. */
export function orthogonal(matrix: tf.Tensor2D, iterations: number): tf.Tensor {
  const [rows, columns] = matrix.shape;
  // The smaller of the two squares.
  const tall = rows > columns;
  let x: tf.Tensor = tf.div(matrix, tf.maximum(tf.sqrt(tf.sum(tf.square(matrix))), 1e-7));
  for (let i = 0; i < iterations; i++) {
    const square = tf.matMul(x, x, tall, !tall);
    const mixed = tf.add(tf.mul(square, B), tf.mul(tf.matMul(square, square), C));
    x = tf.add(tf.mul(x, A), tall ? tf.matMul(x, mixed) : tf.matMul(mixed, x));
  }
  return x;
}
