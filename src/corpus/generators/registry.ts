/** Generators of text with known truth by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { agreement } from "./agreement.js";
import { arithmetic } from "./arithmetic.js";
import { countFields } from "./counts.js";
import { lego } from "./lego.js";
import { repeats } from "./repeats.js";
import type { Generator } from "./types.js";

export const generators = {
  agreement: {
    summary: "sentences whose verb agrees with its subject, with nouns of the other number between them",
    reference: "Linzen et al. 2016, https://arxiv.org/abs/1611.01368",
    options: z.strictObject({ attractors: z.int().min(0).max(2).optional(), ...countFields }),
    example: { attractors: 1 },
    make: agreement,
  },
  arithmetic: {
    summary: "sums of two numbers, in digits or in words",
    reference: "Brown et al. 2020, https://arxiv.org/abs/2005.14165",
    options: z.strictObject({
      digits: z.int().min(1).max(5).optional(),
      words: z.boolean().optional(),
      choices: z.int().min(2).max(4).optional(),
      ...countFields,
    }),
    example: { digits: 1 },
    make: arithmetic,
  },
  lego: {
    summary: "chains of letters that stand for 0 or 1, each told by the one before it",
    reference: "Zhang et al. 2022, https://arxiv.org/abs/2206.04301",
    options: z.strictObject({ length: z.int().min(1).max(12).optional(), ...countFields }),
    example: { length: 3 },
    make: lego,
  },
  repeats: {
    summary: "made-up words in a new order, twice",
    reference: "Olsson et al. 2022, https://arxiv.org/abs/2209.11895",
    options: z.strictObject({ length: z.int().min(3).max(64).optional(), ...countFields }),
    example: { length: 5 },
    make: repeats,
  },
} satisfies Registry<Generator>;
