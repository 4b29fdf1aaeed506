/**
 * C4's rules: lines that end as sentences do and have words enough stay, and documents that have sentences enough (Raffel et al.
 * 2020, 2.2, and its code). Rules of lines in this order: a word too long, marks of citations cut, the end, words, lorem ipsum and
 * curly brackets, of which one line drops its document, JavaScript, and phrases of policies.
 */
import { made } from "../../registry.js";
import type { Document } from "../types.js";
import { lengthOf, linesOf, space, strip, terminals } from "./rules/characters.js";
import { hasMarks, sentencesIn } from "./rules/sentences.js";
import { codeOf, type LanguageOptions, ruleOf, type Splitter, splitterOf } from "./rules/words.js";
import type { Step, Verdict } from "./types.js";

export interface C4Options extends LanguageOptions {
  /** What is judged one by one, and joined with a line end or a blank; defaults to "lines". */
  by?: "lines" | "sentences";
  /** Whether [1], [edit] and [citation needed] go; defaults to true. */
  citations?: boolean;
  /**
   * Characters that a line must end in, though not in three stops; "" for no such rule. Default to . ? ! " ' in English, in other
   * languages to the ends of sentences of every script and quotes, and to no rule where a language ends sentences in no mark.
   */
  endings?: string;
  /** Defaults to 5. */
  minSentences?: number;
  /** In a line, by white space, in languages that write words together by dictionary; defaults to 3. */
  minWords?: number;
  /** Code points of one of them; defaults to 1000. 0 is no limit. */
  maxWordLength?: number;
  /** Each rule defaults to true. */
  loremIpsum?: boolean;
  javascript?: boolean;
  curlyBracket?: boolean;
  policy?: boolean;
}

const latinEndings = ".?!\"'";
const anyEnding = new RegExp(String.raw`(?:${terminals}|["'”’»」』）\)])$`, "v");
const citation = /\[\p{Nd}*\]|\[edit\]|\[citation needed\]/gu;
const policies = /terms of use|privacy policy|cookie policy|uses cookies|use of cookies|use cookies/;

export function c4(given: C4Options = {}): Step {
  const { language = "en", words = ruleOf(language), by = "lines", endings, minSentences = 5, minWords = 3 } = given;
  const { citations = true, maxWordLength = 1000 } = given;
  const { loremIpsum = true, javascript = true, curlyBracket = true, policy = true } = given;
  const sentences = sentencesIn({ language, words });
  const wordsOf = words === "segmenter" ? textsOf(splitterOf({ language, words })) : runsOf;
  const ended = endingOf(language, endings);

  /** What is left of a line; undefined where nothing is. */
  function left(line: string): string | undefined {
    const words = wordsOf(line);
    if (maxWordLength && words.some((word) => word.length > maxWordLength && lengthOf(word) > maxWordLength))
      return undefined;
    const rest = citations && line.includes("[") ? line.replace(citation, "") : line;
    return ended(rest) && words.length >= minWords ? rest : undefined;
  }

  function judge(document: Document): Verdict {
    const kept: string[] = [];
    let count = 0;
    for (const whole of by === "lines" ? linesOf(document.text) : sentences(document.text)) {
      const line = left(strip(whole));
      if (line === undefined) continue;
      const lower = line.toLowerCase();
      if (loremIpsum && lower.includes("lorem ipsum")) return { dropped: "lorem ipsum" };
      if (javascript && lower.includes("javascript")) continue;
      if (curlyBracket && line.includes("{")) return { dropped: "a curly bracket" };
      if (policy && policies.test(lower)) continue;
      if (count < minSentences) count += by === "lines" ? sentences(line).length : 1;
      kept.push(line);
    }
    if (count < minSentences) return { dropped: "few sentences" };
    const text = strip(kept.join(by === "lines" ? "\n" : " "));
    return text === document.text ? document : { ...document, text };
  }
  const rules = { citations, minSentences, minWords, maxWordLength, loremIpsum, javascript, curlyBracket, policy };
  return made({
    name: "c4",
    options: { ...given, by, ...rules },
    alone: true,
    open: () => ({ judge }),
  });
}

function endingOf(language: string, endings: string | undefined): (line: string) => boolean {
  const english = ["en", "eng"].includes(codeOf(language));
  if (endings === "" || (endings === undefined && !hasMarks(language))) return () => true;
  const own = [...(endings ?? latinEndings)];
  const ends = english || endings !== undefined ? oneOf(own) : (line: string) => anyEnding.test(line.slice(-2));
  return (line) => ends(line) && !line.endsWith("...");
}

const oneOf =
  (endings: readonly string[]) =>
  (line: string): boolean =>
    endings.some((ending) => line.endsWith(ending));

const spaces = new RegExp(`${space}+`, "v");
const runsOf = (line: string): readonly string[] => (line === "" ? [] : line.split(spaces));
const textsOf =
  (split: Splitter) =>
  (line: string): readonly string[] =>
    split(line).map(({ text }) => text);
