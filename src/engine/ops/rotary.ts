/** Rotary positions (Su et al. 2021) in the half-split layout of Hugging Face's Llama. */
import * as tf from "@tensorflow/tfjs";
import { defineOp, withGradient } from "./define.js";

interface RotaryAttrs {
  /** cos and sin of every position and frequency, [time, headWidth / 2], row-major. */
  cos: Float32Array;
  sin: Float32Array;
}

/** [x], x of shape [batch, time, heads, headWidth]. */
const rotate = defineOp<RotaryAttrs>({
  name: "Rotary",
  devices: ["cpu", "cuda"],
  reference: ([x], { cos, sin }) => {
    const [, time, , width] = x!.shape as [number, number, number, number];
    const half = width / 2;
    const c = tf.tensor(cos, [1, time, 1, half]);
    const s = tf.tensor(sin, [1, time, 1, half]);
    const [a, b] = tf.split(x!, 2, -1) as [tf.Tensor, tf.Tensor];
    return [tf.concat([tf.sub(tf.mul(a, c), tf.mul(b, s)), tf.add(tf.mul(b, c), tf.mul(a, s))], -1)];
  },
  emit: ({ graph, inputs: [x], attrs }) => {
    const [batch, time, heads, width] = x!.shape as [number, number, number, number];
    const flat = graph.reshape(x!, [batch, time, heads * width]);
    const positions = graph.constant(
      Array.from({ length: batch * time }, (_, i) => i % time),
      [batch, time],
      "int64",
    );
    const table = (values: Float32Array) => graph.constant(values, [time, width / 2], "float32");
    const inputs = [flat, positions, table(attrs.cos), table(attrs.sin)];
    const attributes = { interleaved: 0, num_heads: heads, rotary_embedding_dim: 0 };
    return [
      graph.reshape(
        graph.node("RotaryEmbedding", { inputs, shape: flat.shape, attributes, domain: "com.microsoft" }),
        x!.shape,
      ),
    ];
  },
});

/** x [batch, time, heads, headWidth] → the same, position t turned by t·θ^(−2i/headWidth). */
export function rotary(x: tf.Tensor, theta: number): tf.Tensor {
  const [, time, , width] = x.shape as [number, number, number, number];
  const half = width / 2;
  const angle = (i: number): number => Math.floor(i / half) * theta ** (-(i % half) / half);
  const cos = Float32Array.from({ length: time * half }, (_, i) => Math.cos(angle(i)));
  const sin = Float32Array.from({ length: time * half }, (_, i) => Math.sin(angle(i)));
  return withGradient(
    [x],
    () => ({ value: rotate([x], { cos, sin })[0]!, saved: [] }),
    (dy) => [rotate([dy], { cos, sin: sin.map((value) => -value) })[0]!],
  );
}
