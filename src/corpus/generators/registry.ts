/** Generators of text with known truth by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { agreement } from "./agreement.js";
import { arithmetic } from "./arithmetic.js";
import { biographies } from "./biographies.js";
import { biographyLanguageNames, biographyWays } from "./biography-words.js";
import { countryRelations } from "./cldr.js";
import { cloneFields } from "./clone.js";
import { clone } from "./cloned.js";
import { countries } from "./countries.js";
import { countFields } from "./counts.js";
import { factLanguage, relations, ways } from "./fact-words.js";
import { facts } from "./facts.js";
import { formal } from "./formal.js";
import { graph, graphArms } from "./graph.js";
import { relationNouns } from "./graph-world.js";
import { instructionArms, instructions } from "./instructions.js";
import { lego } from "./lego.js";
import { repeats } from "./repeats.js";
import type { Generator } from "./types.js";
import { wordProblems } from "./word-problems.js";

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
  clone: {
    summary: "sentences of a little grammar, and the same in a clone of English",
    reference: "Li et al. 2024 (PreAlign), https://arxiv.org/abs/2407.16222",
    options: z.strictObject({
      write: z.enum(["source", "clone"]).optional(),
      sentences: z.int().min(1).max(1000).optional(),
      ...cloneFields,
      ...countFields,
    }),
    example: { overlap: 0.2, order: "reversed" },
    make: clone,
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
  ...formal,
  graph: {
    summary: "a graph of facts as text: each by itself, in other words, or those of two and three entities together",
    reference: "Yang et al. 2024 (EntiGraph), https://arxiv.org/abs/2409.07431",
    options: z.strictObject({
      entities: z.int().min(4).max(500).optional(),
      relations: z.int().min(1).max(relationNouns.length).optional(),
      arm: z.enum(graphArms).optional(),
      characters: z.int().min(0).optional(),
      questions: z.int().min(0).optional(),
      choices: z.int().min(3).max(10).optional(),
    }),
    example: { entities: 20, relations: 2, arm: "pairs", characters: 20_000 },
    make: graph,
  },
  instructions: {
    summary: "documents with questions about them, or about others, and their answers",
    reference: "Cheng et al. 2024, https://arxiv.org/abs/2406.14491",
    options: z.strictObject({
      entities: z.int().min(8).max(5000).optional(),
      relations: z.int().min(1).max(relationNouns.length).optional(),
      pairs: z.int().min(1).max(relationNouns.length).optional(),
      together: z.int().min(1).max(16).optional(),
      arm: z.enum(instructionArms).optional(),
      taught: z.number().min(0).max(1).optional(),
      characters: z.int().min(0).optional(),
      questions: z.int().min(0).optional(),
      choices: z.int().min(2).max(8).optional(),
    }),
    example: { entities: 20, together: 2, characters: 20_000 },
    make: instructions,
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
  "word-problems": {
    summary: "how many somebody has, some steps from a number, in words",
    reference: "Cobbe et al. 2021 (GSM8K), https://arxiv.org/abs/2110.14168",
    options: z.strictObject({
      steps: z.int().min(1).max(10).optional(),
      distractors: z.int().min(0).max(10).optional(),
      shuffled: z.boolean().optional(),
      worked: z.boolean().optional(),
      ...countFields,
    }),
    example: { steps: 2, distractors: 1 },
    make: wordProblems,
  },
} satisfies Registry<Generator>;
