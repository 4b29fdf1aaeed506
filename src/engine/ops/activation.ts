/** Activations of the feed-forward layer: GELU in its exact form and by tanh, and the gated products of both and of SiLU. */
import * as tf from "../../tensors.js";
import { defineOp, withGradient } from "./define.js";

const HALF_ROOT = Math.SQRT1_2;
const ROOT_2PI = Math.sqrt(2 * Math.PI);

const geluOp = defineOp<object>({
  name: "Gelu",
  reference: ([x]) => [tf.mul(tf.mul(x!, 0.5), tf.add(tf.erf(tf.mul(x!, HALF_ROOT)), 1))],
  emit: ({ graph, inputs: [x] }) => [graph.node("Gelu", { inputs: [x], shape: x!.shape, domain: "com.microsoft" })],
});

/** x·Φ(x) (Hendrycks and Gimpel 2016), by the error function, not its tanh approximation. */
export function gelu(x: tf.Tensor): tf.Tensor {
  return withGradient(
    [x],
    () => ({ value: geluOp([x], {})[0]!, saved: [x] }),
    (dy, [x_]) => {
      const cumulative = tf.mul(tf.add(tf.erf(tf.mul(x_!, HALF_ROOT)), 1), 0.5);
      const density = tf.div(tf.exp(tf.mul(tf.square(x_!), -0.5)), ROOT_2PI);
      return [tf.mul(dy, tf.add(cumulative, tf.mul(x_!, density)))];
    },
  );
}

const ROOT_2_BY_PI = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** tanh(√(2/π)·(x + 0.044715x³)) */
const bend = (x: tf.Tensor): tf.Tensor =>
  tf.tanh(tf.mul(x, tf.add(tf.mul(tf.square(x), ROOT_2_BY_PI * CUBIC), ROOT_2_BY_PI)));

const geluTanhOp = defineOp<object>({
  name: "GeluTanh",
  devices: ["cpu", "cuda"],
  reference: ([x]) => [tf.mul(tf.mul(x!, 0.5), tf.add(bend(x!), 1))],
  emit: ({ graph, inputs: [x] }) => [graph.node("FastGelu", { inputs: [x], shape: x!.shape, domain: "com.microsoft" })],
});

/** 0.5x(1 + tanh(√(2/π)(x + 0.044715x³))), which configs call `gelu_new` or `gelu_pytorch_tanh`. */
export function geluTanh(x: tf.Tensor): tf.Tensor {
  return withGradient(
    [x],
    () => ({ value: geluTanhOp([x], {})[0]!, saved: [x] }),
    (dy, [x_]) => {
      const t = bend(x_!);
      // With u the argument of tanh: 0.5·(1 + t)·(1 + x·(1 − t)·u′)
      const slope = tf.add(tf.mul(tf.square(x_!), 3 * ROOT_2_BY_PI * CUBIC), ROOT_2_BY_PI);
      const inner = tf.add(tf.mul(tf.mul(x_!, tf.sub(1, t)), slope), 1);
      return [tf.mul(dy, tf.mul(tf.mul(tf.add(t, 1), 0.5), inner))];
    },
  );
}

/** gelu(gate) · up by tanh (Shazeer 2020), as Gemma and T5 1.1 have it. */
export const gatedGeluTanh = (gate: tf.Tensor, up: tf.Tensor): tf.Tensor => tf.mul(geluTanh(gate), up);

/** max(x, 0), with slope 0 at 0. */
export const relu = (x: tf.Tensor): tf.Tensor => tf.relu(x);

/** silu(gate) · up, the gated product of SwiGLU (Shazeer 2020), and its two gradients with five passes instead of nine. */
export function gatedSilu(gate: tf.Tensor, up: tf.Tensor): tf.Tensor {
  return withGradient(
    [gate, up],
    () => {
      const open = tf.sigmoid(gate);
      const active = tf.mul(gate, open);
      return { value: tf.mul(active, up), saved: [open, active, up] };
    },
    (dy, [open, active, up_]) => {
      // silu' = s + silu·(1 − s)
      const slope = tf.add(open!, tf.sub(active!, tf.mul(active!, open!)));
      return [tf.mul(tf.mul(dy, up_!), slope), tf.mul(dy, active!)];
    },
  );
}
