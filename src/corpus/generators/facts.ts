/**
 * Invented facts: subjects of made-up names, each with a value of every relation, told in several ways and languages (as ParaRel asks
 * of real ones; Elazar et al. 2021, https://arxiv.org/abs/2102.01017). Some ways are never told, for what is asked in other words;
 * languages that are asked in and not told show what crosses over. A value is as frequent as any other of its relation.
 */
import { type Json, made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { cloneOf } from "./clone.js";
import { checkFactLanguage, type FactLanguage, factLanguages, relations, valuesOf, ways } from "./fact-words.js";
import { inventedNames } from "./invented.js";
import { evenBits, log2Choose } from "./knowledge.js";
import type { Generator, Question, Truth } from "./types.js";

export interface FactsOptions {
  /** Defaults to 40. */
  subjects?: number;
  /** Of each subject, 1 to 8; defaults to 4. */
  relations?: number;
  /** In which they are told, of en, de, fi, ko, clone (English in other letters) and those of `words`; defaults to English. */
  languages?: readonly string[];
  /** Ways of saying that are asked alone, 0 to 4 of 5; defaults to 2. */
  heldOut?: number;
  /** Documents of each subject in each language, the told ways in turn; defaults to as many as are told. */
  copies?: number;
  /** Languages of your own, by name, in the shape that `factLanguages` has. */
  words?: Readonly<Record<string, FactLanguage>>;
  /** Facts that are asked, each in every way and language; defaults to 8. */
  asked?: number;
  /** In which is asked; defaults to `languages`. */
  askIn?: readonly string[];
}

export interface FactQuestion extends Question {
  /** "seen", a way that documents have, or "held-out". */
  group: "seen" | "held-out";
  /** The same of one fact in all ways and languages, from 0. */
  fact: number;
  relation: (typeof relations)[number];
  /** From 0. */
  way: number;
  language: string;
  /** The context without its subject: what the values are worth after it says nothing of the fact. */
  neutral: string;
}

export interface FactsGenerator extends Generator {
  generate(at: { rng: Rng }): { documents: string[]; questions: FactQuestion[]; truth: Truth };
}

/** Of one relation in one way and language. */
interface Saying {
  before(subject: string): string;
  values: readonly string[];
  end: string;
}

export function facts(options: FactsOptions = {}): FactsGenerator {
  const { subjects = 40, relations: count = 4, languages = ["en"], heldOut = 2, asked = 8, words } = options;
  const { askIn = languages, copies = ways - heldOut } = options;
  const check = (name: string, value: number, low: number, high: number): void => {
    if (!(Number.isInteger(value) && value >= low && value <= high))
      throw new Error(`facts: invalid ${name}: ${value} (${low} to ${high})`);
  };
  check("subjects", subjects, 1, 5000);
  check("relations", count, 1, relations.length);
  check("heldOut", heldOut, 0, ways - 1);
  check("copies", copies, 0, 1000);
  check("asked", asked, 0, subjects * count);
  for (const [name, language] of Object.entries(words ?? {})) checkFactLanguage(name, language, count);
  const known: Readonly<Record<string, FactLanguage>> = { ...factLanguages, ...words };
  const names = [...Object.keys(known), "clone"];
  for (const [name, list] of Object.entries({ languages, askIn }))
    if (list.length === 0 || new Set(list).size < list.length || list.some((each) => !names.includes(each)))
      throw new Error(`facts: invalid ${name}: ${list.join(", ") || "none"} (of ${names.join(", ")}, each once)`);
  const told = ways - heldOut;
  return made({
    name: "facts",
    options: {
      ...{ subjects, relations: count, languages: [...languages], heldOut, copies, asked, askIn: [...askIn] },
      ...(words && { words: words as unknown as Json }),
    },
    generate({ rng }) {
      const bits = count * (evenBits(subjects, 10) + log2Choose(10, subjects % 10));
      const names = inventedNames(rng.fork("names"), subjects, new Set());
      const truth = Array.from({ length: count }, (_, r) => evenly(rng.fork(`values ${r}`), subjects));
      // What is true and what is asked does not depend on how it is told.
      const [draws, orders] = [rng.fork("asked"), rng.fork("orders")];
      const documents = languages.flatMap((language) =>
        names.flatMap((name, s) =>
          Array.from({ length: copies }, (_, copy) =>
            orders
              .shuffle(truth.map((_, r) => r))
              .map((r) => {
                const { before, values, end } = saying(known, language, r, (copy + r) % told);
                return `${before(name)} ${values[truth[r]![s]!]!}${end}`;
              })
              .join(" "),
          ),
        ),
      );
      const chosen = draws.shuffle(Array.from({ length: subjects * count }, (_, i) => i)).slice(0, asked);
      const questions = chosen.flatMap((of, fact) => {
        const [s, r] = [Math.floor(of / count), of % count];
        return askIn.flatMap((language) =>
          Array.from({ length: ways }, (_, way): FactQuestion => {
            const { before, values } = saying(known, language, r, way);
            const group = way < told ? "seen" : "held-out";
            const [context, neutral] = [before(names[s]!), before("")];
            return {
              ...{ context, choices: [...values], gold: truth[r]![s]!, group },
              ...{ fact, relation: relations[r]!, way, language, neutral },
            };
          }),
        );
      });
      return { documents: orders.shuffle(documents), questions, truth: { bits } };
    },
  });
}

/** Numbers of values, 0 to 9, as many of each as can be. */
function evenly(rng: Rng, n: number): number[] {
  const values = rng.shuffle(Array.from({ length: 10 }, (_, i) => i));
  return rng.shuffle(Array.from({ length: n }, (_, i) => values[i % 10]!));
}

function saying(
  known: Readonly<Record<string, FactLanguage>>,
  language: string,
  relation: number,
  way: number,
): Saying {
  if (language === "clone") {
    const { before, values, end } = saying(known, "en", relation, way);
    return { before: (subject) => cloneOf(before(subject)), values: values.map(cloneOf), end };
  }
  const words = known[language]!;
  const [text, form] = words.ways[way]!;
  const [forms, values] = words.relations[relation]!;
  const said = text.replace("{r}", forms[form]!);
  return {
    // Without a subject what is joined to it goes too, as the 's of a genitive.
    before: (subject) =>
      subject === ""
        ? said
            .replace(/\{s\}['’\p{L}]*/u, "")
            .replace(/ +(?=[ ,:])/g, "")
            .trim()
        : said.replace("{s}", subject),
    values: valuesOf(values),
    end: words.ends[way]!,
  };
}
