/** Text of which some words count more, or less, than the rest: names of things, numbers, whatever a pattern finds. */
import { made } from "../../registry.js";
import { type Form, textIn } from "./types.js";

export interface WeightedOptions {
  /** Words, wherever they stand between what are no letters or digits. */
  words?: readonly string[];
  /** Or a regular expression, in Unicode mode. */
  pattern?: string;
  /** What a token of them counts for; the others count 1. */
  weight: number;
  /** Of the text. Defaults to "text". */
  field?: string;
}

export function weighted({ words, pattern, weight, field = "text" }: WeightedOptions): Form {
  if ((words === undefined) === (pattern === undefined))
    throw new Error("weighted: invalid options: give either words or pattern");
  if (!(weight >= 0 && weight < Infinity)) throw new Error(`weighted: invalid weight: ${weight} (a number from 0)`);
  const found = pattern === undefined ? ofWords(words!) : ofPattern(pattern);
  return made({
    name: "weighted",
    options: { words, pattern, weight, field },
    fields: [field],
    documents(row, { where }) {
      const text = textIn(row, field, where);
      const stretches = [...text.matchAll(found)].map((match) => ({
        from: match.index,
        to: match.index + match[0].length,
        weight,
      }));
      const rest = { from: 0, to: text.length, weight: 1 };
      return [{ text, marks: text === "" ? [] : [rest, ...stretches.filter(({ from, to }) => from < to)] }];
    },
  });
}

function ofWords(words: readonly string[]): RegExp {
  if (words.length === 0 || words.some((word) => word === ""))
    throw new Error("weighted: invalid words: none, or an empty one");
  const escaped = [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join("|")})(?![\\p{L}\\p{N}])`, "gu");
}

function ofPattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "gu");
  } catch (error) {
    throw new Error(`weighted: invalid pattern: ${pattern} (${(error as Error).message})`, { cause: error });
  }
}
