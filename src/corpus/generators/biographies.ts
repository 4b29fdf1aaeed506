/**
 * Invented people: a biography of each, and questions about them (Allen-Zhu & Li 2023, https://arxiv.org/abs/2309.14316). Answers are
 * taught of some people and asked of the others, whose biographies alone say them. Whether that succeeds depends on how a
 * biography is told: in one way, it is hardly to be had; in several, and in changing orders, it is.
 */
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import {
  attributes,
  type BiographyLanguage,
  biographyLanguages,
  type BiographyLanguageName,
  biographyWays,
} from "./biography-words.js";
import { cloneOf } from "./clone.js";
import { inventedNames } from "./invented.js";
import { evenBits } from "./knowledge.js";
import type { Generator, Question, Truth } from "./types.js";

export interface BiographiesOptions {
  /** Defaults to 500. */
  people?: number;
  /** Biographies of each person, each in ways of its own, 1 to 5; defaults to 1. */
  tellings?: number;
  /** Sentences in an order by chance; defaults to false. */
  permute?: boolean;
  /** Defaults to English. */
  languages?: readonly BiographyLanguageName[];
  /** Share of people whose answers are taught; defaults to 0.5. */
  taught?: number;
  /** What the documents are; defaults to both: biographies, and questions with their answers of those who are taught. */
  write?: readonly ("biographies" | "answers")[];
  /** Whose biographies; defaults to all. */
  of?: "all" | "taught" | "held-out";
  /** People that are asked about of those who are taught, and of the others, with all attributes in all languages; defaults to 4. */
  asked?: number;
  /** Of each question, 2 to 50; defaults to 10. Chance is one of them. */
  choices?: number;
}

export interface BiographyQuestion extends Question {
  /** Whether the answers about this person are taught. */
  group: "taught" | "held-out";
  person: string;
  attribute: (typeof attributes)[number];
  language: BiographyLanguageName;
}

export interface BiographiesGenerator extends Generator {
  generate(at: { rng: Rng }): { documents: string[]; questions: BiographyQuestion[]; truth: Truth };
}

/** Different values of an attribute. */
const VALUES = 50;

export function biographies(options: BiographiesOptions = {}): BiographiesGenerator {
  const { people = 500, tellings = 1, permute = false, languages = ["en"], taught = 0.5 } = options;
  const { write = ["biographies", "answers"], of = "all", asked = 4, choices = 10 } = options;
  const check = (name: string, value: number, ok: boolean, wanted: string): void => {
    if (!ok) throw new Error(`biographies: invalid ${name}: ${value} (${wanted})`);
  };
  const whole = (name: string, value: number, low: number, high: number): void =>
    check(name, value, Number.isInteger(value) && value >= low && value <= high, `${low} to ${high}`);
  whole("people", people, 2, 5000);
  whole("tellings", tellings, 1, biographyWays);
  check("taught", taught, taught >= 0 && taught <= 1, "a share from 0 to 1");
  whole("asked", asked, 0, people);
  whole("choices", choices, 2, VALUES);
  if (languages.length === 0 || languages.some((each) => each !== "clone" && !Object.hasOwn(biographyLanguages, each)))
    throw new Error(`biographies: invalid languages: ${languages.join(", ") || "none"} (of en, de, fi, ko and clone)`);
  const learned = Math.round(taught * people);
  return made({
    name: "biographies",
    options: {
      ...{ people, tellings, permute, languages: [...languages], taught },
      ...{ write: [...write], of, asked, choices },
    },
    generate({ rng }) {
      // Who there is and who is asked does not depend on how it is told.
      const [draws, orders] = [rng.fork("asked"), rng.fork("orders")];
      const { names, values, truth } = peopleOf(rng, people);
      const valueOf = (attribute: number, p: number): string => values[attribute]![truth[attribute]![p]!]!;

      const told = names.flatMap((person, p) =>
        of === "all" || p < learned === (of === "taught")
          ? languages.flatMap((language) =>
              Array.from({ length: tellings }, (_, telling) => {
                const order = attributes.map((_, a) => a);
                return (permute ? orders.shuffle(order) : order)
                  .map((a) => {
                    const way = wordsOf(language).attributes[a]!.ways[(telling + p) % tellings]!;
                    return spelt(language, filled(way, person, valueOf(a, p)));
                  })
                  .join(" ");
              }),
            )
          : [],
      );
      const question = (p: number, a: number, language: BiographyLanguageName): string => {
        const { asks, attributes: all } = wordsOf(language);
        return spelt(language, `${asks[0]} ${filled(all[a]!.question, names[p]!, "")} ${asks[1]}`);
      };
      const each = <T>(
        of: readonly number[],
        make: (p: number, a: number, language: BiographyLanguageName) => T,
      ): T[] => of.flatMap((p) => attributes.flatMap((_, a) => languages.map((language) => make(p, a, language))));
      const everyone = names.map((_, p) => p);
      const answers = each(
        everyone.slice(0, learned),
        (p, a, language) => `${question(p, a, language)} ${spelt(language, valueOf(a, p))}`,
      );
      const some = [everyone.slice(0, learned), everyone.slice(learned)].flatMap((half) =>
        draws.shuffle(half).slice(0, asked),
      );
      const questions = each(some, (p, a, language): BiographyQuestion => {
        const right = truth[a]![p]!;
        const others = draws.shuffle(values[a]!.map((_, v) => v).filter((v) => v !== right));
        const offered = draws.shuffle([right, ...others.slice(0, choices - 1)]);
        return {
          context: question(p, a, language),
          choices: offered.map((v) => spelt(language, values[a]![v]!)),
          gold: offered.indexOf(right),
          group: p < learned ? "taught" : "held-out",
          person: names[p]!,
          attribute: attributes[a]!,
          language,
        };
      });
      const documents = [...(write.includes("biographies") ? told : []), ...(write.includes("answers") ? answers : [])];
      return {
        documents: orders.shuffle(documents),
        questions,
        truth: { bits: attributes.length * evenBits(people, VALUES) },
      };
    },
  });
}

/** Names, the values of every attribute, and which of them is whose. */
function peopleOf(rng: Rng, people: number): { names: string[]; values: string[][]; truth: number[][] } {
  const taken = new Set<string>();
  const names = inventedNames(rng.fork("people"), people, taken);
  const years = Array.from({ length: VALUES }, (_, i) => String(1900 + i));
  const values = attributes.map((name) => (name === "year" ? years : inventedNames(rng.fork(name), VALUES, taken)));
  // As many people of each value as can be.
  const truth = attributes.map((name) => rng.fork(`${name} of`).shuffle(names.map((_, p) => p % VALUES)));
  return { names, values, truth };
}

/** A clone is spelt in other letters afterwards. */
const wordsOf = (language: BiographyLanguageName): BiographyLanguage =>
  biographyLanguages[language === "clone" ? "en" : language];
const spelt = (language: BiographyLanguageName, text: string): string => (language === "clone" ? cloneOf(text) : text);
const filled = (text: string, person: string, value: string): string =>
  text.replaceAll("{n}", person).replaceAll("{o}", value);
