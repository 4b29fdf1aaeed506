/** The parts of two documents that belong together: lines, sentences of lines, or paragraphs. */
import { aligned } from "./align.js";
import type { Pair } from "./types.js";

export type Unit = "line" | "sentence" | "paragraph";
export const unitNames = ["line", "sentence", "paragraph"] as const satisfies Unit[];

/** A part in both languages, or in one of them. */
export type InBoth = readonly [one: string | undefined, other: string | undefined];

/**
 * In the order of the documents, blank ones left out. The n-th line of the one goes with the n-th of the other where they have as
 * many, and else as `align.ts` finds. Sentences go together within lines that have as many of them in both languages,
 * and where they have not the lines do.
 */
export function unitsOf({ sides: [one, other] }: Pair, unit: Unit): InBoth[] {
  const border = unit === "paragraph" ? /\n\s*\n/ : "\n";
  const [mine, theirs] = [one.text.split(border), other.text.split(border)];
  const [some, others] = [mine.filter(isText), theirs.filter(isText)];
  const together: InBoth[] =
    mine.length === theirs.length
      ? mine.map((text, i) => [someText(text), someText(theirs[i]!)] as const)
      : aligned(some, others).map(([i, j]) => [i === undefined ? i : some[i], j === undefined ? j : others[j]]);
  const parts = together.filter(([a, b]) => a !== undefined || b !== undefined);
  if (unit !== "sentence") return parts;
  return parts.flatMap(([a, b]): InBoth[] => {
    if (a === undefined || b === undefined) return [[a, b]];
    const [own, ones] = [sentences(a, one.language), sentences(b, other.language)];
    return own.length === ones.length ? own.map((text, i) => [text, ones[i]]) : [[a, b]];
  });
}

const isText = (text: string): boolean => text.trim() !== "";
const someText = (text: string): string | undefined => (isText(text) ? text : undefined);

/** By Unicode's rules for the language (UAX 29); those of no language where its code is none. */
const sentences = (text: string, language: string): string[] =>
  [...segmenter(language).segment(text)].map(({ segment }) => segment.trim()).filter(isText);

const segmenters = new Map<string, Intl.Segmenter>();

function segmenter(language: string): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known) return known;
  let made: Intl.Segmenter;
  try {
    made = new Intl.Segmenter(language, { granularity: "sentence" });
  } catch {
    made = new Intl.Segmenter("und", { granularity: "sentence" });
  }
  segmenters.set(language, made);
  return made;
}
