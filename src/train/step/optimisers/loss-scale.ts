/**
 * Loss scaling (Micikevicius et al. 2017, arXiv 1710.03740, §3.2), for gradients that pass through 16 bits: the loss is multiplied by a
 * scale, so that small gradients do not vanish, and gradients are divided by it before they are used. Where they overflow the
 * update is skipped and the scale halved; after many that do not it is doubled. Rule and numbers are those of PyTorch's
 * GradScaler, but for the optimiser's count of updates, which goes on at a skipped one. The scale is state of the step, so
 * checkpoints have it.
 */
import * as tf from "../../../tensors.js";
import type { Optimiser } from "../types.js";

export interface LossScaledOptions {
  of: Optimiser;
  /** Logarithm of the first scale to base 2; defaults to 16. */
  first?: number;
  /** Updates without overflow after which the scale is doubled; defaults to 2000. */
  patience?: number;
}

/** Beside `first`, so that both slots begin at 0, as an optimiser's do. */
const LOG = "scale.log2";
const CLEAN = "scale.clean";
/** A norm from here on is no number that float32 can tell from overflow. */
const OVERFLOW = 1e38;

/** The optimiser, whose updates are of gradients of the scaled loss. A skipped update has a gradient norm of 0. */
export function lossScaled({ of, first = 16, patience = 2000 }: LossScaledOptions): Optimiser {
  const scale = (state: Record<string, tf.Tensor>): tf.Tensor => tf.pow(2, tf.add(state[LOG]!, first));
  return {
    ...of,
    lossScale: scale,
    slots: (leaves, own) => ({ ...of.slots(leaves, own), [LOG]: { shape: [] }, [CLEAN]: { shape: [] } }),
    update(state, gradients, scalars, options) {
      const factor = scale(state);
      const unscaled = Object.fromEntries(
        Object.entries(gradients).map(([name, each]) => [name, tf.div(each, factor)]),
      );
      const { state: made, norm } = of.update(state, unscaled, scalars, options);
      const finite = tf.less(norm, OVERFLOW);
      const next = Object.fromEntries(
        Object.entries(made).map(([name, each]) => [name, kept(finite, each, state[name]!)]),
      );
      const clean = tf.where(finite, tf.add(state[CLEAN]!, 1), 0);
      const full = tf.greaterEqual(clean, patience);
      next[LOG] = tf.add(state[LOG]!, tf.where(finite, tf.where(full, tf.scalar(1), tf.scalar(0)), tf.scalar(-1)));
      next[CLEAN] = tf.where(full, tf.scalar(0), clean);
      return { state: next, norm: kept(finite, norm, tf.scalar(0)) };
    },
  };
}

/** `made` where a scalar says so, else `before`: without `tf.where`, which would make the scalar as large as they are. */
const kept = (finite: tf.Tensor, made: tf.Tensor, before: tf.Tensor): tf.Tensor =>
  tf.engine().runKernel("Select", { condition: finite, t: made, e: before }) as tf.Tensor;
