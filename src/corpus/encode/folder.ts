/** `encoded.json`: the languages that a folder of shards holds, each as the call that encoded it last left it, sorted by name. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../files.js";
import { isRecord, printable } from "../../foreign.js";
import { readJsonObject } from "../../json-file.js";
import { checkKeys } from "../../names.js";
import type { EncodedText } from "./text.js";

export interface EncodedLanguage extends EncodedText {
  /** What was dropped or changed and why, in sentences for a person. */
  notes: string[];
  /** The steps that its text went through, and what decided which documents are held out. */
  clean: unknown[];
  split: { heldOut: number; seed: number; until?: string };
}

/** What encoded.json holds. */
export interface EncodedFiles {
  /** Hash of the tokenizer.json. */
  tokenizer: string;
  languages: Record<string, EncodedLanguage>;
}

const pathOf = (dir: string): string => join(dir, "encoded.json");

/**
 * The languages whose shards are there, besides those that are `encoded` now. Throws one line where they are of another tokenizer,
 * or where what the folder holds cannot be told.
 */
export function otherLanguages(
  dir: string,
  { tokenizer, encoded }: { tokenizer: string; encoded: readonly string[] },
): [language: string, EncodedLanguage][] {
  const path = pathOf(dir);
  if (!existsSync(path)) return [];
  const said = checkKeys(readJsonObject(path, "encode"), `encode: ${path}`);
  if (typeof said.tokenizer !== "string" || !isRecord(said.languages))
    throw new Error(`encode: invalid ${path} (it names no tokenizer or no languages; remove it to begin anew)`);
  const others = Object.entries(said.languages as Record<string, EncodedLanguage>).filter(
    ([language, text]) => !encoded.includes(language) && isThere(dir, text),
  );
  if (others.length > 0 && said.tokenizer !== tokenizer) {
    const names = others.map(([language]) => language).join(", ");
    throw new Error(
      `encode: invalid tokenizer: ${short(tokenizer)} (${dir} holds ${names} in tokens of ${short(said.tokenizer)}; encode with that tokenizer, or into another folder)`,
    );
  }
  return others;
}

export function writeEncoded(dir: string, { tokenizer, languages }: EncodedFiles): EncodedFiles {
  const sorted = Object.fromEntries(Object.entries(languages).sort(([a], [b]) => (a < b ? -1 : 1)));
  const all = { tokenizer, languages: sorted };
  writeAtomically(pathOf(dir), `${JSON.stringify(all, null, 2)}\n`);
  return all;
}

const short = (hash: string): string => printable(hash.slice(0, 16));

/** False for whatever is no such entry. */
const isThere = (dir: string, text: unknown): boolean =>
  isRecord(text) &&
  isRecord(text.train) &&
  typeof text.train.file === "string" &&
  existsSync(join(dir, text.train.file));
