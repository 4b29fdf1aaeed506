/**
 * Span corruption (Raffel et al. 2020, T5), for a decoder: the text with its spans cut out, then the spans, then the end of a
 * document; the loss is of what comes after the text.
 */
import * as z from "zod";
import type { Objective, RunningObjective } from "../objective.js";
import { denoised } from "./denoised.js";
import { checkMarks, type MarkToken, markToken, marksOf } from "./marks.js";
import { windowed } from "./windowed.js";

export interface SpanCorruptionOptions {
  /** Share of the tokens that are cut out; defaults to 0.15. */
  density?: number;
  /** Tokens of a span on average; defaults to 3. */
  length?: number;
  /** Tokens that stand for spans, in their order; defaults to the tokenizer's `<extra_id_0>`, `<extra_id_1>`, … */
  sentinels?: readonly MarkToken[];
  /** Whether the text is read from both sides; defaults to false. */
  bothSided?: boolean;
}
/** Shape of the same in a recipe. */
export const spanCorruptionOptions = z.strictObject({
  density: z.number().gt(0).lt(1).optional(),
  length: z.number().min(1).optional(),
  sentinels: z.array(markToken).min(1).optional(),
  bothSided: z.boolean().optional(),
});

/** T5's sentinels, as many as a tokenizer has. */
export function sentinelsOf(at: Omit<Parameters<typeof marksOf>[0], "option" | "usual">): number[] {
  const usual: string[] = [];
  while (at.tokenizer.idOf(`<extra_id_${usual.length}>`) !== undefined) usual.push(`<extra_id_${usual.length}>`);
  return marksOf({ ...at, option: "sentinels", usual: [usual.length > 0 ? usual : ["<extra_id_0>"]] });
}

export function checkNoise(caller: string, { density, length }: { density: number; length: number }): void {
  if (!(density > 0 && density < 1))
    throw new Error(`${caller}: invalid density: ${density} (between 0 and 1, a share of the tokens)`);
  if (!(length >= 1)) throw new Error(`${caller}: invalid length: ${length} (from 1, tokens of a span)`);
}

export function spanCorruption(options: SpanCorruptionOptions = {}): Objective & RunningObjective {
  const { density = 0.15, length = 3, sentinels, bothSided = false } = options;
  const caller = "spanCorruption";
  checkNoise(caller, { density, length });
  return windowed({
    name: "span-corruption",
    options: { density, length, ...(sentinels && { sentinels: [...sentinels] }), bothSided },
    check: ({ config, tokenizer }) => checkMarks(caller, sentinelsOf({ caller, tokenizer, given: sentinels }), config),
    windows: {
      reads: ["documents"],
      sees: bothSided ? ["prefix"] : [],
      of(drawn) {
        const marks = sentinelsOf({ caller, tokenizer: drawn.tokenizer, given: sentinels });
        return denoised(drawn, { caller, noise: { density, length }, marks, bothSided });
      },
    },
  });
}
