/**
 * A prefix language model (Raffel et al. 2020, §3.2.1): the first part of each window, of any length alike, is read from both
 * sides and not learned; the rest is the next token. `bothSided: false` learns the same tokens with causal attention. From
 * 512 tokens on prefixes cost what causal attention saves of the keys after a query: at 1,024 a step takes 1.17 times as long
 * (measured as in `documents.ts`).
 */
import * as z from "zod";
import type { Objective, RunningObjective } from "../objective.js";
import { windowed } from "./windowed.js";

export interface PrefixLmOptions {
  /** Whether the prefix is read from both sides; defaults to true. */
  bothSided?: boolean;
}
/** Shape of the same in a recipe. */
export const prefixLmOptions = z.strictObject({ bothSided: z.boolean().optional() });

export function prefixLm({ bothSided = true }: PrefixLmOptions = {}): Objective & RunningObjective {
  return windowed({
    name: "prefix-lm",
    options: { bothSided },
    windows: {
      reads: ["documents"],
      sees: bothSided ? ["prefix"] : [],
      of({ tokens, documents, context, rng }) {
        const prefix = 1 + rng.int(context);
        const weights = Float32Array.from({ length: context }, (_, i) =>
          i + 1 >= prefix && documents![i + 1]! >= 0 ? 1 : 0,
        );
        return { tokens, weights, ...(bothSided && { prefix }) };
      },
    },
  });
}
