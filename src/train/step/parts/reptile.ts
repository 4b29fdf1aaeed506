/**
 * Meta-experience replay as it is done with language models (Abbes et al. 2025, https://arxiv.org/abs/2508.01908): every
 * `every` updates of ordinary replay the trained leaves go back towards where they were `every` updates ago,
 *
 *     leaf = before + rate · (leaf − before), and that is the next `before`,
 *
 * which is Reptile (Nichol et al. 2018) over the updates in between, and favours what their gradients agree on. It is done to
 * the float32 leaves that the optimiser goes on from. A rate of 1 is replay alone; what is kept of a window's progress is the
 * rate. The optimiser's moments stay as they are, shrink by the rate, or go back with the leaves. It costs a copy of the leaves
 * (and of the moments, where those go back), a pass over them at the updates where it happens, and nothing at the others.
 */
import * as tf from "../../../tensors.js";
import type { Tensors } from "../../../engine/index.js";
import { made } from "../../../registry.js";
import type { Weights } from "../../../types.js";
import { takenOf } from "../rows.js";
import type { Part } from "../types.js";

export const moments = ["keep", "scale", "interpolate"] as const;

export interface ReptileOptions {
  /** Updates from one to the next; defaults to 500, the paper's. */
  every?: number;
  /** Part of the way that is kept, above 0 up to 1; defaults to 0.1, the paper's. */
  rate?: number;
  /** What becomes of the optimiser's moments: nothing, times `rate`, or what becomes of the leaves. Defaults to "keep". */
  moments?: (typeof moments)[number];
}

export function reptile({ every = 500, rate = 0.1, moments: kind = "keep" }: ReptileOptions = {}): Part {
  if (!(Number.isInteger(every) && every >= 1))
    throw new Error(`reptile: invalid every: ${every} (a whole number from 1)`);
  if (!(rate > 0 && rate <= 1)) throw new Error(`reptile: invalid rate: ${rate} (above 0, at most 1)`);
  if (!moments.includes(kind)) throw new Error(`reptile: invalid moments: ${kind} (one of ${moments.join(", ")})`);
  return made({
    name: "reptile",
    options: { every, rate, moments: kind },
    begin({ leaves, weights, optimiser }) {
      const names = Object.keys(leaves.leaves);
      const start = takenOf(leaves.rows, { ...weights, ...leaves.added });
      const slots: Weights = Object.fromEntries(names.map((name) => [before(name), start[name]!]));
      const own = kind === "keep" ? {} : optimiser.slots(leaves.leaves);
      // A mean of codes is no mean of what they stand for.
      if (Object.values(own).some(({ stored }) => stored === "uint8"))
        throw new Error(`reptile: invalid moments: ${kind} (the optimiser's are kept in 8 bits; say "keep")`);
      const back = [...names];
      if (kind === "interpolate")
        for (const [name, { shape }] of Object.entries(own)) {
          slots[before(name)] = { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
          back.push(name);
        }
      return {
        slots,
        periodic: {
          due: (step) => step % every === 0,
          change(state) {
            for (const [name, { shape }] of Object.entries(own))
              if (String(state[name]?.shape) !== String(shape))
                throw new Error(`reptile: invalid moments: ${kind} (another part has changed ${name}; say "keep")`);
            const next: Tensors = {};
            for (const name of back) {
              const was = state[before(name)]!;
              next[name] = tf.add(was, tf.mul(tf.sub(state[name]!, was), rate));
              next[before(name)] = tf.clone(next[name]);
            }
            if (kind === "scale") for (const name of Object.keys(own)) next[name] = tf.mul(state[name]!, rate);
            return next;
          },
        },
      };
    },
  });
}

const before = (name: string): string => `reptile.${name}`;
