/**
 * Rotary positions (Su et al. 2021) in the half-split layout of Hugging Face's Llama: the numbers i and i + r/2 of a head are a
 * point that is turned, for i < r/2; where r is less than the head's width the others pass as they are.
 */
import * as tf from "../../tensors.js";
import type { Value } from "../graph.js";
import { defineOp, withGradient } from "./define.js";

interface RotaryAttrs {
  /** cos and sin of every position and frequency, [time, r / 2], row-major. */
  cos: Float32Array;
  sin: Float32Array;
}

/** [x], x of shape [batch, time, heads, headWidth], or [x, positions], [batch, time] int32; else those are 0, 1, … */
const rotate = defineOp<RotaryAttrs>({
  name: "Rotary",
  devices: ["cpu", "cuda"],
  reference: ([x, at], { cos, sin }) => {
    const [batch, time, , width] = x!.shape as [number, number, number, number];
    const half = cos.length / time;
    const table = (values: Float32Array): tf.Tensor => {
      if (!at) return tf.tensor(values, [1, time, 1, half]);
      return tf.reshape(tf.gather(tf.tensor(values, [time, half]), tf.reshape(at, [-1])), [batch, time, 1, half]);
    };
    const [c, s] = [table(cos), table(sin)];
    const [a, b, ...rest] = tf.split(x!, width === 2 * half ? 2 : [half, half, width - 2 * half], -1) as [
      tf.Tensor,
      tf.Tensor,
    ];
    return [tf.concat([tf.sub(tf.mul(a, c), tf.mul(b, s)), tf.add(tf.mul(b, c), tf.mul(a, s)), ...rest], -1)];
  },
  emit: ({ graph, inputs: [x, at], attrs }) => {
    const [batch, time, heads, width] = x!.shape as [number, number, number, number];
    const flat = graph.reshape(x!, [batch, time, heads * width]);
    const running = (): Value =>
      graph.constant(
        Array.from({ length: batch * time }, (_, i) => i % time),
        [batch, time],
        "int64",
      );
    // The node does not look where it reads.
    const within = (value: Value): Value =>
      graph.node("Clip", {
        inputs: [value, graph.scalar(0, "int32"), graph.scalar(time - 1, "int32")],
        shape: value.shape,
      });
    const positions = at ? graph.cast(within(at), "int64") : running();
    const half = attrs.cos.length / time;
    const table = (values: Float32Array) => graph.constant(values, [time, half], "float32");
    const inputs = [flat, positions, table(attrs.cos), table(attrs.sin)];
    const attributes = { interleaved: 0, num_heads: heads, rotary_embedding_dim: width === 2 * half ? 0 : 2 * half };
    return [
      graph.reshape(
        graph.node("RotaryEmbedding", { inputs, shape: flat.shape, attributes, domain: "com.microsoft" }),
        x!.shape,
      ),
    ];
  },
});

export interface Turns {
  /** Radians that each of the r/2 points turns from one position to the next. */
  frequencies: readonly number[];
  /** What the turned numbers are multiplied by (yarn, longrope); defaults to 1. */
  magnitude?: number;
}

/**
 * x [batch, time, heads, headWidth] → the same, its first 2·frequencies numbers turned by position · frequency. Positions, [batch,
 * time] int32 below `time`, default to 0, 1, …
 */
export function rotary(x: tf.Tensor, { frequencies, magnitude = 1 }: Turns, positions?: tf.Tensor): tf.Tensor {
  const [, time, , width] = x.shape as [number, number, number, number];
  const half = frequencies.length;
  if (!(half > 0 && 2 * half <= width))
    throw new Error(`rotary: invalid frequencies: ${half} of them (at most ${width / 2}, half of the head's width)`);
  const angle = (i: number): number => Math.floor(i / half) * frequencies[i % half]!;
  const cos = Float32Array.from({ length: time * half }, (_, i) => magnitude * Math.cos(angle(i)));
  const sin = Float32Array.from({ length: time * half }, (_, i) => magnitude * Math.sin(angle(i)));
  const at = positions ? [positions] : [];
  return withGradient(
    [x],
    () => ({ value: rotate([x, ...at], { cos, sin })[0]!, saved: at }),
    (dy, saved) => [rotate([dy, ...saved], { cos, sin: sin.map((value) => -value) })[0]!],
  );
}
