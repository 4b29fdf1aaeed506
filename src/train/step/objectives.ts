/** What is minimised, by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { causal } from "./causal.js";
import { growingVocabulary, growingVocabularyOptions } from "./growing-vocabulary.js";
import { kl, klOptions } from "./kl.js";
import { masked } from "./masked.js";
import { maskingOptions } from "./masking.js";
import type { Objective } from "./objective.js";

export const objectives = {
  causal: {
    summary: "the next token, everywhere",
    reference: "Bengio et al. 2003, https://www.jmlr.org/papers/v3/bengio03a.html",
    options: z.strictObject({}),
    example: {},
    make: causal,
  },
  "growing-vocabulary": {
    summary: "the next token, of a vocabulary that grows with training; the rest is read as unknown",
    reference: "Diehl Martinez et al. 2023 (CLIMB), https://arxiv.org/abs/2311.08886",
    options: growingVocabularyOptions,
    example: { start: 0.4, until: 0.75 },
    make: growingVocabulary,
  },
  kl: {
    summary: "the next token, and the divergence from a frozen teacher's prediction, as a rule the base's",
    reference: "Hinton et al. 2015, https://arxiv.org/abs/1503.02531",
    options: klOptions,
    example: { teacher: "base", weight: 0.5, temperature: 2, on: ["old"] },
    make: kl,
  },
  masked: {
    summary: "tokens that are hidden, from both sides; for encoders",
    reference: "Devlin et al. 2019, https://arxiv.org/abs/1810.04805",
    options: maskingOptions,
    example: { rate: 0.2 },
    make: masked,
  },
} satisfies Registry<Objective>;
