/**
 * Two languages of an aligned corpus as one text of pairs: documents 2i and 2i + 1 say the same, as the order `pairs` reads
 * them. Whole documents go together by their keys; of those that have as many lines in both, lines may, which comes nearer to
 * sentences and assumes that translators kept the order.
 */
import type { Text } from "../types.js";
import type { Corpus } from "./types.js";

export interface PairedOptions {
  /** The two languages, in the order of a pair. */
  of: readonly [string, string];
  /** What a pair is; defaults to "document". */
  by?: "document" | "line";
  /** Of the text; defaults to the two languages', joined by a hyphen. */
  name?: string;
}

/** Documents that only one of the two has are left out. */
export function paired(corpus: Corpus, { of, by = "document", name = of.join("-") }: PairedOptions): Text {
  const [one, other] = of;
  if (!corpus.aligned)
    throw new Error(`paired: invalid corpus: ${corpus.name} (its documents are no translations of each other by key)`);
  for (const language of of)
    if (!corpus.texts[language])
      throw new Error(`paired: invalid language: ${language} (one of ${corpus.languages.join(", ")})`);
  if (one === other) throw new Error(`paired: invalid languages: ${one} and ${other} (two different ones)`);
  if (by !== "document" && by !== "line") throw new Error(`paired: invalid by: ${String(by)} (document or line)`);
  const part = (which: "train" | "heldOut"): string[] => {
    const texts = new Map(corpus.keys[other]![which].map((key, i) => [key, corpus.texts[other]![which][i]!]));
    return corpus.keys[one]![which].flatMap((key, i) => {
      const [text, translation] = [corpus.texts[one]![which][i]!, texts.get(key)];
      if (translation === undefined) return [];
      return by === "document" ? [text, translation] : lines(text, translation);
    });
  };
  const text: Text = { name, train: part("train"), heldOut: part("heldOut"), pairs: true };
  if (text.train.length === 0) throw new Error(`paired: invalid languages: ${one} and ${other} (no ${by} in both)`);
  return text;
}

function lines(text: string, translation: string): string[] {
  const [mine, theirs] = [text.split("\n"), translation.split("\n")];
  if (mine.length !== theirs.length) return [];
  return mine.flatMap((line, i) => (line.trim() === "" || theirs[i]!.trim() === "" ? [] : [line, theirs[i]!]));
}
