/**
 * Fill in the middle (Bavarian et al. 2022, https://arxiv.org/abs/2207.14255): some documents of a window are cut in three at two
 * places, of any characters alike, and the middle comes last. A document keeps its length: for the three marks its suffix loses its end;
 * where it has not so much, the document stays as it is. All is learned, marks too, unless only the middle is to be.
 */
import * as z from "zod";
import type { LanguageModel, Tokenizer } from "../../../types.js";
import type { Objective, RunningObjective } from "../objective.js";
import type { Drawn, Window } from "../windows.js";
import { documentsOptions, type DocumentsOptions, documentsSaid, seenOf, withDocuments } from "./documents.js";
import { checkMarks, type MarkToken, markToken, marksOf } from "./marks.js";
import { cutInThree, type Cut } from "./three-parts.js";
import { windowed } from "./windowed.js";

export interface FimOptions extends DocumentsOptions {
  /** Share of the documents that are cut; defaults to 0.5. */
  rate?: number;
  /** Of those, the share in which the suffix comes first, and prefix and middle together after it; defaults to 0.5. */
  suffixFirst?: number;
  /** Where documents are cut: "characters" and then encoded part by part, or between "tokens". Defaults to "characters". */
  cut?: Cut;
  /** Tokens before the prefix, the suffix and the middle; defaults to those of the tokenizer, e.g. `<|fim_prefix|>`. */
  sentinels?: readonly [prefix: MarkToken, suffix: MarkToken, middle: MarkToken];
  /** What is learned of a document that is cut: "all", or its "middle". Defaults to "all". */
  learn?: "all" | "middle";
}
/** Shape of the same in a recipe. */
export const fimOptions = z.strictObject({
  rate: z.number().min(0).max(1).optional(),
  suffixFirst: z.number().min(0).max(1).optional(),
  cut: z.enum(["characters", "tokens"]).optional(),
  sentinels: z.tuple([markToken, markToken, markToken]).optional(),
  learn: z.enum(["all", "middle"]).optional(),
  ...documentsOptions,
});

/** Before prefix, suffix and middle: Qwen, StarCoder, Code Llama, DeepSeek, Codestral. */
const usual = [
  ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"],
  ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"],
  ["▁<PRE>", "▁<SUF>", "▁<MID>"],
  ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"],
  ["[PREFIX]", "[SUFFIX]", "[MIDDLE]"],
];

export const fimMarks = (caller: string, tokenizer: Tokenizer, given: FimOptions["sentinels"]): number[] =>
  marksOf({ caller, option: "sentinels", tokenizer, given, usual });

export function fim(options: FimOptions = {}): Objective & RunningObjective {
  const { rate = 0.5, suffixFirst = 0.5, cut = "characters", sentinels, learn = "all" } = options;
  for (const [name, value] of Object.entries({ rate, suffixFirst }))
    if (!(value >= 0 && value <= 1)) throw new Error(`fim: invalid ${name}: ${value} (a share, from 0 to 1)`);
  const documents = documentsSaid("fim", options);
  const marks = (tokenizer: Tokenizer): number[] => fimMarks("fim", tokenizer, sentinels);
  return windowed({
    name: "fim",
    options: { rate, suffixFirst, cut, learn, ...(sentinels && { sentinels: [...sentinels] }), ...documents },
    check({ config, tokenizer }: LanguageModel) {
      checkMarks("fim", marks(tokenizer), config);
      if (cut === "characters" && tokenizer.encodeNow("a") === undefined)
        throw new Error(
          `fim: invalid cut: ${cut} (only Hugging Face's library encodes for this tokenizer; cut tokens)`,
        );
    },
    windows: {
      reads: ["documents"],
      sees: seenOf(documents),
      of(drawn) {
        const { tokens, weights } = rearranged(drawn, { rate, suffixFirst, cut, learn, marks: marks(drawn.tokenizer) });
        const seen = withDocuments(drawn, documents);
        return { ...seen, tokens, weights: Float32Array.from(seen.weights, (own, i) => own * weights[i]!) };
      },
    },
  });
}

type Rearranging = Required<Pick<FimOptions, "rate" | "suffixFirst" | "cut" | "learn">> & { marks: readonly number[] };

function rearranged(drawn: Drawn, { rate, suffixFirst, cut, learn, marks }: Rearranging): Window {
  const { documents, context, tokenizer, rng } = drawn;
  const tokens = Int32Array.from(drawn.tokens);
  const weights = new Float32Array(context).fill(1);
  for (let start = 0, end; start <= context; start = end) {
    end = start + 1;
    while (end <= context && documents![end] === documents![start]) end++;
    if (documents![start]! < 0 || rng.uniform() >= rate) continue;
    const [first, chance] = [rng.uniform() < suffixFirst, rng.fork(`${start}`)];
    const length = end - start - (tokens[end - 1] === tokenizer.endOfText ? 1 : 0);
    const own = tokens.subarray(start, start + length);
    const made = arranged(cutInThree(own, { cut, tokenizer, rng: chance }), { length, marks, suffixFirst: first });
    if (!made) continue;
    tokens.set(made.ids, start);
    if (learn === "middle") weights.fill(0, Math.max(0, start - 1), start - 1 + made.middle);
  }
  return { tokens, weights };
}

export interface Arranging {
  /** Tokens that there must be. */
  length: number;
  /** Before prefix, suffix and middle. */
  marks: readonly number[];
  suffixFirst: boolean;
}

/** The three parts in their new order, and where the middle begins; undefined where the suffix cannot give what is too much. */
export function arranged(
  [prefix, middle, suffix]: readonly [number[], number[], number[]],
  { length, marks, suffixFirst }: Arranging,
): { ids: number[]; middle: number } | undefined {
  const over = prefix.length + middle.length + suffix.length + 3 - length;
  if (over < 0 || suffix.length <= over) return undefined;
  const [P, S, M] = marks as [number, number, number];
  const left = suffix.slice(0, suffix.length - over);
  const before = suffixFirst ? [P, S, ...left, M, ...prefix] : [P, ...prefix, S, ...left, M];
  return { ids: [...before, ...middle], middle: before.length };
}
