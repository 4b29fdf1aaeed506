/** The optimisers by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { adamw } from "./adamw.js";
import type { Optimiser } from "./types.js";

const rate = z.number().min(0).lt(1);

export const optimisers = {
  adamw: {
    summary: "Adam with decoupled weight decay of matrices and clipping by the global norm",
    reference: "Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101",
    options: z.strictObject({
      betas: z.tuple([rate, rate]).optional(),
      epsilon: z.number().gt(0).optional(),
      weightDecay: z.number().min(0).optional(),
      clip: z.union([z.number().gt(0), z.literal("none")]).optional(),
    }),
    example: { betas: [0.9, 0.95], weightDecay: 0.1 },
    make: adamw,
  },
} satisfies Registry<Optimiser>;
