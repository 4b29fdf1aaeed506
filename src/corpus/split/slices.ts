/**
 * Slices of a corpus by date, as domains of their own: what is trained on year by year and scored by year. A slice is a view of
 * the split that the corpus has: what is held out of the corpus is held out of its slices. Lazaridou et al. 2021
 * (https://arxiv.org/abs/2102.01951) score models on text later than all they have read, and TemporalWiki (Jang et al. 2022,
 * https://arxiv.org/abs/2204.14211) by slice.
 */
import { checkName } from "../../names.js";
import type { Text } from "../../types.js";
import { asked, daysOf } from "./dates.js";
import type { Corpus } from "../types.js";

export interface SliceOptions {
  /** Of which language; defaults to the only one. */
  of?: string;
  /** First and last date, both inclusive; open where absent. */
  from?: string;
  to?: string;
}

/** A corpus with its slices as texts besides. */
export function withSlices(corpus: Corpus, slices: Record<string, SliceOptions>): Corpus {
  const texts = { ...corpus.texts };
  for (const [name, of] of Object.entries(slices)) {
    if (corpus.texts[name])
      throw new Error(`load: invalid slices: ${name} (it is a language; give the slice another name)`);
    texts[checkName(name, "load")] = slice(corpus, { ...of, name });
  }
  return { ...corpus, texts };
}

/** Documents whose date lies in it whole; those without a date, or with one that may lie outside, are in none. */
export function slice(corpus: Corpus, { name, of, from, to }: SliceOptions & { name: string }): Text {
  const language = of ?? corpus.languages[0]!;
  if (of === undefined && corpus.languages.length > 1)
    throw new Error(`slice: invalid of: none for ${name} (one of ${corpus.languages.join(", ")})`);
  const { [language]: text } = corpus.texts;
  const dates = corpus.dates?.[language];
  if (!corpus.languages.includes(language) || !text)
    throw new Error(`slice: invalid of: ${language} (one of ${corpus.languages.join(", ")})`);
  if (!dates) throw new Error(`slice: invalid of: ${language} (none of its documents has a date)`);
  if (from === undefined && to === undefined) throw new Error(`slice: invalid slice: ${name} (give from, to, or both)`);
  const first = from === undefined ? "" : asked("slice", "from", from).first;
  const last = to === undefined ? "9999-12-31" : asked("slice", "to", to).last;
  const inside = (date: string | undefined): boolean => {
    const days = date === undefined ? undefined : daysOf(date);
    return days !== undefined && days.first >= first && days.last <= last;
  };
  const at = (part: "train" | "heldOut"): number[] => dates[part].flatMap((date, i) => (inside(date) ? [i] : []));
  const [train, heldOut] = [at("train"), at("heldOut")];
  if (train.length + heldOut.length === 0)
    throw new Error(
      `slice: invalid slice: ${name} (${language} has no document from ${from ?? "the first"} to ${to ?? "the last"})`,
    );
  const { marks } = text;
  return {
    name,
    train: train.map((i) => text.train[i]!),
    heldOut: heldOut.map((i) => text.heldOut[i]!),
    ...(marks && {
      marks: { train: train.map((i) => marks.train[i]!), heldOut: heldOut.map((i) => marks.heldOut[i]!) },
    }),
  };
}
