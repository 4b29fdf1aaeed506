/** What a model can be asked by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import { generators } from "../../../corpus/index.js";
import type { Registry } from "../../../registry.js";
import { biographies } from "./biographies.js";
import { languageConfusion } from "./confusion.js";
import { facts } from "./facts.js";
import { arithmetic, countries, dyck, lego, markov, repeats } from "./generated.js";
import { inContextLearning } from "./in-context-learning.js";
import { induction } from "./induction.js";
import { infilling } from "./infilling.js";
import { minimalPairs } from "./minimal-pairs.js";
import { markToken } from "../../step/objectives/marks.js";
import type { Probe } from "./types.js";

const seed = z.int().optional();

export const probes = {
  arithmetic: {
    summary: "sums: the right number among others nearly right",
    reference: generators.arithmetic.reference,
    options: generators.arithmetic.options.omit({ documents: true }).extend({ seed }),
    example: { digits: 1, questions: 4 },
    make: arithmetic,
  },
  biographies: {
    summary: "questions about invented people, whose answers were taught or whose biographies alone say them",
    reference: generators.biographies.reference,
    options: generators.biographies.options
      .omit({ tellings: true, permute: true, write: true, of: true })
      .extend({ seed }),
    example: { people: 20, asked: 1, choices: 4 },
    make: biographies,
  },
  countries: {
    summary: "currencies, languages and names of countries, by whether spelling tells them",
    reference: generators.countries.reference,
    options: generators.countries.options.extend({ seed }),
    example: { questions: 4 },
    make: countries,
  },
  dyck: {
    summary: "which bracket closes, by how many are open",
    reference: generators.dyck.reference,
    options: generators.dyck.options.omit({ documents: true }).extend({ seed }),
    example: { brackets: 2, length: 8, questions: 4 },
    make: dyck,
  },
  facts: {
    summary: "invented facts, asked in several ways and languages: right, steady, and in the language asked",
    reference: generators.facts.reference,
    options: generators.facts.options.omit({ copies: true }).extend({ seed }),
    example: { relations: 1, asked: 2 },
    make: facts,
  },
  "in-context-learning": {
    summary: "what the distant part of the context is good for, on held-out documents longer than it",
    reference: "Olsson et al. 2022, https://arxiv.org/abs/2209.11895",
    options: z.strictObject({
      documents: z.int().min(2).optional(),
      domains: z.array(z.string().min(1)).min(1).optional(),
      seed,
    }),
    example: { documents: 4 },
    make: inContextLearning,
  },
  induction: {
    summary: "loss of the second copy of tokens drawn at random",
    reference: "Olsson et al. 2022, https://arxiv.org/abs/2209.11895",
    options: z.strictObject({
      length: z.int().min(2).optional(),
      items: z.int().min(1).optional(),
      seed,
    }),
    example: { items: 4 },
    make: induction,
  },
  infilling: {
    summary: "the middle of held-out documents given both sides, beside its prefix alone",
    reference: "Bavarian et al. 2022, https://arxiv.org/abs/2207.14255",
    options: z.strictObject({
      documents: z.int().min(2).optional(),
      domains: z.array(z.string().min(1)).min(1).optional(),
      sentinels: z.tuple([markToken, markToken, markToken]).optional(),
      cut: z.enum(["characters", "tokens"]).optional(),
      seed,
    }),
    example: { documents: 4, sentinels: [1, 2, 3] },
    make: infilling,
  },
  "language-confusion": {
    summary: "the language that is written after held-out text, by lines and words",
    reference: "Marchisio et al. 2024, https://arxiv.org/abs/2406.20052",
    options: z.strictObject({
      languages: z.record(z.string(), z.string()).optional(),
      documents: z.int().min(2).optional(),
      prompt: z.int().min(1).optional(),
      tokens: z.int().min(1).optional(),
      seed,
    }),
    example: { languages: { old: "en", new: "fi" }, documents: 2, tokens: 4 },
    make: languageConfusion,
  },
  lego: {
    summary: "chains of letters that stand for 0 or 1, by how deep they are asked",
    reference: generators.lego.reference,
    options: generators.lego.options.omit({ documents: true }).extend({ seed }),
    example: { length: 2, questions: 4 },
    make: lego,
  },
  markov: {
    summary: "the likeliest symbol of a Markov chain, after those before it",
    reference: generators.markov.reference,
    options: generators.markov.options.omit({ documents: true }).extend({ seed }),
    example: { states: 4, length: 8, questions: 4 },
    make: markov,
  },
  "minimal-pairs": {
    summary: "agreement of verb and subject, with nouns of the other number between them",
    reference: "Warstadt et al. 2020 (BLiMP), https://arxiv.org/abs/1912.00582",
    options: generators.agreement.options.omit({ documents: true }).extend({ seed }),
    example: { questions: 30 },
    make: minimalPairs,
  },
  repeats: {
    summary: "made-up words a second time: the next one of the first copy, which no text but the context tells",
    reference: generators.repeats.reference,
    options: generators.repeats.options.omit({ documents: true }).extend({ seed }),
    example: { length: 4, questions: 4 },
    make: repeats,
  },
} satisfies Registry<Probe>;
