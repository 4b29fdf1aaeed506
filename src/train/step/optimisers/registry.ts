/** The optimisers by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../../registry.js";
import { adamw } from "./adamw.js";
import { lion } from "./lion.js";
import { keptMoments } from "./moments.js";
import { muon } from "./muon.js";
import { rates } from "../roles.js";
import type { Optimiser } from "../types.js";

const rate = z.number().min(0).lt(1);
const betas = z.tuple([rate, rate]).optional();
const epsilon = z.number().gt(0).optional();
const moments = z.enum(keptMoments).optional();
/** What all of them take. */
const common = {
  weightDecay: z.number().min(0).optional(),
  clip: z.union([z.number().gt(0), z.literal("none")]).optional(),
  rates: rates.optional(),
};

export const optimisers = {
  adamw: {
    summary: "Adam with decoupled weight decay of matrices and clipping by the global norm",
    reference: "Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101",
    options: z.strictObject({ betas, epsilon, moments, ...common }),
    example: { betas: [0.9, 0.95], weightDecay: 0.1 },
    make: adamw,
  },
  lion: {
    summary: "the sign of momentum mixed with the gradient: one moment, and every number moves by the rate",
    reference: "Chen et al. 2023, https://arxiv.org/abs/2302.06675",
    options: z.strictObject({ betas, moments, ...common }),
    example: { weightDecay: 1, rates: { embedding: 0.5 }, moments: "8-bit" },
    make: lion,
  },
  muon: {
    summary: "momentum made orthogonal for the layers' matrices, AdamW for the rest",
    reference: "Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/",
    options: z.strictObject({
      momentum: rate.optional(),
      nesterov: z.boolean().optional(),
      iterations: z.int().min(1).max(99).optional(),
      scale: z.enum(["match-rms", "original"]).optional(),
      adamw: z.strictObject({ rate: z.number().gt(0).optional(), betas, epsilon }).optional(),
      ...common,
    }),
    example: { scale: "original", adamw: { rate: 0.5 } },
    make: muon,
  },
} satisfies Registry<Optimiser>;
