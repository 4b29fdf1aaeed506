/**
 * A corpus of the user's own as a row like the lab's: one JSON file that says what it is, under which licence, where it is from, and
 * how its files are read. Paths in it are relative to its folder.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import * as z from "zod";
import { printable, show } from "../../foreign.js";
import { readJsonObject } from "../../json-file.js";
import { checkKeys } from "../../names.js";
import { type FileText, filesSchema } from "../sources/file-text.js";
import { type StepGiven, stepsSchema } from "../steps/registry.js";
import { mapTextPaths } from "./text-paths.js";

export interface Dataset {
  /** What it is called, e.g. in `Corpus.name`. */
  name: string;
  /** What it is, in one line. */
  summary: string;
  /** Of the text: an SPDX name, or words. */
  licence: string;
  /** Where it is from, and which version. */
  source: string;
  /** Files by language (or domain), and how they are read. */
  languages: Record<string, string | string[] | FileText>;
  /** Steps that its text goes through where nothing else is asked for; defaults to none. */
  clean?: StepGiven[];
}

const line = z.string().min(1);

const dataset = z.strictObject({
  name: line,
  summary: line,
  licence: line,
  source: line,
  languages: filesSchema.refine((languages) => Object.keys(languages).length > 0, "name at least one language"),
  clean: stepsSchema.optional(),
});

/** With its paths found from the file's folder. Throws one line that names the file and the field. */
export function readDataset(path: string): Dataset {
  const caller = `dataset ${path}`;
  const value = checkKeys(readJsonObject(path, "dataset"), caller);
  const { data, error } = dataset.safeParse(value);
  if (error) {
    const issue = error.issues[0]!;
    if (issue.code === "unrecognized_keys")
      throw new Error(
        `${caller}: unknown field: ${printable([...issue.path, issue.keys[0]!].join("."))} (it has ${Object.keys(dataset.shape).join(", ")})`,
      );
    const found = issue.path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
      value,
    );
    throw new Error(
      `${caller}: ${found === undefined ? "missing" : "invalid"} ${printable(issue.path.join("."))}${found === undefined ? "" : `: ${show(found)}`} (${issue.message})`,
    );
  }
  const { languages, clean, ...about } = data as unknown as Dataset;
  const from = dirname(path);
  const found = mapTextPaths({ files: languages, clean: clean as never }, (each) => resolve(from, each));
  return { ...about, languages: found.files!, ...(clean && { clean: found.clean as StepGiven[] }) };
}

/** Bytes of the largest description. */
const largest = 1 << 20;

/** Whether a file is a description, right or wrong, and not JSON of another kind: it has languages, and says what it is. */
export function isDataset(path: string): boolean {
  const stat = path.endsWith(".json") ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (!stat?.isFile() || stat.size > largest) return false;
  const text = readFileSync(path, "utf8");
  return /"languages"\s*:\s*\{/.test(text) && /"(licence|source|summary)"\s*:/.test(text);
}

/** Paths of the descriptions that a folder holds, in the order of their names; none where there is no such folder. */
export function datasetsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => join(folder, file))
    .filter(isDataset);
}
