/**
 * The invertible adapter of MAD-X (Pfeiffer et al. 2020, https://arxiv.org/abs/2005.00052), additive coupling as NICE has it (Dinh et
 * al. 2014, https://arxiv.org/abs/1410.8516): of a token's row [a, b] it makes [a + F(b), b + G(a + F(b))], F and G bottlenecks of
 * half of a half; what the head reads goes through the inverse, so that rows go in and come out as those of one table.
 */
import * as tf from "../../../tensors.js";
import { tablesOf } from "../../../architecture/index.js";
import type { Module } from "../../../model/index.js";
import type { ModelConfig } from "../../../types.js";
import type { Bottlenecks } from "./bottleneck.js";

/** Its modules by place. Throws one line where the head is no table of tokens that are read. */
export function coupled(caller: string, config: ModelConfig, at: Bottlenecks["at"]): Record<string, Module> {
  const { width, tied } = config;
  if (!tied || tablesOf(config).head !== undefined)
    throw new Error(
      `${caller}: invalid invertible: true (the head must be the table, for its rows come out as they went in)`,
    );
  if (width % 2 !== 0) throw new Error(`${caller}: invalid invertible: true (a width of ${width} has no halves)`);
  const sizes = { width: width / 2, inner: Math.max(1, Math.floor(width / 4)) };
  const [f, g] = [at("invertible.f", sizes), at("invertible.g", sizes)];
  const made = (back: boolean): Module => ({
    reads: [...f.reads, ...g.reads],
    of: ({ tensors, y, batch }) => {
      const [ofF, ofG] = [tensors.slice(0, f.reads.length), tensors.slice(f.reads.length)];
      const [a, b] = tf.split(y, 2, 1) as [tf.Tensor, tf.Tensor];
      if (back) {
        const second = tf.sub(b, g.change(a, ofG, batch));
        return tf.concat([tf.sub(a, f.change(second, ofF, batch)), second], 1);
      }
      const first = tf.add(a, f.change(b, ofF, batch));
      return tf.concat([first, tf.add(b, g.change(first, ofG, batch))], 1);
    },
  });
  return { embedding: made(false), states: made(true) };
}
