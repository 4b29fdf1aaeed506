/**
 * The user's own text: .txt, .jsonl and .parquet. No cleaning here, no fetching; a file that cannot be read as what its name
 * says is an error, never skipped.
 */
import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import type { OnProgress } from "../../types.js";
import type { Document, SourceText } from "../types.js";
import { readJsonLines } from "./json-lines.js";
import type { FieldDocument } from "./json-lines.js";
import { readParquet } from "./parquet.js";
import { readTextFile } from "./text-file.js";
import type { TextDocuments } from "./text-file.js";

export type FileFormat = "txt" | "jsonl" | "parquet";

/** One language's files and how to read them. */
export interface FileText {
  paths: string | string[];
  /** Defaults to what the file's extension says. */
  format?: FileFormat;
  /** Field (jsonl) or column (Parquet) with the text; defaults to "text". */
  field?: string;
  /** Field or column that names a document. When every language has one, equal names are translations of one document. */
  key?: string;
  /** What one document of a .txt file is; defaults to "auto". */
  documents?: TextDocuments;
}

export interface ReadFilesOptions {
  /** Files by language (or domain). */
  files: Record<string, string | string[] | FileText>;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

const formats: Record<string, FileFormat> = {
  ".txt": "txt",
  ".text": "txt",
  ".md": "txt",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".parquet": "parquet",
};

export async function readFiles({ files, signal, onProgress }: ReadFilesOptions): Promise<SourceText> {
  const languages = Object.keys(files);
  const all = languages.flatMap((language) => {
    const given = files[language]!;
    const text: FileText = typeof given === "string" || Array.isArray(given) ? { paths: given } : given;
    return [text.paths].flat().map((path) => ({ language, path, text }));
  });
  const documents: Record<string, Document[]> = Object.fromEntries(languages.map((language) => [language, []]));
  const taken = new Set<string>();
  for (const [i, { language, path, text }] of all.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ label: "reading files", done: i, total: all.length, note: basename(path) });
    const name = unusedName(basename(path), language, taken);
    for (const [n, { text: content, key }] of (await readFile(path, text, signal)).entries())
      documents[language]!.push({ key: key ?? `${name}#${n}`, text: content });
  }
  onProgress?.({ label: "reading files", done: all.length, total: all.length });
  const aligned =
    languages.length > 1 &&
    languages.every((language) => {
      const given = files[language];
      return typeof given === "object" && !Array.isArray(given) && given.key !== undefined;
    });
  return { source: all.map(({ path }) => path).join(", "), licence: "yours to know", documents, aligned, notes: [] };
}

async function readFile(
  path: string,
  { format, field = "text", key, documents = "auto" }: FileText,
  signal: AbortSignal | undefined,
): Promise<FieldDocument[]> {
  if (!existsSync(path)) throw new Error(`load: no such file: ${path}`);
  const kind = format ?? formats[extname(path).toLowerCase()];
  if (kind === "txt" && key !== undefined)
    throw new Error(`load: invalid key for ${path}: a text file has no fields; use jsonl or Parquet`);
  switch (kind) {
    case "txt":
      return readTextFile(path, documents).map((text) => ({ text }));
    case "jsonl":
      return readJsonLines(path, field, key);
    case "parquet":
      return readParquet(path, field, key, signal);
    default:
      throw new Error(`load: unknown format of ${path}; name it .txt, .jsonl or .parquet, or give its format`);
  }
}

/** File names make keys, so files of one name in two languages split alike; two of one name in one language stay apart. */
function unusedName(name: string, language: string, taken: Set<string>): string {
  let unused = name;
  for (let n = 2; taken.has(`${language}/${unused}`); n++) unused = `${name}~${n}`;
  taken.add(`${language}/${unused}`);
  return unused;
}
