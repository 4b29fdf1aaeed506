/**
 * Clean text with faults planted at known rates, so that a filter can be asked what it finds (precision and recall, fault by
 * fault). Words are what white space parts.
 */
import type { Rng } from "../rng.js";
import type { Document } from "./types.js";

/** A row each: what becomes of a document's text. */
export const faults = {
  /** Its words in any order, its white space where it was. */
  shuffled: ({ text, rng }) => {
    const words = rng.shuffle(text.match(/\S+/g) ?? []);
    return text.replace(/\S+/g, () => words.shift()!);
  },
  /** One line of a web page's frame among its own. */
  boilerplate: ({ text, rng }) => {
    const lines = text.split("\n");
    lines.splice(rng.int(lines.length + 1), 0, boilerplate[rng.int(boilerplate.length)]!);
    return lines.join("\n");
  },
  /** The text of a document of another language. */
  language: ({ foreign, rng }) => foreign[rng.int(foreign.length)]!.text,
  /** The text of an intact document that comes before, one word in fifty of it another of its words. */
  "near-duplicate": ({ before, rng }) => {
    const words = before.match(/\S+/g) ?? [];
    const changed = new Set(rng.shuffle(words.map((_, i) => i)).slice(0, Math.ceil(words.length / 50)));
    let i = 0;
    return before.replace(/\S+/g, (word) => (changed.has(i++) ? words[rng.int(words.length)]! : word));
  },
} satisfies Record<string, (given: Given) => string>;

export type Fault = keyof typeof faults;

interface Given {
  text: string;
  before: string;
  foreign: readonly Document[];
  rng: Rng;
}

const boilerplate = [
  "Home | About us | Contact | Privacy policy",
  "This website uses cookies. By continuing you accept our terms of use.",
  "Share this page: Facebook Twitter Email Print",
  "© 2024 All rights reserved.",
  "Sign up for our newsletter to read more!",
];

export interface PlantedOptions {
  documents: readonly Document[];
  /** Of all documents, the share that has this fault and no other; 0 where it is not named. */
  rates: Partial<Record<Fault, number>>;
  rng: Rng;
  /** Documents of other languages, where `language` is planted. */
  foreign?: readonly Document[];
}

export interface Planted {
  /** As many as were given, with their keys and in their order; the first is always intact. */
  documents: Document[];
  /** What is wrong with each; undefined where nothing is. */
  faults: (Fault | undefined)[];
}

export function planted({ documents, rates, rng, foreign = [] }: PlantedOptions): Planted {
  for (const [name, rate] of Object.entries(rates)) {
    if (!Object.hasOwn(faults, name))
      throw new Error(`planted: invalid rates: ${name} (of ${Object.keys(faults).join(", ")})`);
    if (!(rate >= 0 && rate <= 1)) throw new Error(`planted: invalid rates: ${name} ${rate} (want 0 to 1)`);
  }
  if ((rates.language ?? 0) > 0 && foreign.length === 0)
    throw new Error("planted: invalid foreign: no documents (give some of another language, or no rate for language)");
  const wanted = (Object.keys(rates) as Fault[]).flatMap((name) =>
    Array<Fault>(Math.round(rates[name]! * documents.length)).fill(name),
  );
  if (wanted.length >= Math.max(documents.length, 1))
    throw new Error(
      `planted: invalid rates: ${wanted.length} faults in ${documents.length} documents (one stays intact)`,
    );

  const order = rng.shuffle(Array.from({ length: documents.length - 1 }, (_, i) => i + 1));
  const at = new Array<Fault | undefined>(documents.length).fill(undefined);
  wanted.forEach((fault, i) => (at[order[i]!] = fault));
  const intact: string[] = [];
  const made = documents.map((document, i): Document => {
    const fault = at[i];
    if (!fault) intact.push(document.text);
    if (!fault) return document;
    const before = intact[rng.int(intact.length)]!;
    return { key: document.key, text: faults[fault]({ text: document.text, before, foreign, rng }) };
  });
  return { documents: made, faults: at };
}
