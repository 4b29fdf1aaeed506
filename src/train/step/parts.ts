/** What a step can do besides loss and update, by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { activeForgetting } from "./active-forgetting.js";
import { ema } from "./ema.js";
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
} satisfies Registry<Part>;
