/**
 * Facts about countries from Unicode's CLDR: which currency is paid with, which language is official, what a country is called in
 * another language. Which is so comes with the package `cldr-core`, the names in some 200 languages with Node itself
 * (`Intl.DisplayNames`), so that a few names may differ from one version of Node to another. What is asked needs no words of any
 * language: some lines that are solved, and one that is not.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { countryFacts, type CountryRelation, hasNames, namesIn } from "./cldr.js";
import type { Generator, Question } from "./types.js";

export interface CountriesOptions {
  /** Defaults to "currency". */
  relation?: CountryRelation;
  /** Of the names, a tag as "ko"; defaults to "en". */
  language?: string;
  /** Of the answers; needed for "name", where it defaults to "fr". */
  into?: string;
  /** Solved lines before each question, 0 to 16; defaults to 2. */
  shots?: number;
  /** Of each question, from 2; defaults to 4. Chance is one of them. */
  choices?: number;
  /** Defaults to 32. */
  questions?: number;
}

/**
 * Documents: all facts of the kind, one a line. Groups: "alike", where a word of the answer begins as one of the country's name
 * does (Poland: Polish zloty), so that spelling alone may tell it, and "unlike".
 */
export function countries(options: CountriesOptions = {}): Generator {
  const { relation = "currency", language = "en", shots = 2, choices = 4, questions = 32 } = options;
  const into = options.into ?? (relation === "name" ? "fr" : language);
  const check = (name: string, value: number, low: number, high: number): void => {
    if (!(Number.isInteger(value) && value >= low && value <= high))
      throw new Error(`countries: invalid ${name}: ${value} (${low} to ${high})`);
  };
  check("shots", shots, 0, 16);
  check("choices", choices, 2, 32);
  check("questions", questions, 0, 1000);
  if (relation === "name" ? into === language : options.into !== undefined && into !== language)
    throw new Error(`countries: invalid into: ${into} (another language than ${language}, of "name" alone)`);
  for (const tag of [language, into])
    if (!hasNames(tag))
      throw new Error(`countries: invalid language: ${tag} (a tag as "ko", of a language that CLDR has)`);
  return made({
    name: "countries",
    options: { relation, language, ...(relation === "name" && { into }), shots, choices, questions },
    generate({ rng }) {
      const known = told(relation, language, into);
      const least = Math.max(choices, shots + 1);
      if (known.length < least)
        throw new Error(
          `countries: invalid language: ${language} (it has names for ${known.length} facts of ${least})`,
        );
      return {
        documents: known.map(({ country, answer }) => `${country}: ${answer}`),
        questions: asked(rng, known, questions, shots, choices),
      };
    },
  });
}

interface Told {
  country: string;
  answer: string;
}

/** Each answer once, so that none is right more often than another. */
function told(relation: CountryRelation, language: string, into: string): Told[] {
  const [countryOf, answerOf] = [namesIn(language, "region"), namesIn(into, relation === "name" ? "region" : relation)];
  const found = new Map<string, Told>();
  for (const { country: code, answer: of } of countryFacts(relation)) {
    const [country, answer] = [countryOf(code), answerOf(of)];
    if (country !== undefined && answer !== undefined && country !== answer && !found.has(answer))
      found.set(answer, { country, answer });
  }
  return [...found.values()];
}

function asked(rng: Rng, known: readonly Told[], n: number, shots: number, choices: number): Question[] {
  let order: Told[] = [];
  return Array.from({ length: n }, (_, i) => {
    if (i % known.length === 0) order = rng.shuffle([...known]);
    const { country, answer } = order[i % known.length]!;
    const others = rng.shuffle(known.filter((each) => each.answer !== answer));
    const offered = rng.shuffle([answer, ...others.slice(0, choices - 1).map((each) => each.answer)]);
    const solved = others.slice(others.length - shots).map((each) => `${each.country}: ${each.answer}\n`);
    return {
      context: `${solved.join("")}${country}:`,
      choices: offered,
      gold: offered.indexOf(answer),
      group: alike(country, answer) ? "alike" : "unlike",
    };
  });
}

/** Whether a word of either begins with the first three letters of one of the other's. */
function alike(country: string, answer: string): boolean {
  const starts = (text: string): string[] =>
    (text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []).map((word) => [...word].slice(0, 3).join(""));
  const own = new Set(starts(country));
  return starts(answer).some((start) => own.has(start));
}
