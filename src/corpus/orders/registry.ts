/** The orders of reading by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import { makeOf, type Registry, schemaOf, type Written } from "../../registry.js";
import { scores } from "../scores/registry.js";
import type { Score } from "../scores/types.js";
import { curriculum, type CurriculumOptions } from "./curriculum.js";
import { inContext } from "./in-context.js";
import { interleaved } from "./interleaved.js";
import { type PacingName, pacings } from "./pacing.js";
import { packed } from "./packed.js";
import { pairs } from "./pairs.js";
import { reservoir } from "./reservoir.js";
import { sequential } from "./sequential.js";
import { shuffled } from "./shuffled.js";
import { subset, type SubsetOptions } from "./subset.js";
import type { Order } from "./types.js";

/** Options as a recipe writes them: the score as its row's name beside its options. */
type WithScore<Options> = Omit<Options, "score"> & { score: Written };

const score = schemaOf(scores);
const scoreOf = (written: Written): Score => makeOf<Score>(scores, written);

export const orders = {
  shuffled: {
    summary: "every window once an epoch, shuffled anew each time",
    reference: "Bottou 2012, https://doi.org/10.1007/978-3-642-35289-8_25",
    options: z.strictObject({}),
    example: {},
    make: shuffled,
  },
  sequential: {
    summary: "the text as it stands, once over and again",
    reference: "Bottou 2012, https://doi.org/10.1007/978-3-642-35289-8_25",
    options: z.strictObject({}),
    example: {},
    make: sequential,
  },
  subset: {
    summary: "a part of the text for several epochs, by chance or the best by a score",
    reference: "Guo et al. 2024, https://arxiv.org/abs/2406.14833",
    options: z.strictObject({
      share: z.number().gt(0).max(1).optional(),
      tokens: z.int().min(1).optional(),
      score: score.optional(),
      hardestFirst: z.boolean().optional(),
    }),
    example: { share: 0.25 },
    of: { score: scores },
    make: ({ score, ...rest }: Omit<SubsetOptions, "score"> & { score?: Written }): Order =>
      subset({ ...rest, score: score && scoreOf(score) }),
  },
  curriculum: {
    summary: "from easy to hard by a score, as a pacing function says",
    reference:
      "Bengio et al. 2009, https://doi.org/10.1145/1553374.1553380; Wu et al. 2021, https://arxiv.org/abs/2012.03107",
    options: z.strictObject({
      score,
      hardestFirst: z.boolean().optional(),
      pacing: z.enum(Object.keys(pacings) as [PacingName]).optional(),
      start: z.number().gt(0).max(1).optional(),
      until: z.number().gt(0).optional(),
      power: z.number().min(1).optional(),
    }),
    example: { score: { name: "compression" }, pacing: "root", start: 0.2 },
    of: { score: scores },
    make: ({ score, ...rest }: WithScore<CurriculumOptions>): Order => curriculum({ ...rest, score: scoreOf(score) }),
  },
  interleaved: {
    summary: "bins of a score dealt in turn, so that every stretch is as easy as any other",
    reference: "Zhang et al. 2025, https://arxiv.org/abs/2506.11300",
    options: z.strictObject({ score, bins: z.int().min(2).optional() }),
    example: { score: { name: "mtld" }, bins: 3 },
    of: { score: scores },
    make: ({ score, bins }: { score: Written; bins?: number }): Order => interleaved({ score: scoreOf(score), bins }),
  },
  "in-context": {
    summary: "each document after the one most like it, so that what a window holds is related; or the same by chance",
    reference: "Shi et al. 2024, https://arxiv.org/abs/2310.10638",
    options: z.strictObject({
      neighbours: z.int().min(1).optional(),
      alike: z.number().min(0).max(1).optional(),
      permuted: z.boolean().optional(),
    }),
    example: { neighbours: 9 },
    make: inContext,
  },
  packed: {
    summary: "whole documents, as many to a window as fit best, and padding; each once an epoch",
    reference: "Ding et al. 2024 (best-fit packing), https://arxiv.org/abs/2404.10830",
    options: z.strictObject({ split: z.boolean().optional() }),
    example: { split: true },
    make: packed,
  },
  pairs: {
    summary:
      "two documents to a window, the first and second, third and fourth, … of the text, each padded to half of it",
    reference: "Rafailov et al. 2023 (DPO), https://arxiv.org/abs/2305.18290",
    options: z.strictObject({}),
    example: {},
    make: pairs,
  },
  reservoir: {
    summary: "the text as it stands, with replay from a limited buffer that is a fair sample of what was read",
    reference: "Vitter 1985, https://doi.org/10.1145/3147.3165",
    options: z.strictObject({ size: z.int().min(1), replay: z.number().min(0).lt(1).optional() }),
    example: { size: 8, replay: 0.5 },
    make: reservoir,
  },
} satisfies Registry<Order>;
