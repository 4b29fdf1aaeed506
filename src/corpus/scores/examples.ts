/** What a score is made from: the user's files, or texts at hand. */
import { createHash } from "node:crypto";
import * as z from "zod";
import { streamFiles } from "../sources/stream.js";

/** Files, folders and globs, read as `corpus.load` reads them; or texts, which a recipe cannot write. */
export type Examples = string | readonly string[] | { readonly texts: readonly string[] };

/** As a recipe writes them. */
export const paths = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

export interface Sets {
  /** Who asks, for errors. */
  name: string;
  sets: Readonly<Record<string, Examples>>;
  /** Field or column of the files with the text; defaults to "text". */
  field?: string | undefined;
}

export interface ReadSets {
  texts: Record<string, readonly string[]>;
  /** sha256 of all of them. */
  content: string;
}

/** The texts of each set. Throws one line where one has none. */
export async function readSets({ name, sets, field }: Sets): Promise<ReadSets> {
  const texts: Record<string, readonly string[]> = {};
  const hash = createHash("sha256");
  for (const [set, given] of Object.entries(sets)) {
    const read = isTexts(given) ? given.texts : await textsOf(given, field);
    texts[set] = read.filter((text) => text !== "");
    if (texts[set].length === 0) throw new Error(`${name}: invalid ${set}: there is no text in it`);
    for (const text of [set, ...texts[set]]) hash.update(`${text.length} ${text}`);
  }
  return { texts, content: hash.digest("hex") };
}

export const isTexts = (given: Examples): given is { readonly texts: readonly string[] } =>
  typeof given === "object" && "texts" in given;

/** As options say them: texts at hand by how many there are. */
export const written = (given: Examples): string | readonly string[] | { texts: number } =>
  isTexts(given) ? { texts: given.texts.length } : given;

async function textsOf(given: string | readonly string[], field: string | undefined): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of streamFiles({ text: [given].flat(), field })) texts.push(text);
  return texts;
}
