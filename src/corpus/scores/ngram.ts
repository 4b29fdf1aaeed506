/**
 * Perplexity under an n-gram model of the user's examples (CCNet's filter, Wenzek et al. 2020): low is like them. Both ends mean
 * something: what is least likely is noise or another language, what is most likely is often boilerplate; so cut both. Compare
 * texts of one language alone, by quantiles rather than by one threshold for all.
 */
import { type Examples } from "./examples.js";
import { type KneserNey, kneserNey } from "./kneser-ney.js";
import { trained, type TrainedScore } from "./trained.js";

export interface NgramOptions {
  /** What text should be like. */
  from: Examples;
  /** Field or column of the files with the text; defaults to "text". */
  field?: string;
  /** Longest n-gram; 1 is a unigram filter. Defaults to 5 characters or 3 words. */
  n?: number;
  /** Words are runs of letters and digits, and every other sign; defaults to "characters", which fits every language. */
  unit?: "characters" | "words";
  /** exp of mean −ln p by byte of the text, or by unit and end of line; defaults to "byte", which compares both kinds of unit. */
  per?: "byte" | "unit";
}

/** Lines are sequences of their own. */
export function ngram({
  from,
  field,
  unit = "characters",
  n = unit === "words" ? 3 : 5,
  per = "byte",
}: NgramOptions): TrainedScore<KneserNey> {
  if (!(Number.isInteger(n) && n >= 1 && n <= 8)) throw new Error(`ngram: invalid n: ${n} (1 to 8)`);
  return trained({
    name: "ngram",
    options: { n, unit, per },
    easy: "low",
    sets: { from },
    field,
    train: ({ from: texts }) => kneserNey({ sequences: sequencesOf(texts!, unit), n }),
    ofText(model, text) {
      let [sum, count] = [0, 0];
      for (const sequence of sequencesOf([text], unit)) {
        const { logProbability, predicted } = model.score(sequence);
        sum += logProbability;
        count += predicted;
      }
      return Math.exp(-sum / (per === "byte" ? Buffer.byteLength(text) : count));
    },
  });
}

function* sequencesOf(texts: Iterable<string>, unit: "characters" | "words"): Generator<string[]> {
  for (const text of texts)
    for (const line of text.split("\n")) {
      const units = unit === "words" ? (line.match(/[\p{L}\p{M}\p{N}]+|[^\s]/gu) ?? []) : Array.from(line);
      if (units.length > 0) yield units;
    }
}
