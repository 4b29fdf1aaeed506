/** The parts of two documents that belong together: lines, sentences of lines, or paragraphs, the n-th of the one with the n-th of the other. */
import type { Pair } from "./types.js";

export type Unit = "line" | "sentence" | "paragraph";
export const unitNames = ["line", "sentence", "paragraph"] as const satisfies Unit[];

/**
 * Undefined where the two have not as many lines, or paragraphs, so that nobody knows what belongs together. Sentences go together
 * within lines that have as many of them in both languages, and where they have not the lines do. Blank ones are left out.
 */
export function unitsOf({ sides: [one, other] }: Pair, unit: Unit): [string, string][] | undefined {
  const border = unit === "paragraph" ? /\n\s*\n/ : "\n";
  const [mine, theirs] = [one.text.split(border), other.text.split(border)];
  if (mine.length !== theirs.length) return undefined;
  const together = mine.map((text, i): [string, string] => [text, theirs[i]!]);
  const some = together.filter(([a, b]) => a.trim() !== "" && b.trim() !== "");
  if (unit !== "sentence") return some;
  return some.flatMap(([a, b]) => {
    const [own, others] = [sentences(a, one.language), sentences(b, other.language)];
    return own.length === others.length ? own.map((text, i): [string, string] => [text, others[i]!]) : [[a, b]];
  });
}

/** By Unicode's rules for the language (UAX 29); those of no language where its code is none. */
function sentences(text: string, language: string): string[] {
  return [...segmenter(language).segment(text)].map(({ segment }) => segment.trim()).filter((text) => text !== "");
}

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
