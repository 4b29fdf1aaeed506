/** The mixtures by name, for recipes and lists. Adding one is a file, a row here and a test. */
import * as z from "zod";
import type { Registry } from "../registry.js";
import { fixed } from "./fixed.js";
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
} satisfies Registry<Mixture>;
