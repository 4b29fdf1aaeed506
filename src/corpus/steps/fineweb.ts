/** FineWeb's own rules: lines that end as sentences do, long enough, not repeated, and not as many as words (Penedo et al. 2024). */
import { made } from "../../registry.js";
import { lengthOf, stripStart, terminals } from "./rules/characters.js";
import { duplicatesIn } from "./rules/duplicates.js";
import { type LanguageOptions, splitterOf } from "./rules/words.js";
import type { Step } from "./types.js";

export interface FinewebOptions extends LanguageOptions {
  /** Least share of lines that end in `endings`; defaults to .12. */
  minEnded?: number;
  /** Whether a text passes that has no such line; defaults to false. */
  noneEnded?: boolean;
  /** Characters; default to the ends of sentences of every script. */
  endings?: string;
  /** Most of the lines that may be short; defaults to .67. */
  maxShort?: number;
  /** Code points of a line that is short; defaults to 30. */
  short?: number;
  /** Most of the code points that may be of lines that came before; defaults to .01. */
  maxRepeated?: number;
  /** Most line ends for each word; defaults to .3. */
  maxLineEnds?: number;
}

export function fineweb(given: FinewebOptions = {}): Step {
  const { minEnded = 0.12, noneEnded = false, endings, maxShort = 0.67, short = 30 } = given;
  const { maxRepeated = 0.01, maxLineEnds = 0.3 } = given;
  const split = splitterOf(given);
  const terminal = new RegExp(`${terminals}$`, "v");
  const own = endings === undefined ? undefined : [...endings];
  const ends = (line: string): boolean =>
    own ? own.some((ending) => line.endsWith(ending)) : terminal.test(line.slice(-2));

  function fault(text: string): string | undefined {
    const all = text.split("\n");
    const lines = all.filter((line) => stripStart(line) !== "");
    if (lines.length === 0) return "no words";
    const ended = lines.filter(ends).length / lines.length;
    if (ended < minEnded && !(ended === 0 && noneEnded)) return "few lines end as sentences do";
    if (lines.filter((line) => lengthOf(line) <= short).length / lines.length > maxShort) return "short lines";
    const letters = lengthOf(text) - (all.length - 1);
    if (duplicatesIn(lines).length / letters > maxRepeated) return "letters of repeated lines";
    return (all.length - 1) / split(text).length > maxLineEnds ? "few words for each line" : undefined;
  }
  return made({
    name: "fineweb",
    options: { ...given, minEnded, noneEnded, maxShort, short, maxRepeated, maxLineEnds },
    alone: true,
    open: () => ({
      judge(document) {
        const dropped = fault(document.text);
        return dropped ? { dropped } : document;
      },
    }),
  });
}
