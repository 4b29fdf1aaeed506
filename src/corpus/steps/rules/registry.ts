/** Rows of the steps that judge by rules of published corpora: words, lines, ends of sentences and what repeats. */
import * as z from "zod";
import type { Registry } from "../../../registry.js";
import { c4 } from "../c4.js";
import { c4Paragraphs } from "../c4-paragraphs.js";
import { fineweb } from "../fineweb.js";
import { gopherQuality } from "../gopher-quality.js";
import { gopherRepetition } from "../gopher-repetition.js";
import type { Step } from "../types.js";
import { type WordRule, wordRules } from "./words.js";

const share = z.number().min(0).max(1).optional();
const amount = z.number().min(0).optional();
const whole = z.int().min(0).optional();
const shares = z.array(z.number().min(0).max(1)).max(12).optional();
const yesOrNo = z.boolean().optional();
/** How words are told apart. */
export const wordFields = {
  language: z
    .string()
    .regex(/^[a-z]{2,3}(?:[-_].+)?$/i, "expected a code of ISO 639, such as en or zh")
    .optional(),
  words: z.enum(Object.keys(wordRules) as WordRule[]).optional(),
};

export const rules = {
  "gopher-quality": {
    summary:
      "too few or too many words, short or long ones, signs, bullets, ellipses, few stop words: the document goes",
    reference: "Rae et al. 2021, A1.1, https://arxiv.org/abs/2112.11446; verdicts are datatrove's",
    options: z.strictObject({
      ...wordFields,
      ...{ minWords: whole, maxWords: whole, minWordLength: amount, maxWordLength: amount },
      ...{ maxSymbols: amount, maxBullets: share, maxEllipses: share, minLetters: share, minStopWords: whole },
      stopWords: z.array(z.string().min(1)).optional(),
    }),
    example: { minWords: 30 },
    make: gopherQuality,
  },
  "gopher-repetition": {
    summary: "lines, paragraphs or stretches of words that come again make up too much: the document goes",
    reference: "Rae et al. 2021, table A1, https://arxiv.org/abs/2112.11446; verdicts are datatrove's",
    options: z.strictObject({
      ...wordFields,
      ...{ lines: share, paragraphs: share, lineLetters: share, paragraphLetters: share },
      ...{ commonest: shares, stretches: shares },
    }),
    example: { lines: 0.2 },
    make: gopherRepetition,
  },
  c4: {
    summary:
      "lines without an end or of few words, of scripts and policies go; and documents of fewer than 5 sentences",
    reference: "Raffel et al. 2020, 2.2, https://arxiv.org/abs/1910.10683; verdicts and text are datatrove's",
    options: z.strictObject({
      ...wordFields,
      ...{ by: z.enum(["lines", "sentences"]).optional(), citations: yesOrNo, endings: z.string().optional() },
      ...{ minSentences: whole, minWords: whole, maxWordLength: whole },
      ...{ loremIpsum: yesOrNo, javascript: yesOrNo, curlyBracket: yesOrNo, policy: yesOrNo },
    }),
    example: { language: "ko", minSentences: 3 },
    make: c4,
  },
  "c4-paragraphs": {
    summary: "documents without three lines of 200 characters go",
    reference: "mC4, Xue et al. 2021, https://arxiv.org/abs/2010.11934; verdicts are datatrove's",
    options: z.strictObject({ paragraphs: whole, length: whole }),
    example: { length: 100 },
    make: c4Paragraphs,
  },
  fineweb: {
    summary:
      "few lines that end as sentences do, many short or repeated ones, or few words for each: the document goes",
    reference: "Penedo et al. 2024, 3.6, https://arxiv.org/abs/2406.17557; verdicts are datatrove's",
    options: z.strictObject({
      ...wordFields,
      ...{ minEnded: share, noneEnded: yesOrNo, endings: z.string().min(1).optional(), maxShort: share, short: whole },
      ...{ maxRepeated: share, maxLineEnds: amount },
    }),
    example: { maxRepeated: 0.1 },
    make: fineweb,
  },
} satisfies Registry<Step>;
