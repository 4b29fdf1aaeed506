/** The mixtures by name, for recipes and lists. Adding one is a file, a row here and a test. */
import * as z from "zod";
import { makeOf, type Registry, type Written } from "../registry.js";
import { fixed } from "./fixed.js";
import { online } from "./online/rows.js";
import { onward } from "./onward.js";
import { temperature } from "./temperature.js";
import type { Mixture } from "./types.js";

const share = z.number().min(0).max(1);
const byDomain = z.record(z.string().min(1), share);
const sizes = z.record(z.string().min(1), z.number().gt(0));

export const mixtures = {
  fixed: {
    summary: "the same token shares at every step",
    reference: "Ibrahim et al. 2024, https://arxiv.org/abs/2403.08763",
    options: z.strictObject({ shares: byDomain }),
    example: { shares: { old: 0.25, new: 0.75 } },
    make: ({ shares }: { shares: Record<string, number> }) => fixed(shares),
  },
  temperature: {
    summary: "shares in proportion to size^alpha",
    reference: "Conneau et al. 2019, https://arxiv.org/abs/1911.02116",
    options: z.strictObject({ sizes, alpha: z.number().min(0).optional() }),
    example: { sizes: { old: 300, new: 100 }, alpha: 0.5 },
    make: temperature,
  },
  ...online,
  onward: {
    summary: "another mixture from one of its updates on, as a branch keeps it",
    reference: "Hu et al. 2024 (MiniCPM), https://arxiv.org/abs/2404.06395",
    options: z.strictObject({ of: z.looseObject({ name: z.string() }), from: z.int().min(0), total: z.int().min(1) }),
    example: { of: { name: "fixed", shares: { old: 0.25, new: 0.75 } }, from: 4, total: 12 },
    make: ({ of, ...at }: { of: Written; from: number; total: number }): Mixture =>
      onward({ of: makeOf<Mixture>(mixtures, of), ...at }),
  },
} satisfies Registry<Mixture>;
