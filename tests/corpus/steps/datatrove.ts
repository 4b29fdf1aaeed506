/** The lab's verdicts and datatrove's, in the same words: `[kept, the text that is left or why it goes]`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { isDropped } from "../../../src/corpus/steps/types.js";
import { type Step, stepOf } from "../../../src/corpus/index.js";
import { linesOf, strip } from "../../../src/corpus/steps/rules/characters.js";
import { sentencesIn } from "../../../src/corpus/steps/rules/sentences.js";
import { splitterOf } from "../../../src/corpus/steps/rules/words.js";

export const filters = ["gopher-quality", "gopher-repetition", "c4", "c4-paragraphs", "fineweb"] as const;
export type Verdicts = Record<string, [kept: boolean, left: string]>;

export interface Judged {
  text: string;
  /** As the lab calls it. */
  language: string;
}

/** What datatrove calls the lab's reasons. */
const reasons: Record<string, string> = {
  "few words": "gopher_short_doc",
  "many words": "gopher_long_doc",
  "short words": "gopher_below_avg_threshold",
  "long words": "gopher_above_avg_threshold",
  hashes: "gopher_too_many_hashes",
  ellipses: "gopher_too_many_ellipsis",
  bullets: "gopher_too_many_bullets",
  "lines that break off": "gopher_too_many_end_ellipsis",
  "few words with letters": "gopher_below_alpha_threshold",
  "few stop words": "gopher_enough_stop_words",
  "repeated paragraphs": "dup_para_frac",
  "letters of repeated paragraphs": "dup_para_char_frac",
  "repeated lines": "dup_line_frac",
  "letters of repeated lines": "dup_line_char_frac",
  "lorem ipsum": "lorem_ipsum",
  "a curly bracket": "curly_bracket",
  "few sentences": "too_few_sentences",
  "few long paragraphs": "< 3 paragraphs",
  "no words": "empty",
  "few lines end as sentences do": "line_punct_ratio",
  "short lines": "short_line_ratio",
  "few words for each line": "list_ratio",
};

function reasonOf(step: string, why: string): string {
  if (step === "fineweb" && why === "letters of repeated lines") return "char_dup_ratio";
  const [, kind, n] = /^(common|repeated) (\d+) words$/.exec(why) ?? [];
  if (n) return kind === "common" ? `top_${n}_gram` : `duplicated_${n}_n_grams`;
  return reasons[why]!;
}

/** In other languages than English, rules that ask for Latin letters' spaces and stop words are off on both sides. */
const ofAnyLanguage = {
  "gopher-quality": { minStopWords: 0 },
  c4: { minWords: 0, maxWordLength: 0, endings: ".?!\"'" },
};
const theirOptions = {
  "gopher-quality": { min_stop_words: 0 },
  c4: { min_words_per_line: -1, max_word_length: -1 },
};

export function ourVerdicts(documents: readonly Judged[]): Verdicts[] {
  const opened = new Map<string, ReturnType<Step["open"]>>();
  const stepFor = (name: string, language: string): ReturnType<Step["open"]> => {
    const key = `${name} ${language}`;
    const more = language === "en" ? {} : ofAnyLanguage[name as "c4"];
    const options = name === "c4-paragraphs" ? {} : { language, ...more };
    if (!opened.has(key)) opened.set(key, stepOf({ name, ...options }, "test").open());
    return opened.get(key)!;
  };
  return documents.map(({ text, language }) =>
    Object.fromEntries(
      filters.map((name) => {
        const judged = stepFor(name, language).judge({ key: "", text });
        const verdict = "noted" in judged ? judged.left : judged;
        return [name, isDropped(verdict) ? [false, reasonOf(name, verdict.dropped)] : [true, verdict.text]];
      }),
    ),
  );
}

export interface TheirsOptions {
  python: string;
  documents: readonly Judged[];
  /** Whether our words and sentences stand for its own. */
  withOurWords?: boolean;
  /** What datatrove calls the languages, where it is not English. */
  codes?: Record<string, string>;
}

export function theirVerdicts({ python, documents, withOurWords = false, codes = {} }: TheirsOptions): Verdicts[] {
  const english = documents.every(({ language }) => language === "en");
  const asked = {
    filters: Object.fromEntries(filters.map((name) => [name, english ? {} : (theirOptions[name as "c4"] ?? {})])),
    documents: documents.map((document) => ({
      text: document.text,
      language: codes[document.language] ?? "en",
      ...(withOurWords ? ourWords(document) : {}),
    })),
  };
  const script = join(__dirname, "../../golden/rules.py");
  const ran = spawnSync(python, [script], { input: JSON.stringify(asked), encoding: "utf8", maxBuffer: 1 << 30 });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as Verdicts[];
}

/** Sentences by what C4 may ask them of: a line, or what is left of it without its citations. */
function ourWords({ text, language }: Judged): object {
  const sentences = sentencesIn({ language });
  const lines = linesOf(text).flatMap((line) => {
    const whole = strip(line);
    return [whole, whole.replace(/\[\p{Nd}*\]|\[edit\]|\[citation needed\]/gu, "")];
  });
  return {
    words: splitterOf({ language })(text).map((word) => word.text),
    sentences: Object.fromEntries(lines.map((line) => [line, sentences(line)])),
  };
}

export interface Difference {
  filter: string;
  at: number;
  ours: [boolean, string];
  theirs: [boolean, string];
}

export function differences(ours: readonly Verdicts[], theirs: readonly Verdicts[]): Difference[] {
  return ours.flatMap((verdicts, at) =>
    filters.flatMap((filter): Difference[] => {
      const [our, their] = [verdicts[filter]!, theirs[at]![filter]!];
      return our[0] === their[0] && our[1] === their[1] ? [] : [{ filter, at, ours: our, theirs: their }];
    }),
  );
}
