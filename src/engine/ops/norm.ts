/** RMS and layer normalisation over the last axis of a matrix, with gradients that pass over it as seldom as possible. */
import * as tf from "../../tensors.js";
import { defineOp, withGradient } from "./define.js";
import { scaledProduct } from "./scaled-product.js";

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

/** Of each row the sum of its numbers, each times its column's weight, over the width: a column. */
const rowMeans = (x: tf.Tensor, weights: tf.Tensor): tf.Tensor =>
  scaledProduct(x, tf.reshape(weights, [-1, 1]), { alpha: 1 / x.shape[1]! });
/** Of each column the sum of its numbers, each times its row's weight. */
const columnSums = (x: tf.Tensor, weights: tf.Tensor): tf.Tensor =>
  tf.reshape(scaledProduct(tf.reshape(weights, [1, -1]), x), [-1]);

/** x [rows, width], gain [width] → [rows, width]. */
export function rmsNorm(x: tf.Tensor, gain: tf.Tensor, eps: number): tf.Tensor {
  return withGradient(
    [x, gain],
    () => {
      const [value, inverse] = rms([x, gain], { eps });
      return { value: value!, saved: [x, gain, inverse!] };
    },
    (dy, [x_, gain_, inverse]) => {
      // With r = 1/rms: dx = r·(dy∘gain) − x·r³·mean(dy∘x∘gain), and of the gain Σ r·(dy∘x).
      const product = tf.mul(dy, x_!);
      const pull = tf.mul(rowMeans(product, gain_!), tf.mul(tf.square(inverse!), inverse!));
      return [tf.sub(tf.mul(tf.mul(dy, gain_!), inverse!), tf.mul(x_!, pull)), columnSums(product, inverse!)];
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
      const unit = tf.mul(tf.sub(x_!, mean!), inverse!);
      const product = tf.mul(dy, unit);
      const pull = rowMeans(product, gain_!);
      const shift = rowMeans(dy, gain_!);
      const dx = tf.mul(tf.sub(tf.sub(tf.mul(dy, gain_!), tf.mul(unit, pull)), shift), inverse!);
      return [dx, tf.sum(product, 0), tf.sum(dy, 0)];
    },
  );
}
