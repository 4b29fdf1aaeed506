/** Scores of texts by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { chance } from "./chance.js";
import { compression } from "./compression.js";
import { dsir } from "./dsir.js";
import { paths } from "./examples.js";
import { flesch } from "./flesch.js";
import { given } from "./given.js";
import { languageScore } from "./language.js";
import { lix } from "./lix.js";
import { mtld } from "./mtld.js";
import { ngram } from "./ngram.js";
import { quality } from "./quality.js";
import { sentenceLength } from "./sentence-length.js";
import { similar } from "./similar.js";
import type { Score } from "./types.js";

const none = z.strictObject({});
const field = z.string().min(1).optional();

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
  lix: {
    summary: "readability by long words and long sentences, of languages with spaces between words",
    reference: "Björnsson 1968, Läsbarhet (LIX)",
    options: none,
    example: {},
    make: lix,
  },
  "sentence-length": {
    summary: "words per sentence; short ones are easy",
    reference: "Platanios et al. 2019, https://arxiv.org/abs/1903.09848",
    options: none,
    example: {},
    make: sentenceLength,
  },
  ngram: {
    summary: "perplexity per byte or unit under an n-gram model (Kneser-Ney) of examples; what is like them is easy",
    reference:
      "Wenzek et al. 2020 (CCNet), https://arxiv.org/abs/1911.00359; Chen & Goodman 1999, https://doi.org/10.1006/csla.1999.0128",
    options: z.strictObject({
      from: paths,
      field,
      n: z.int().min(1).max(8).optional(),
      unit: z.enum(["characters", "words"]).optional(),
      per: z.enum(["byte", "unit"]).optional(),
    }),
    example: { from: "clean/*.txt", unit: "words", n: 2 },
    make: ngram,
    paths: ["from"],
  },
  quality: {
    summary: "probability of being one of the good examples, by hashed words and pairs; it learns their source too",
    reference: "Li et al. 2024 (DataComp-LM), https://arxiv.org/abs/2406.11794",
    options: z.strictObject({
      good: paths,
      bad: paths,
      field,
      passes: z.int().min(1).optional(),
      learningRate: z.number().gt(0).optional(),
      l2: z.number().min(0).optional(),
      seed: z.int().optional(),
    }),
    example: { good: "good.jsonl", bad: "bad.jsonl" },
    make: quality,
    paths: ["good", "bad"],
  },
  dsir: {
    summary: "log of how much likelier text is under a target than under raw text, by hashed words and pairs",
    reference: "Xie et al. 2023 (DSIR), https://arxiv.org/abs/2302.03169",
    options: z.strictObject({
      target: paths,
      raw: paths,
      field,
      buckets: z.int().min(1).optional(),
      smoothing: z.number().min(0).optional(),
      per: z.enum(["text", "gram"]).optional(),
    }),
    example: { target: "target.jsonl", raw: "raw.jsonl", per: "gram" },
    make: dsir,
    paths: ["target", "raw"],
  },
  similar: {
    summary: "cosine of its words (tf-idf) with the nearest of some texts, such as a task's",
    reference: "Gururangan et al. 2020, https://arxiv.org/abs/2004.10964",
    options: z.strictObject({ to: paths, raw: paths.optional(), field }),
    example: { to: "task.jsonl" },
    make: similar,
    paths: ["to", "raw"],
  },
  language: {
    summary: "probability of a language, by fastText's lid.176",
    reference: "Joulin et al. 2017, https://arxiv.org/abs/1607.01759",
    options: z.strictObject({ is: z.string().min(2) }),
    example: { is: "fi" },
    make: languageScore,
  },
  chance: {
    summary: "a number by chance: the control of every other score",
    reference: "as Gururangan et al. 2020 (RAND-TAPT), https://arxiv.org/abs/2004.10964",
    options: z.strictObject({ seed: z.int().optional() }),
    example: { seed: 1 },
    make: chance,
  },
  given: {
    summary: "numbers computed before, one per window or document, such as the losses of a reference model",
    reference: "Hacohen & Weinshall 2019, https://arxiv.org/abs/1904.03626",
    options: z.strictObject({ values: z.array(z.number()).min(1), easy: z.enum(["low", "high"]).optional() }),
    example: { values: [2.5, 3.1, 2.9] },
    make: given,
  },
} satisfies Registry<Score>;
