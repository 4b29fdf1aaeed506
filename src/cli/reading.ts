/** How files of text are read, as `corpus show` and `corpus encode` are told; and the descriptions in place of it. Bad ones are exit code 2. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { FileText } from "../corpus/index.js";
import { BadArguments } from "./work.js";

export type ReadingOptions = Partial<
  Record<"field" | "template" | "join" | "key" | "date" | "format" | "documents" | "quotes" | "bad" | "longest", string>
>;

/** As one types it in a shell: `\n` is a line end, `\t` a tab, `\\` a backslash. */
const escaped = (text: string): string =>
  text.replace(/\\([nt\\])/g, (_, letter: string) => ({ n: "\n", t: "\t" })[letter] ?? letter);

/** Each goes to every file, as it is or as it is meant. */
const ofFiles: Record<
  keyof ReadingOptions,
  readonly [value: string, help: string, meant?: (text: string) => string | number]
> = {
  field: ["path", 'field or column with the text, e.g. meta.text; defaults to "text"'],
  template: ["text", 'several fields in place of one, e.g. "{title}\\n{body}", where \\n is a line end', escaped],
  join: ["text", "what stands between the texts of a list, e.g. \\n", escaped],
  key: ["path", "field that names a document"],
  date: ["path", "field with a document's date"],
  format: ["name", "txt, jsonl, csv, tsv, parquet, arrow, or code for a folder of it; defaults to the name's"],
  documents: ["where", "where a document of a text file ends: auto, file, form-feed or paragraph"],
  quotes: ["how", "quotes of CSV and TSV: fields (the default), or none where they are text"],
  bad: ["what", "rows that cannot be read: refuse (the default) or skip"],
  longest: ["bytes", "of the longest row, or document of a text file; defaults to 67108864", Number],
};

const named = Object.keys(ofFiles) as (keyof ReadingOptions)[];

export function addReading(command: Command): Command {
  for (const name of named) command.option(`--${name} <${ofFiles[name][0]}>`, ofFiles[name][1]);
  return command;
}

/** The first that is given is not for what says itself how it is read. */
export function refuseReading(options: ReadingOptions, what: string): void {
  const given = named.find((name) => options[name] !== undefined);
  if (given) throw new BadArguments(`--${given} is for files; ${what} says how it is read`);
}

/** Files, folders and globs of one language, which are there as far as that can be told at once. */
export async function filesRead(language: string, paths: string[], options: ReadingOptions): Promise<FileText> {
  const { filesSchema } = await import("../corpus/index.js");
  const given = named.filter((name) => options[name] !== undefined);
  const meant = (name: keyof ReadingOptions): string | number => ofFiles[name][2]?.(options[name]!) ?? options[name]!;
  const file = { paths, ...Object.fromEntries(given.map((name) => [name, meant(name)])) };
  const isWrong = (text: object): boolean => filesSchema.safeParse({ [language]: text }).error !== undefined;
  const wrong = isWrong(file) && given.find((name) => !isWrong({ ...file, [name]: undefined }));
  if (wrong) throw new BadArguments(`invalid --${wrong}: ${options[wrong]} (${ofFiles[wrong][1]})`);
  return file as FileText;
}

export const isMissing = (path: string): boolean => !existsSync(path) && !/[*?[{]/.test(path);

/** The description that is meant by its path, or by its name in ./datasets; undefined where it is none. */
export async function descriptionAt(what: string): Promise<string | undefined> {
  const { isDataset } = await import("../corpus/index.js");
  return [what, join("datasets", `${what}.json`)].find((path) => isDataset(path));
}
