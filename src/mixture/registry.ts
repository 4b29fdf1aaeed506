/** The mixtures by name, for recipes and lists. Adding one is a file, a row here and a test. */
import * as z from "zod";
import { makeOf, type Registry, type Written } from "../registry.js";
import { anneal, blendSwitch } from "./by-rate.js";
import { capped } from "./capped.js";
import { fixed } from "./fixed.js";
import { online } from "./online/rows.js";
import { onward } from "./onward.js";
import { phases, twoPhase } from "./phases.js";
import { quality } from "./quality.js";
import { ramp } from "./ramp.js";
import { replay } from "./replay.js";
import { temperature } from "./temperature.js";
import type { Mixture } from "./types.js";
import { unimax } from "./unimax.js";
import { weighted } from "./weighted.js";

const share = z.number().min(0).max(1);
const byDomain = z.record(z.string().min(1), share);
const positive = z.record(z.string().min(1), z.number().gt(0));
const sizes = positive.optional();
const sized = { sizes, domains: z.array(z.string().min(1)).min(1).optional() };
const epochs = z.number().gt(0).optional();
const of = z.looseObject({ name: z.string() });

export const mixtures = {
  fixed: {
    summary: "the same token shares at every step",
    reference: "Ibrahim et al. 2024, https://arxiv.org/abs/2403.08763",
    options: z.strictObject({ shares: byDomain }),
    example: { shares: { old: 0.25, new: 0.75 } },
    make: ({ shares }: { shares: Record<string, number> }) => fixed(shares),
  },
  replay: {
    summary:
      "old text beside new under a budget: the same tokens in all, the same new ones in a longer run, or larger batches",
    reference:
      "Ibrahim et al. 2024, https://arxiv.org/abs/2403.08763; Abbes et al. 2025, https://arxiv.org/abs/2508.01908",
    options: z.strictObject({
      budget: z.enum(["fixed-total", "fixed-new", "additive"]),
      share: share.lt(1),
      old: z.union([z.string().min(1), byDomain]),
      new: z.union([z.string().min(1), byDomain]),
    }),
    example: { budget: "fixed-total", share: 0.25, old: "old", new: "new" },
    make: replay,
  },
  temperature: {
    summary: "shares in proportion to size^alpha: 1 as there is text, 0.5 its square root, 0 all alike",
    reference: "Conneau et al. 2019, https://arxiv.org/abs/1911.02116",
    options: z.strictObject({ ...sized, alpha: z.number().min(0).optional() }),
    example: { sizes: { old: 300, new: 100 }, alpha: 0.5 },
    make: temperature,
  },
  unimax: {
    summary: "as even as it can be while no domain is read more than so many times",
    reference: "Chung et al. 2023 (UniMax), https://arxiv.org/abs/2304.09151",
    options: z.strictObject({ ...sized, epochs, budget: z.number().gt(0).optional() }),
    example: { domains: ["old", "new"], epochs: 4 },
    make: unimax,
  },
  capped: {
    summary: "wished shares, as close as a cap on the times a domain is read allows",
    reference: "Muennighoff et al. 2023, https://arxiv.org/abs/2305.16264",
    options: z.strictObject({ shares: byDomain, epochs, sizes }),
    example: { shares: { old: 0.25, new: 0.75 }, epochs: 4 },
    make: capped,
  },
  quality: {
    summary: "shares in proportion to size times a quality of each domain",
    reference: "Brown et al. 2020 (GPT-3), https://arxiv.org/abs/2005.14165",
    options: z.strictObject({ quality: positive, sizes }),
    example: { quality: { old: 1, new: 3 } },
    make: quality,
  },
  ramp: {
    summary: "from some shares to others at a steady rate",
    reference: "Elhady et al. 2025, https://arxiv.org/abs/2506.00288",
    options: z.strictObject({ from: byDomain, to: byDomain, begin: share.optional(), end: share.optional() }),
    example: { from: { old: 0.5, new: 0.5 }, to: { new: 1 } },
    make: ramp,
  },
  phases: {
    summary: "shares that change in steps",
    reference: "OLMo et al. 2024 (OLMo 2), https://arxiv.org/abs/2501.00656",
    options: z.strictObject({ phases: z.array(z.strictObject({ from: share, shares: byDomain })).min(1) }),
    example: {
      phases: [
        { from: 0, shares: { new: 1 } },
        { from: 0.5, shares: { old: 0.5, new: 0.5 } },
      ],
    },
    make: phases,
  },
  "two-phase": {
    summary: "two phases with the same mean, however far apart: order without amount",
    reference: "Feng et al. 2024, https://arxiv.org/abs/2412.15285",
    options: z.strictObject({
      mean: byDomain,
      first: share.optional(),
      contrast: z.record(z.string().min(1), z.number().min(-1).max(1)),
    }),
    example: { mean: { old: 0.25, new: 0.75 }, contrast: { old: 0.5, new: -0.5 } },
    make: twoPhase,
  },
  anneal: {
    summary: "from one mix to another in step with the decay of the learning rate",
    reference: "OLMo et al. 2024 (OLMo 2), https://arxiv.org/abs/2501.00656",
    options: z.strictObject({ from: byDomain, to: byDomain, lowest: share.lt(1).optional() }),
    example: { from: { old: 0.25, new: 0.75 }, to: { old: 0.75, new: 0.25 }, lowest: 0.1 },
    make: anneal,
  },
  "blend-switch": {
    summary: "a second blend from where the learning rate has come down to a fifth of its highest",
    reference: "Parmar et al. 2024 (Reuse, Don't Retrain), https://arxiv.org/abs/2407.07263",
    options: z.strictObject({ before: byDomain, after: byDomain, rate: share.lt(1).optional() }),
    example: { before: { old: 0.75, new: 0.25 }, after: { new: 1 } },
    make: blendSwitch,
  },
  weighted: {
    summary: "another mixture's shares, and a weight on each domain's loss",
    reference: "Xie et al. 2023 (DoReMi), https://arxiv.org/abs/2305.10429",
    options: z.strictObject({ of, weights: positive }),
    example: { of: { name: "fixed", shares: { old: 0.25, new: 0.75 } }, weights: { old: 2, new: 1 } },
    make: ({ of, weights }: { of: Written; weights: Record<string, number> }): Mixture =>
      weighted({ of: makeOf<Mixture>(mixtures, of), weights }),
  },
  ...online,
  onward: {
    summary: "another mixture from one of its updates on, as a branch keeps it",
    reference: "Hu et al. 2024 (MiniCPM), https://arxiv.org/abs/2404.06395",
    options: z.strictObject({ of, from: z.int().min(0), total: z.int().min(1) }),
    example: { of: { name: "fixed", shares: { old: 0.25, new: 0.75 } }, from: 4, total: 12 },
    make: ({ of, ...at }: { of: Written; from: number; total: number }): Mixture =>
      onward({ of: makeOf<Mixture>(mixtures, of), ...at }),
  },
} satisfies Registry<Mixture>;
