/** A part of a formula that gradients take as given. */
import * as tf from "../../tensors.js";

/** What `f` makes; nothing is differentiated through it. */
export function detached(f: () => tf.Tensor): tf.Tensor {
  const { state } = tf.engine();
  const depth = state.gradientDepth;
  // Where no gradient is asked for, operators are not put on the tape.
  state.gradientDepth = 0;
  try {
    return f();
  } finally {
    state.gradientDepth = depth;
  }
}
