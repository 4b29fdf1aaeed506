/** Rows of the steps that find what stood before, but for whole texts. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { minhash } from "../steps/minhash.js";
import { wordFields } from "../steps/rules/registry.js";
import { sentenceRepeats } from "../steps/sentence-repeats.js";
import { substring } from "../steps/substring.js";
import type { Step } from "../steps/types.js";
import { hashNames } from "./hashes.js";
import { normalForms } from "./normal.js";

const count = z.int().min(1).optional();
const whole = z.int().min(0).optional();
const normal = z.array(z.enum(normalForms)).optional();

export const repeated = {
  minhash: {
    summary: "documents that are like an earlier one, by the least hashes of their words in a row, go",
    reference:
      "Broder 1997, https://doi.org/10.1109/SEQUEN.1997.666900; clusters are datatrove's, https://github.com/huggingface/datatrove",
    options: z.strictObject({
      ...{ n: count, buckets: z.int().min(1).max(1000).optional(), hashes: z.int().min(1).max(1000).optional() },
      seed: z.int().min(0).max(0xffffffff).optional(),
      hash: z.enum(hashNames).optional(),
      normal,
      keep: z.enum(["first", "datatrove"]).optional(),
      ...wordFields,
    }),
    example: { n: 5 },
    make: minhash,
  },
  substring: {
    summary: "words or characters in a row that stood before, in any document, go; the first copy stays",
    reference: "Lee et al. 2022, 4.1, https://arxiv.org/abs/2107.06499",
    options: z.strictObject({ of: z.enum(["words", "characters"]).optional(), length: count, minLeft: whole }),
    example: { length: 50, minLeft: 20 },
    make: substring,
  },
  "sentence-repeats": {
    summary: "three sentences in a row that stood before go; and documents of which little is left then",
    reference: "Raffel et al. 2020, 2.2, https://arxiv.org/abs/1910.10683; text is datatrove's",
    options: z.strictObject({ n: count, minWords: whole, minSentences: whole, normal, ...wordFields }),
    example: { minWords: 20 },
    make: sentenceRepeats,
  },
} satisfies Registry<Step>;
