/**
 * DoRA (Liu et al. 2024, arXiv 2402.09353): the rows of W + s B A are brought to lengths that are trained on their own and
 * begin as those of W; the length that is divided by is taken as given in the backward pass (§4.3). A row is an output's.
 */
import * as tf from "../../../tensors.js";
import { detached } from "../../../engine/index.js";
import { rowLengths } from "../../../model/index.js";
import { lowRank, type LowRankOptions } from "./low-rank.js";
import type { Parameters } from "../types.js";

export const dora = (options: LowRankOptions = {}): Parameters =>
  lowRank(
    {
      name: "dora",
      scale: (alpha, rank) => alpha / rank,
      magnitude: ({ out, transposed }, weight) => ({
        shape: [out],
        data: weight ? rowLengths(weight, transposed) : new Float32Array(out),
      }),
      output({ y, change, tensors: { a, b, magnitude, weight }, scale, layer: { transposed } }) {
        const length = detached(() => {
          const product = transposed ? tf.matMul(a, b, true, true) : tf.matMul(b, a);
          return tf.sqrt(tf.sum(tf.square(tf.add(weight!, tf.mul(product, scale))), transposed ? 0 : 1));
        });
        return tf.mul(tf.add(y, change), tf.div(magnitude!, length));
      },
    },
    options,
  );
