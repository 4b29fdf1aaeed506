/**
 * Stochastic weight averaging (Izmailov et al. 2018): from some update on, the plain mean of what is trained after every
 * `every` updates. It wants a rate that stays up, constant or in cycles of `every` (`train.constant`, `train.cyclicCosine`), so
 * that the models differ. It changes nothing of the training, and costs a copy of what is trained.
 */
import * as tf from "../../../tensors.js";
import type { Tensors } from "../../../engine/index.js";
import { made } from "../../../registry.js";
import { averageSlots, counter, slotOf } from "./average.js";
import { check } from "../checks.js";
import type { Part } from "../types.js";

export interface SwaOptions {
  /** Share of the run's updates before the first model that counts; defaults to 0.75. */
  from?: number;
  /** Updates from one to the next; defaults to 1. */
  every?: number;
}

const COUNT = "swa.count";

export function swa({ from = 0.75, every = 1 }: SwaOptions = {}): Part {
  check("swa", "from", from, from >= 0 && from < 1);
  check("swa", "every", every, Number.isInteger(every) && every >= 1);
  return made({
    name: "swa",
    options: { from, every },
    begin(at) {
      const begins = Math.floor(from * at.steps);
      return {
        slots: { ...averageSlots("swa", at), ...counter(COUNT) },
        average: { name: "swa", count: COUNT },
        periodic: {
          due: (step) => step > begins && (step - begins) % every === 0,
          change(state) {
            const count = tf.add(state[COUNT]!, 1);
            const next: Tensors = { [COUNT]: count };
            for (const name of Object.keys(at.leaves.leaves)) {
              const was = state[slotOf("swa", name)]!;
              next[slotOf("swa", name)] = tf.add(was, tf.div(tf.sub(state[name]!, was), count));
            }
            return next;
          },
        },
      };
    },
  });
}
