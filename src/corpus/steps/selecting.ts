/** The steps that go by a score, a language or a program, by name. */
import * as z from "zod";
import { makeOf, type Registry, schemaOf, type Written } from "../../registry.js";
import { paths } from "../scores/examples.js";
import { scores } from "../scores/registry.js";
import type { Score } from "../scores/types.js";
import { language } from "./language.js";
import { prox } from "./prox.js";
import { scoreStep, type ScoreStepOptions } from "./score.js";
import type { Step } from "./types.js";
import { weight, type WeightOptions } from "./weight.js";

/** Options as a recipe writes them: the score as its row's name beside its options. */
type ByWritten<Options> = Omit<Options, "by"> & { by: Written };

const by = schemaOf(scores);
const share = z.number().gt(0).max(1).optional();

export const selecting = {
  score: {
    summary: "documents whose score is within bounds stay, or the best or worst share by it, or a sample",
    reference:
      "Penedo et al. 2024 (FineWeb), https://arxiv.org/abs/2406.17557; Xie et al. 2023 (DSIR, the sample), https://arxiv.org/abs/2302.03169",
    options: z.strictObject({
      by,
      above: z.number().optional(),
      below: z.number().optional(),
      best: share,
      worst: share,
      sample: share,
      seed: z.int().optional(),
    }),
    example: { by: { name: "mtld" }, above: 5 },
    of: { by: scores },
    make: ({ by, ...rest }: ByWritten<ScoreStepOptions>) => scoreStep({ ...rest, by: makeOf<Score>(scores, by) }),
  },
  weight: {
    summary: "documents count more in the loss the better a score finds them",
    reference: "Sow et al. 2025 (weights by loss, made anew as it trains), https://arxiv.org/abs/2502.06733",
    options: z.strictObject({
      by,
      to: z.tuple([z.number().min(0), z.number().min(0)]).optional(),
      scale: z.enum(["place", "score"]).optional(),
      normalise: z.boolean().optional(),
    }),
    example: { by: { name: "compression" }, to: [0.5, 1.5] },
    of: { by: scores },
    make: ({ by, ...rest }: ByWritten<WeightOptions>) => weight({ ...rest, by: makeOf<Score>(scores, by) }),
  },
  language: {
    summary: "documents in the language of their text stay, or the lines of them that are",
    reference: "Penedo et al. 2024 (FineWeb), https://arxiv.org/abs/2406.17557",
    options: z.strictObject({
      is: z.string().min(2).optional(),
      among: z.array(z.string().min(2)).min(2).optional(),
      by: z.enum(["eld", "fasttext"]).optional(),
      least: z.number().min(0).max(1).optional(),
      lines: z.boolean().optional(),
    }),
    example: { is: "en" },
    make: language,
  },
  prox: {
    summary: "edits that a program of each document calls: drop_doc, remove_lines, normalize",
    reference: "Zhou et al. 2024 (ProX), https://arxiv.org/abs/2409.17115",
    options: z.strictObject({
      programs: paths.optional(),
      key: z.string().min(1).optional(),
      field: z.string().min(1).optional(),
      rules: z
        .strictObject({
          drop: z.string().min(1).optional(),
          removeLines: z.string().min(1).optional(),
          normalize: z.record(z.string().min(1), z.string()).optional(),
        })
        .optional(),
    }),
    example: { rules: { removeLines: "^- item", normalize: { needed: "wanted" } } },
    make: prox,
    paths: ["programs"],
  },
} satisfies Registry<Step>;
