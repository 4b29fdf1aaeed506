/**
 * The files that a user means: a file, a folder (all files of one format in it and below), or a glob. In the order of their
 * names, so the same on any machine. Hidden files are passed over.
 */
import { type Stats, statSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { globSync } from "tinyglobby";
import { printable } from "../../foreign.js";
import { regularFile } from "../../regular-file.js";
import { packedEnding } from "./unpack.js";

/** What is inside, by the ending of the name. */
export const formats = {
  ".txt": "txt",
  ".text": "txt",
  ".md": "txt",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "jsonl",
  ".csv": "csv",
  ".tsv": "tsv",
  ".parquet": "parquet",
  ".arrow": "arrow",
  ".arrows": "arrow",
  ".feather": "arrow",
} as const;

export const fileFormats = ["txt", "jsonl", "csv", "tsv", "parquet", "arrow", "code"] as const;

export type FileFormat = (typeof fileFormats)[number];

/** By the name alone, without the ending of a packed file; undefined for what no reader is for. */
export function formatOf(path: string): FileFormat | undefined {
  const ending = endingOf(path);
  return Object.hasOwn(formats, ending) ? formats[ending as keyof typeof formats] : undefined;
}

const endingOf = (path: string): string => extname(path.replace(packedEnding, "")).toLowerCase();

/** `path` when it is there, all files of the folder (of a format, where one is named), or what the glob finds; an error where that is nothing. */
export function expand(path: string, format?: FileFormat): string[] {
  const stat = statOf(path);
  if (stat?.isDirectory()) return folder(path, format);
  if (stat) {
    regularFile(path, "load");
    return [path];
  }
  if (!/[*?[{]/.test(path)) throw new Error(`load: no such file: ${printable(path, 400)}`);
  const found = find(path);
  if (found.length === 0) throw new Error(`load: no such file: ${printable(path, 400)} (nothing matches)`);
  return found;
}

function folder(path: string, format: FileFormat | undefined): string[] {
  const found = find(join(path, "**")).filter((file) => (format ? formatOf(file) === format : formatOf(file)));
  const kinds = [...new Set(found.map(endingOf))];
  const taken = Object.entries(formats).flatMap(([ending, kind]) => (format && kind !== format ? [] : [ending]));
  if (found.length === 0) throw new Error(`load: no text in the folder ${path}; it takes ${taken.join(", ")}`);
  if (kinds.length > 1 && !format)
    throw new Error(
      `load: invalid folder: ${path} holds ${kinds.sort().join(", ")}; name the files you mean, e.g. ${join(path, "**", `*${kinds[0]}`)}, or the format`,
    );
  return found;
}

/** The leading part that exists is taken by its letters, whatever brackets its names have. */
function find(path: string): string[] {
  const parts = path.split(sep);
  let literal = 0;
  while (literal < parts.length - 1 && isThere(parts.slice(0, literal + 1).join(sep) || sep)) literal++;
  const cwd = parts.slice(0, literal).join(sep) || (path.startsWith(sep) ? sep : ".");
  return globSync(parts.slice(literal).join("/"), { cwd, onlyFiles: true, expandDirectories: false })
    .sort((a, b) => (a < b ? -1 : 1))
    .map((file) => join(cwd, file));
}

const isThere = (path: string): boolean => statOf(path)?.isDirectory() ?? false;

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new Error(`load: invalid file: ${printable(path, 400)} (no name of a file: ${code})`, { cause: error });
  }
}
