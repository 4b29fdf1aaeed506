/** RMS and layer normalisation over the last axis of a matrix, with gradients that pass over it as seldom as possible. */
import * as tf from "@tensorflow/tfjs";
import { defineOp, withGradient } from "./define.js";

/** [x, gain] → [y, 1/rms]: y = x · gain / sqrt(mean(x²) + eps) (Zhang and Sennrich 2019, eq. 4). */
const rms = defineOp<{ eps: number }>({
  name: "RmsNorm",
  devices: ["cpu", "cuda"],
  reference: ([x, gain], { eps }) => {
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x!), -1, true), eps));
    return [tf.mul(tf.mul(x!, inverse), gain!), inverse];
  },
  emit: ({ graph, inputs: [x, gain], attrs }) =>
    graph.multi(
      "SimplifiedLayerNormalization",
      { inputs: [x, gain], attributes: { axis: -1, epsilon: { float: attrs.eps }, stash_type: 1 } },
      [x!.shape, [...x!.shape.slice(0, -1), 1]],
    ) as never,
});

/** [x, gain, bias] → [y, mean, 1/deviation] (Ba et al. 2016). */
const layer = defineOp<{ eps: number }>({
  name: "LayerNorm",
  devices: ["cpu", "cuda"],
  reference: ([x, gain, bias], { eps }) => {
    const mean = tf.mean(x!, -1, true);
    const centred = tf.sub(x!, mean);
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), eps));
    return [tf.add(tf.mul(tf.mul(centred, inverse), gain!), bias!), mean, inverse];
  },
  emit: ({ graph, inputs: [x, gain, bias], attrs }) => {
    const row = [...x!.shape.slice(0, -1), 1];
    return graph.multi(
      "LayerNormalization",
      { inputs: [x, gain, bias], attributes: { axis: -1, epsilon: { float: attrs.eps } } },
      [x!.shape, row, row],
    ) as never;
  },
});

const rowSums = (x: tf.Tensor, weights: tf.Tensor): tf.Tensor =>
  tf.matMul(x as tf.Tensor2D, tf.reshape(weights, [-1, 1]));

/** x [rows, width], gain [width] → [rows, width]. */
export function rmsNorm(x: tf.Tensor, gain: tf.Tensor, eps: number): tf.Tensor {
  return withGradient(
    [x, gain],
    () => {
      const [value, inverse] = rms([x, gain], { eps });
      return { value: value!, saved: [x, gain, inverse!] };
    },
    (dy, [x_, gain_, inverse]) => {
      const unit = tf.mul(x_!, inverse!);
      const product = tf.mul(dy, unit);
      const pull = tf.div(rowSums(product, gain_!), x_!.shape[1]!);
      return [tf.mul(tf.sub(tf.mul(dy, gain_!), tf.mul(unit, pull)), inverse!), tf.sum(product, 0)];
    },
  );
}

/** x [rows, width], gain and bias [width] → [rows, width]. */
export function layerNorm(x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor, eps: number): tf.Tensor {
  return withGradient(
    [x, gain, bias],
    () => {
      const [value, mean, inverse] = layer([x, gain, bias], { eps });
      return { value: value!, saved: [x, gain, mean!, inverse!] };
    },
    (dy, [x_, gain_, mean, inverse]) => {
      const width = x_!.shape[1]!;
      const unit = tf.mul(tf.sub(x_!, mean!), inverse!);
      const product = tf.mul(dy, unit);
      const pull = tf.div(rowSums(product, gain_!), width);
      const shift = tf.div(rowSums(dy, gain_!), width);
      const dx = tf.mul(tf.sub(tf.sub(tf.mul(dy, gain_!), tf.mul(unit, pull)), shift), inverse!);
      return [dx, tf.sum(product, 0), tf.sum(dy, 0)];
    },
  );
}
