/**
 * The user's own text, byte for byte: .txt, .jsonl, .json and .parquet, packed or not. No cleaning here, no fetching; a file that
 * cannot be read as what its name says is an error, never skipped.
 */
import { basename } from "node:path";
import type { OnProgress } from "../../types.js";
import type { Document, SourceText } from "../types.js";
import type { Written } from "../../registry.js";
import { formReader } from "../forms/reader.js";
import { type FormName, formOf } from "../forms/registry.js";
import type { Form } from "../forms/types.js";
import { type FieldDocuments, fieldReader } from "./fields.js";
import { eachJsonRow } from "./json-rows.js";
import { readParquet } from "./parquet.js";
import { expand, type FileFormat, formatOf } from "./paths.js";
import { textDocuments } from "./text-file.js";
import type { TextDocuments } from "./text-file.js";
import { readBytes } from "./unpack.js";
import { decodeUtf8 } from "./utf8.js";

/** One language's files and how to read them. */
export interface FileText {
  /** Files, folders and globs, to be split into train and held-out parts; either these or `train` and `heldOut`. */
  paths?: string | string[];
  /** Text to train on, with a held-out text of one's own: nothing is split, and nothing dropped. */
  train?: string | string[];
  heldOut?: string | string[];
  /** Defaults to what the file's name says. */
  format?: FileFormat;
  /** Field (JSON) or column (Parquet) with the text; defaults to "text". */
  field?: string;
  /** Field or column that names a document. When every language has one, equal names are translations of one document. */
  key?: string;
  /** What one document of a .txt file is; defaults to "auto". */
  documents?: TextDocuments;
  /**
   * What a row becomes: documents of which not all tokens count the same. A row of `forms`, as a name or with its options, or a form
   * of your own, which has fields of its own. Defaults to the text of `field`.
   */
  form?: FormName | Written | Form;
}

export interface ReadFilesOptions {
  /** Files by language (or domain). */
  files: Record<string, string | string[] | FileText>;
  /** Of every language that names none itself; defaults to "text". */
  field?: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export async function readFiles({ files, field, signal, onProgress }: ReadFilesOptions): Promise<SourceText> {
  const texts = Object.entries(files).map(([language, given]) => ({
    language,
    text: textOf(language, given, field),
  }));
  const all = texts.flatMap(({ language, text }) =>
    partsOf(language, text).flatMap(({ held, paths }) => paths.map((path) => ({ language, path, text, held }))),
  );
  const documents: Record<string, Document[]> = {};
  const heldOut: Record<string, Document[]> = {};
  const notes: string[] = [];
  const taken = new Set<string>();
  for (const [i, { language, path, text, held }] of all.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ label: "reading files", done: i, total: all.length, note: basename(path) });
    const name = unusedName(basename(path), language, taken);
    const read = await readFile(path, text, signal);
    if (read.passed > 0)
      notes.push(
        `${language}: ${read.passed} rows of ${path} without ${JSON.stringify(text.field ?? "text")} passed over`,
      );
    const into = ((held ? heldOut : documents)[language] ??= []);
    for (const [n, { text: content, key, marks, row = n }] of read.documents.entries())
      into.push({ key: key ?? `${name}#${row}`, text: content, ...(marks && { marks }) });
  }
  onProgress?.({ label: "reading files", done: all.length, total: all.length });
  const aligned = texts.length > 1 && texts.every(({ text }) => text.key !== undefined);
  const source = all.map(({ path }) => path).join(", ");
  const pairs = texts.flatMap(({ language, text }) => (text.form?.pairs ? [language] : []));
  return { source, licence: "yours to know", documents, heldOut, pairs, aligned, notes };
}

type ReadText = Omit<FileText, "form"> & { form?: Form };

/** One language's, with the field of all where it names none, and its form made. */
function textOf(language: string, given: string | string[] | FileText, field: string | undefined): ReadText {
  if (typeof given === "string" || Array.isArray(given)) return { paths: given, field };
  if (given.form !== undefined && given.field !== undefined)
    throw new Error(`load: invalid field of ${language}: ${given.field} (its form has fields of its own)`);
  const { form, ...others } = given;
  return { field, ...others, ...(form !== undefined && { form: formOf(form) }) };
}

/** The files to train on or to split, and the held-out ones. */
function partsOf(language: string, { paths, train, heldOut }: ReadText): { held: boolean; paths: string[] }[] {
  const files = (given: string | string[]): string[] => [given].flat().flatMap(expand);
  if (paths !== undefined && train === undefined && heldOut === undefined)
    return [{ held: false, paths: files(paths) }];
  if (paths === undefined && train !== undefined && heldOut !== undefined)
    return [
      { held: false, paths: files(train) },
      { held: true, paths: files(heldOut) },
    ];
  throw new Error(`load: invalid files of ${language}: give either paths, or train and heldOut`);
}

async function readFile(path: string, given: ReadText, signal: AbortSignal | undefined): Promise<FieldDocuments> {
  const { format = formatOf(path), field = "text", key, documents = "auto", form } = given;
  const reader = form ? formReader({ form, key, path }) : fieldReader({ field, key });
  if (format === "txt" && key !== undefined)
    throw new Error(`load: invalid key for ${path}: a text file has no fields; use jsonl or Parquet`);
  if (format === "txt") {
    const texts = textDocuments(decodeUtf8(await readBytes(path), path), documents);
    if (!form) return { documents: texts.map((text) => ({ text })), passed: 0 };
    texts.forEach((text, i) => reader.add({ text }, `${path}, document ${i + 1}`));
    return reader.done();
  }
  if (format === "parquet") {
    const columns = [...(form?.fields ?? [field]), ...(key === undefined ? [] : [key])];
    return readParquet({ path, reader, columns, optional: form !== undefined, signal });
  }
  if (format !== "jsonl")
    throw new Error(
      `load: unknown format of ${path}; name it .txt, .jsonl, .json or .parquet (.gz or .zst after it), or give its format`,
    );
  eachJsonRow(await readBytes(path), path, reader.add);
  return reader.done();
}

/** File names make keys, so files of one name in two languages split alike; two of one name in one language stay apart. */
function unusedName(name: string, language: string, taken: Set<string>): string {
  let unused = name;
  for (let n = 2; taken.has(`${language}/${unused}`); n++) unused = `${name}~${n}`;
  taken.add(`${language}/${unused}`);
  return unused;
}
