/** Generators of text with known truth by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { agreement } from "./agreement.js";
import { arithmetic } from "./arithmetic.js";
import { biographies } from "./biographies.js";
import { biographyLanguageNames, biographyWays } from "./biography-words.js";
import { countryRelations } from "./cldr.js";
import { countries } from "./countries.js";
import { countFields } from "./counts.js";
import { factLanguage, relations, ways } from "./fact-words.js";
import { facts } from "./facts.js";
import { dyck } from "./dyck.js";
import { lego } from "./lego.js";
import { markov } from "./markov.js";
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
  biographies: {
    summary:
      "invented people: their biographies, and questions about those whose answers are taught and those whose are not",
    reference: "Allen-Zhu & Li 2023, https://arxiv.org/abs/2309.14316",
    options: z.strictObject({
      people: z.int().min(2).optional(),
      tellings: z.int().min(1).max(biographyWays).optional(),
      permute: z.boolean().optional(),
      languages: z.array(z.enum(biographyLanguageNames)).min(1).optional(),
      taught: z.number().min(0).max(1).optional(),
      write: z.array(z.enum(["biographies", "answers"])).optional(),
      of: z.enum(["all", "taught", "held-out"]).optional(),
      asked: z.int().min(0).optional(),
      choices: z.int().min(2).optional(),
    }),
    example: { people: 20, tellings: 2, asked: 1 },
    make: biographies,
  },
  countries: {
    summary: "currencies, languages and names of countries, in some 200 languages, from CLDR",
    reference: "Unicode CLDR, https://cldr.unicode.org",
    options: z.strictObject({
      relation: z.enum(countryRelations).optional(),
      language: z.string().min(2).optional(),
      into: z.string().min(2).optional(),
      shots: z.int().min(0).max(16).optional(),
      choices: z.int().min(2).optional(),
      questions: z.int().min(0).optional(),
    }),
    example: { relation: "name", into: "fi", questions: 8 },
    make: countries,
  },
  dyck: {
    summary: "brackets of several kinds, each closed by its own",
    reference: "Hu et al. 2025, https://arxiv.org/abs/2502.19249",
    options: z.strictObject({
      brackets: z.int().min(2).max(30).optional(),
      depth: z.int().min(1).max(100).optional(),
      length: z.int().min(2).multipleOf(2).optional(),
      open: z.number().gt(0).lt(1).optional(),
      ...countFields,
    }),
    example: { brackets: 2, depth: 4, length: 16 },
    make: dyck,
  },
  facts: {
    summary: "invented facts told in several ways and languages, some of them asked alone",
    reference: "Elazar et al. 2021 (ParaRel), https://arxiv.org/abs/2102.01017",
    options: z.strictObject({
      subjects: z.int().min(1).optional(),
      relations: z.int().min(1).max(relations.length).optional(),
      languages: z.array(z.string().min(1)).min(1).optional(),
      words: z.record(z.string().min(1), factLanguage).optional(),
      heldOut: z.int().min(0).lt(ways).optional(),
      copies: z.int().min(0).optional(),
      asked: z.int().min(0).optional(),
      askIn: z.array(z.string().min(1)).min(1).optional(),
    }),
    example: { subjects: 10, relations: 2, asked: 2 },
    make: facts,
  },
  lego: {
    summary: "chains of letters that stand for 0 or 1, each told by the one before it",
    reference: "Zhang et al. 2022, https://arxiv.org/abs/2206.04301",
    options: z.strictObject({ length: z.int().min(1).max(12).optional(), ...countFields }),
    example: { length: 3 },
    make: lego,
  },
  markov: {
    summary: "symbols that depend on the few before them alone, so that the least loss is known",
    reference: "Shannon 1948, https://doi.org/10.1002/j.1538-7305.1948.tb01338.x",
    options: z.strictObject({
      order: z.int().min(1).max(5).optional(),
      states: z.int().min(2).max(100).optional(),
      concentration: z.number().min(0.02).max(100).optional(),
      length: z.int().min(2).optional(),
      sources: z.int().min(1).max(10).optional(),
      transitions: z
        .array(z.array(z.number().min(0).max(1)).min(2))
        .min(2)
        .optional(),
      ...countFields,
    }),
    example: { order: 2, states: 4, length: 32 },
    make: markov,
  },
  repeats: {
    summary: "made-up words in a new order, twice",
    reference: "Olsson et al. 2022, https://arxiv.org/abs/2209.11895",
    options: z.strictObject({ length: z.int().min(3).max(64).optional(), ...countFields }),
    example: { length: 5 },
    make: repeats,
  },
} satisfies Registry<Generator>;
