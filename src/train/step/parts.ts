/** What a step can do besides loss and update, by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { activeForgetting } from "./active-forgetting.js";
import { agem, projected } from "./agem.js";
import { ema } from "./ema.js";
import { moments, reptile } from "./reptile.js";
import type { Part } from "./types.js";

export const parts = {
  "active-forgetting": {
    summary: "draws the token embeddings anew every so many updates",
    reference: "Chen et al. 2023, https://arxiv.org/abs/2307.01163",
    options: z.strictObject({ every: z.int().min(1), deviation: z.number().gt(0).optional() }),
    example: { every: 2 },
    make: activeForgetting,
  },
  ema: {
    summary: "keeps an exponential moving average of what is trained",
    reference: "Polyak & Juditsky 1992, https://doi.org/10.1137/0330046",
    options: z.strictObject({ decay: z.number().min(0).lt(1).optional() }),
    example: { decay: 0.9 },
    make: ema,
  },
  reptile: {
    summary: "every so many updates goes part of the way back: meta-experience replay, beside a mixture that replays",
    reference: "Abbes et al. 2025, https://arxiv.org/abs/2508.01908",
    options: z.strictObject({
      every: z.int().min(1).optional(),
      rate: z.number().gt(0).max(1).optional(),
      moments: z.enum(moments).optional(),
    }),
    example: { every: 2, rate: 0.5, moments: "interpolate" },
    make: reptile,
  },
  agem: {
    summary: "takes out of each gradient, or update, what goes against the gradient on old text",
    reference: "Chaudhry et al. 2019 (A-GEM), https://arxiv.org/abs/1812.00420",
    options: z.strictObject({
      on: z.array(z.string().min(1)).min(1),
      batch: z.int().min(1).optional(),
      of: z.enum(projected).optional(),
    }),
    example: { on: ["old"], of: "update" },
    make: agem,
  },
} satisfies Registry<Part>;
