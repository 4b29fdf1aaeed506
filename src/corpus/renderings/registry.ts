/** What aligned documents become as text, by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import { makeOf, type Registry, schemaOf, type Written } from "../../registry.js";
import { apart, documentPair } from "./apart.js";
import { codeSwitch } from "./code-switch.js";
import { concatenation } from "./concatenation.js";
import { crossIc } from "./cross-ic.js";
import { alternating, interlinear } from "./interlinear.js";
import { restored } from "./restored.js";
import { romanised } from "./romanised.js";
import { tagged, translateTrain } from "./translations.js";
import { directions, type Rendering } from "./types.js";
import { unitNames } from "./units.js";

const direction = z.enum(directions).optional();
const unit = z.enum(unitNames).optional();
const bytes = z.int().min(1).optional();
const word = z.string().min(1);

/** What can be undone. */
const otherwise = {
  "code-switch": {
    summary: "words of one language's documents in the other's, by a dictionary",
    reference: "Yoo et al. 2024, https://arxiv.org/abs/2411.02460; Li et al. 2024, https://arxiv.org/abs/2407.16222",
    options: z.strictObject({
      rate: z.number().gt(0).max(1).optional(),
      pairs: z
        .array(z.tuple([word, word]))
        .min(1)
        .optional(),
      path: word.optional(),
      direction,
    }),
    example: { rate: 0.2, pairs: [["cat", "kissa"] as [string, string]] },
    make: codeSwitch,
    paths: ["path"],
  },
  romanised: {
    summary: "one language in Latin letters, character by character; with tags in both writings",
    reference: "any-ascii, https://github.com/anyascii/anyascii",
    options: z.strictObject({ of: z.enum(["first", "second"]).optional(), tags: z.tuple([word, word]).optional() }),
    example: { tags: ["<native> ", "<latin> "] as [string, string] },
    make: romanised,
  },
} satisfies Registry<Rendering>;

export const renderings = {
  pairs: {
    summary: "the two documents apart, for the order pairs",
    reference: "Conneau & Lample 2019, https://arxiv.org/abs/1901.07291",
    options: z.strictObject({}),
    example: {},
    make: apart,
  },
  "document-pair": {
    summary: "a document and then its translation, for orders that read a text as it stands",
    reference: "Conneau & Lample 2019, https://arxiv.org/abs/1901.07291",
    options: z.strictObject({ direction, bytes }),
    example: { bytes: 2048 },
    make: documentPair,
  },
  concatenation: {
    summary: "a text and its translation as one document, in an order that is drawn, or in one",
    reference: "Conneau & Lample 2019, https://arxiv.org/abs/1901.07291",
    options: z.strictObject({ direction, separator: z.string().optional() }),
    example: { direction: "forward" as const },
    make: concatenation,
  },
  interlinear: {
    summary: "every line, or sentence, and then its translation",
    reference: "Guo et al. 2024, https://arxiv.org/abs/2403.11430",
    options: z.strictObject({ unit, direction }),
    example: { unit: "sentence" as const },
    make: interlinear,
  },
  alternating: {
    summary: "one sentence in the one language, the next in the other, and none in both",
    reference: "Yoo et al. 2024, https://arxiv.org/abs/2411.02460",
    options: z.strictObject({ unit, direction }),
    example: { unit: "line" as const },
    make: alternating,
  },
  tagged: {
    summary: "source and target with tags in front, or without",
    reference: "Kondo et al. 2024, https://arxiv.org/abs/2407.03145",
    options: z.strictObject({
      source: z.string().optional(),
      target: z.string().optional(),
      separator: z.string().optional(),
      direction,
      loss: z.enum(["all", "target"]).optional(),
    }),
    example: { source: "<2{to}> ", direction: "drawn" as const },
    make: tagged,
  },
  "translate-train": {
    summary:
      "an instruction to translate, the source, and the target, which counts; the held-out part has a wording of its own",
    reference: "Zhu et al. 2023, https://arxiv.org/abs/2308.04948",
    options: z.strictObject({
      templates: z.array(word).min(1).optional(),
      heldOut: word.optional(),
      direction,
    }),
    example: { templates: ["{source}\nIn {to}: {target}"] },
    make: translateTrain,
  },
  ...otherwise,
  restored: {
    summary: "text that was code-switched or romanised, and then as it was, which counts",
    reference: "Yoo et al. 2024, https://arxiv.org/abs/2411.02460",
    options: z.strictObject({ by: schemaOf(otherwise), separator: z.string().optional() }),
    example: { by: { name: "romanised" } },
    make: ({ by, ...rest }: { by: Written; separator?: string }): Rendering =>
      restored({ by: makeOf<Rendering>(otherwise, by), ...rest }),
  },
  "cross-ic": {
    summary:
      "windows of paragraphs of two related documents in turn, each beginning with the last pair of the one before",
    reference: "CrossIC-PT, https://arxiv.org/abs/2504.20484",
    options: z.strictObject({ bytes, unit: z.enum(["paragraph", "line"]).optional(), direction }),
    example: { bytes: 1024, unit: "line" as const },
    make: crossIc,
  },
} satisfies Registry<Rendering>;

export type RenderingName = keyof typeof renderings;

/** A rendering, of what a corpus's pairs say of it. */
export function renderingOf(given: RenderingName | Written | Rendering): Rendering {
  if (typeof given !== "string" && "open" in given) return given as Rendering;
  const written = typeof given === "string" ? { name: given } : (given as Written);
  if (!Object.hasOwn(renderings, written.name))
    throw new Error(`paired: invalid as: ${written.name} (one of ${Object.keys(renderings).join(", ")})`);
  return makeOf<Rendering>(renderings, written);
}
