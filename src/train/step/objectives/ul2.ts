/**
 * A mixture of denoisers (Tay et al. 2022, UL2): spans that are short and few (R), long or many (X), and the second part of the
 * text (S), each with a token before it that says which. Of each window one, by shares. Marks and modes are tokens like others:
 * where they are new, their rows are to be trained.
 */
import * as z from "zod";
import type { Objective, RunningObjective } from "../objective.js";
import { byShare } from "./by-share.js";
import { denoised } from "./denoised.js";
import { checkMarks, type MarkToken, markToken, marksOf } from "./marks.js";
import { checkNoise, sentinelsOf } from "./span-corruption.js";
import { windowed } from "./windowed.js";

const modeNames = ["R", "S", "X"] as const;
type Mode = (typeof modeNames)[number];

export interface Denoiser {
  mode: Mode;
  /** Share of the tokens that are cut out. */
  density: number;
  /** Tokens of a span on average, at most an eighth of the context; absent: one span, at the end. */
  length?: number;
  /** How many windows it gets, beside the others' shares; defaults to 1. */
  share?: number;
}

export interface Ul2Options {
  /** Defaults to the paper's seven. */
  denoisers?: readonly Denoiser[];
  /** Tokens that stand for spans, in their order; defaults to the tokenizer's `<extra_id_0>`, `<extra_id_1>`, … */
  sentinels?: readonly MarkToken[];
  /** Tokens that say which denoiser it is, or false for none; defaults to the tokenizer's `[NLU]`, `[S2S]` and `[NLG]`. */
  modes?: Record<Mode, MarkToken> | false;
  /** Whether what is before the targets is read from both sides; defaults to false. */
  bothSided?: boolean;
}
/** Shape of the same in a recipe. */
export const ul2Options = z.strictObject({
  denoisers: z
    .array(
      z.strictObject({
        mode: z.enum(modeNames),
        density: z.number().gt(0).lt(1),
        length: z.number().min(1).optional(),
        share: z.number().gt(0).optional(),
      }),
    )
    .min(1)
    .optional(),
  sentinels: z.array(markToken).min(1).optional(),
  modes: z.union([z.literal(false), z.strictObject({ R: markToken, S: markToken, X: markToken })]).optional(),
  bothSided: z.boolean().optional(),
});

export const paperDenoisers: readonly Denoiser[] = [
  { mode: "R", density: 0.15, length: 3 },
  { mode: "R", density: 0.15, length: 8 },
  { mode: "S", density: 0.25 },
  { mode: "X", density: 0.5, length: 3 },
  { mode: "X", density: 0.5, length: 8 },
  { mode: "X", density: 0.15, length: 64 },
  { mode: "X", density: 0.5, length: 64 },
];

export function ul2(options: Ul2Options = {}): Objective & RunningObjective {
  const { denoisers = paperDenoisers, sentinels, modes, bothSided = false } = options;
  for (const { density, length = 1, share = 1 } of denoisers) {
    checkNoise("ul2", { density, length });
    if (!(share > 0 && share < Infinity)) throw new Error(`ul2: invalid share: ${share} (above 0)`);
  }
  const given = modes && modeNames.map((mode) => modes[mode]);
  const marks = (tokenizer: Parameters<typeof sentinelsOf>[0]["tokenizer"]) => ({
    sentinels: sentinelsOf({ caller: "ul2", tokenizer, given: sentinels }),
    modes:
      modes === false
        ? []
        : marksOf({ caller: "ul2", option: "modes", tokenizer, given: given || undefined, usual: [usualModes] }),
  });
  return windowed({
    name: "ul2",
    options: {
      denoisers: denoisers.map((one) => ({ ...one })),
      ...(sentinels && { sentinels: [...sentinels] }),
      ...(modes !== undefined && { modes: modes && { ...modes } }),
      bothSided,
    },
    check({ config, tokenizer }) {
      const found = marks(tokenizer);
      checkMarks("ul2", [...found.sentinels, ...found.modes], config);
    },
    windows: {
      reads: ["documents"],
      sees: bothSided ? ["prefix"] : [],
      of(drawn) {
        const found = marks(drawn.tokenizer);
        const { mode, density, length = Infinity } = byShare(denoisers, drawn.rng);
        const most = length === Infinity ? Infinity : Math.max(1, drawn.context / 8);
        return denoised(drawn, {
          caller: "ul2",
          noise: { density, length: Math.min(length, most) },
          marks: found.sentinels,
          mode: found.modes[modeNames.indexOf(mode)],
          bothSided,
        });
      },
    },
  });
}

/** In the order of `modeNames`: as the paper's authors call them in their checkpoints. */
const usualModes = ["[NLU]", "[S2S]", "[NLG]"];
