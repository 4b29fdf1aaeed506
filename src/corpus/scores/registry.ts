/** Scores of windows by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { compression } from "./compression.js";
import { flesch } from "./flesch.js";
import { given } from "./given.js";
import { mtld } from "./mtld.js";
import { sentenceLength } from "./sentence-length.js";
import type { Score } from "./types.js";

const none = z.strictObject({});

export const scores = {
  compression: {
    summary: "deflated bytes over bytes; repetitive text is easy",
    reference: "Zhang et al. 2025, https://arxiv.org/abs/2506.11300",
    options: none,
    example: {},
    make: compression,
  },
  mtld: {
    summary: "lexical diversity; text that says few words often is easy",
    reference: "McCarthy & Jarvis 2010, https://doi.org/10.3758/BRM.42.2.381",
    options: none,
    example: {},
    make: mtld,
  },
  flesch: {
    summary: "Flesch's reading ease, of English alone; short sentences of short words are easy",
    reference: "Flesch 1948, https://doi.org/10.1037/h0057532",
    options: none,
    example: {},
    make: flesch,
  },
  "sentence-length": {
    summary: "words per sentence; short ones are easy",
    reference: "Platanios et al. 2019, https://arxiv.org/abs/1903.09848",
    options: none,
    example: {},
    make: sentenceLength,
  },
  given: {
    summary: "numbers computed before, one per window, such as the losses of a reference model",
    reference: "Hacohen & Weinshall 2019, https://arxiv.org/abs/1904.03626",
    options: z.strictObject({ values: z.array(z.number()).min(1), easy: z.enum(["low", "high"]).optional() }),
    example: { values: [2.5, 3.1, 2.9] },
    make: given,
  },
} satisfies Registry<Score>;
