/** How a sweep chooses its runs, one row each. Adding one: a file, a row here and a test; whoever runs them sees no difference. */
import * as z from "zod";
import { type Registry, schemaOf } from "../../registry.js";
import { asha, type AshaOptions } from "./asha.js";
import { law, type LawOptions } from "./law.js";
import { plain } from "./plain.js";
import type { Search } from "./types.js";

const natural = z.int().min(1);
const of = schemaOf(plain);

export const searches = {
  ...plain,
  asha: {
    summary: "many runs a short way, the best of them further; a promoted run goes on from its checkpoint",
    reference:
      "Li et al. 2020, A System for Massively Parallel Hyperparameter Tuning, https://arxiv.org/abs/1810.05934",
    options: z.object({ of, loss: z.string().min(1), rungs: z.array(natural).min(1), eta: z.int().min(2).optional() }),
    example: { of: { name: "sobol", runs: 16, seed: 1 }, loss: "loss_ko", rungs: [50, 200], eta: 4 },
    of: { of: plain },
    make: (options: AshaOptions) => asha(options),
  },
  law: {
    summary: "the runs that a fitted law wants next, round after round",
    reference: "Jones, Schonlau and Welch 1998, Efficient Global Optimization of Expensive Black-Box Functions",
    options: z.object({
      law: z.string().min(1),
      columns: z.record(z.string(), z.string().min(1)).optional(),
      loss: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
      of,
      rounds: natural.max(1000),
      runs: natural.max(1000).optional(),
      seek: z
        .union([z.enum(["least", "surest"]), z.looseObject({ question: z.string() })], {
          error: `expected "least", "surest" or { "question": "critical-share", … }`,
        })
        .optional(),
      candidates: natural.max(1 << 14).optional(),
      resamples: z.int().min(20).max(10_000).optional(),
      seed: z.int().optional(),
    }),
    example: {
      law: "data-mixing",
      columns: { share: "mixture.ko" },
      loss: "loss_ko",
      of: { name: "sobol", runs: 8, seed: 1 },
      rounds: 4,
      runs: 2,
    },
    of: { of: plain },
    make: (options: LawOptions) => law(options),
  },
} satisfies Registry<Search>;
