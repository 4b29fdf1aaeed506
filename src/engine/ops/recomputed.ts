/**
 * A function whose inner values are not kept for the backward pass but made again there (Chen et al. 2016): memory of the
 * inputs alone, for the time of another forward pass. A fence keeps the second from being merged with the first.
 */
import type * as tf from "@tensorflow/tfjs";
import { withGradient } from "./define.js";
import { fenceAll } from "./fence.js";
import { apart } from "./rows.js";

export interface Recomputed {
  /** What is differentiated by, the first of them foremost: it is what the second pass waits with. Each must be used. */
  inputs: tf.Tensor[];
  /** Tensors besides, e.g. masks. */
  constants?: tf.Tensor[];
  f: (inputs: tf.Tensor[], constants: tf.Tensor[]) => tf.Tensor;
}

export function recomputed({ f, inputs, constants = [] }: Recomputed): tf.Tensor {
  return withGradient(
    inputs,
    () => ({ value: f(inputs, constants), saved: [...inputs, ...constants] }),
    (dy, saved) => {
      const [x, ...rest] = saved.slice(0, inputs.length) as [tf.Tensor, ...tf.Tensor[]];
      const fixed = saved.slice(inputs.length);
      return apart((...args) => f(args, fixed), [fenceAll(x, [dy]), ...rest], dy);
    },
  );
}
