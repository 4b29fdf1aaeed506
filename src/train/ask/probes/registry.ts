/** What a model can be asked by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import { generators } from "../../../corpus/index.js";
import type { Registry } from "../../../registry.js";
import { biographies } from "./biographies.js";
import { languageConfusion } from "./confusion.js";
import { facts } from "./facts.js";
import * as generated from "./generated.js";
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
    make: generated.arithmetic,
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
  brevo: {
    summary: "an order in which all that one needs can be had, among wrong ones",
    reference: generators.brevo.reference,
    options: generators.brevo.options.omit({ documents: true }).extend({ seed }),
    example: { length: 8, questions: 4 },
    make: generated.brevo,
  },
  clone: {
    summary: "words of a clone of English: which is which, among words of a kind",
    reference: generators.clone.reference,
    options: generators.clone.options.omit({ documents: true, write: true, sentences: true }).extend({ seed }),
    example: { overlap: 0.2, questions: 4 },
    make: generated.clone,
  },
  countries: {
    summary: "currencies, languages and names of countries, by whether spelling tells them",
    reference: generators.countries.reference,
    options: generators.countries.options.extend({ seed }),
    example: { questions: 4 },
    make: generated.countries,
  },
  depo: {
    summary: "who is some places on in a circle, by how many",
    reference: generators.depo.reference,
    options: generators.depo.options.omit({ documents: true }).extend({ seed }),
    example: { length: 6, hops: 2, questions: 4 },
    make: generated.depo,
  },
  dyck: {
    summary: "which bracket closes, by how many are open",
    reference: generators.dyck.reference,
    options: generators.dyck.options.omit({ documents: true }).extend({ seed }),
    example: { brackets: 2, length: 8, questions: 4 },
    make: generated.dyck,
  },
  facts: {
    summary: "invented facts, asked in several ways and languages: right, steady, and in the language asked",
    reference: generators.facts.reference,
    options: generators.facts.options.omit({ copies: true }).extend({ seed }),
    example: { relations: 1, asked: 2 },
    make: facts,
  },
  graph: {
    summary: "facts of a graph, by one step, by two, and from behind",
    reference: generators.graph.reference,
    options: generators.graph.options.omit({ arm: true, characters: true }).extend({ seed }),
    example: { entities: 10, questions: 6 },
    make: generated.graph,
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
  instructions: {
    summary: "questions about those whose documents have some, and about the others",
    reference: generators.instructions.reference,
    options: generators.instructions.options
      .omit({ arm: true, characters: true, pairs: true, together: true })
      .extend({ seed }),
    example: { entities: 10, questions: 4 },
    make: generated.instructions,
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
  lano: {
    summary: "a sentence of a grammar and the same with one word wrong",
    reference: generators.lano.reference,
    options: generators.lano.options.omit({ documents: true }).extend({ seed }),
    example: { levels: 2, questions: 4 },
    make: generated.lano,
  },
  lego: {
    summary: "chains of letters that stand for 0 or 1, by how deep they are asked",
    reference: generators.lego.reference,
    options: generators.lego.options.omit({ documents: true }).extend({ seed }),
    example: { length: 2, questions: 4 },
    make: generated.lego,
  },
  mano: {
    summary: "sums of remainders, by how many signs they have",
    reference: generators.mano.reference,
    options: generators.mano.options.omit({ documents: true }).extend({ seed }),
    example: { modulus: 7, signs: 2, questions: 4 },
    make: generated.mano,
  },
  markov: {
    summary: "the likeliest symbol of a Markov chain, after those before it",
    reference: generators.markov.reference,
    options: generators.markov.options.omit({ documents: true }).extend({ seed }),
    example: { states: 4, length: 8, questions: 4 },
    make: generated.markov,
  },
  "minimal-pairs": {
    summary: "agreement of verb and subject, with nouns of the other number between them",
    reference: "Warstadt et al. 2020 (BLiMP), https://arxiv.org/abs/1912.00582",
    options: generators.agreement.options.omit({ documents: true }).extend({ seed }),
    example: { questions: 30 },
    make: minimalPairs,
  },
  nca: {
    summary: "a word of the last grid, which the rule of those before decides",
    reference: generators.nca.reference,
    options: generators.nca.options.omit({ documents: true }).extend({ seed }),
    example: { size: 4, states: 2, steps: 3, questions: 4 },
    make: generated.nca,
  },
  repeats: {
    summary: "made-up words a second time: the next one of the first copy, which no text but the context tells",
    reference: generators.repeats.reference,
    options: generators.repeats.options.omit({ documents: true }).extend({ seed }),
    example: { length: 4, questions: 4 },
    make: generated.repeats,
  },
  "word-problems": {
    summary: "how many somebody has, by steps",
    reference: generators["word-problems"].reference,
    options: generators["word-problems"].options.omit({ documents: true }).extend({ seed }),
    example: { steps: 2, questions: 4 },
    make: generated.wordProblems,
  },
} satisfies Registry<Probe>;
