/**
 * Latest weight averaging (Kaddour 2022): the mean of the last `last` models, one taken every `every` updates; of fewer while
 * there are fewer. Unlike an exponential average it forgets the start altogether. It changes nothing of the training, and costs
 * `last` + 1 copies of what is trained, which are in every checkpoint; a run's snapshots, averaged afterwards
 * (`merge.linear`), are the same models without that.
 */
import * as tf from "../../../tensors.js";
import type { Tensors } from "../../../engine/index.js";
import { made } from "../../../registry.js";
import type { Weights } from "../../../types.js";
import { averageSlots, counter, slotOf } from "./average.js";
import { check } from "../checks.js";
import type { Part } from "../types.js";

export interface LawaOptions {
  /** Updates from one model to the next. */
  every: number;
  /** Models; defaults to 5. */
  last?: number;
}

const COUNT = "lawa.count";
const kept = (name: string): string => `lawa.last.${name}`;

export function lawa({ every, last = 5 }: LawaOptions): Part {
  check("lawa", "every", every, Number.isInteger(every) && every >= 1);
  check("lawa", "last", last, Number.isInteger(last) && last >= 1);
  return made({
    name: "lawa",
    options: { every, last },
    copies: last + 1,
    begin(at) {
      const { leaves } = at.leaves;
      const empty: Weights = Object.fromEntries(
        Object.entries(leaves).map(([name, { shape }]) => [
          kept(name),
          { shape: [last, ...shape], data: new Float32Array(shape.reduce((a, b) => a * b, last)) },
        ]),
      );
      return {
        slots: { ...averageSlots("lawa", at), ...empty, ...counter(COUNT) },
        average: { name: "lawa", count: COUNT },
        periodic: {
          due: (step) => step % every === 0,
          change(state) {
            const count = tf.minimum(tf.add(state[COUNT]!, 1), last);
            const next: Tensors = { [COUNT]: count };
            for (const [name, { shape }] of Object.entries(leaves)) {
              const newest = tf.reshape(state[name]!, [1, ...shape]);
              const zeros = shape.map(() => 0);
              const older = last > 1 ? [tf.slice(state[kept(name)]!, [0, ...zeros], [last - 1, ...shape])] : [];
              // What was not taken yet is 0.
              const all = tf.concat([newest, ...older], 0);
              next[kept(name)] = all;
              next[slotOf("lawa", name)] = tf.div(tf.sum(all, 0), count);
            }
            return next;
          },
        },
      };
    },
  });
}
