/**
 * The user's own text, document by document and byte for byte, however large the files: .txt, .jsonl, .json, .csv, .tsv, Parquet,
 * Arrow and source code, packed or not. Held at a time are a document, a line, a row group or a record batch. No cleaning here, no
 * fetching; what cannot be read as what its name says is an error, or with `bad: "skip"` left out, counted and named.
 */
import { statSync } from "node:fs";
import { basename } from "node:path";
import { formReader } from "../forms/reader.js";
import { formOf } from "../forms/registry.js";
import type { Form } from "../forms/types.js";
import type { Document } from "../types.js";
import { arrowRows } from "./arrow-rows.js";
import { type BadRows, badRows } from "./bad-rows.js";
import { type CodeFile, codeFiles, codeOptions, codeRows, leftOut } from "./code.js";
import { csvRows } from "./csv-rows.js";
import { fieldReader, type RowReader } from "./fields.js";
import type { FileText } from "./file-text.js";
import { jsonRows } from "./json-rows.js";
import { parquetRows } from "./parquet.js";
import { expand, type FileFormat, formatOf } from "./paths.js";
import type { PlacedRow, RowsOptions } from "./rows.js";
import { textRows } from "./text-file.js";

export interface StreamFilesOptions {
  text: string | string[] | FileText;
  /** What they are files of, in errors and notes; defaults to "text". */
  language?: string;
  /** Which of them: those named as held out, or (the default) the others. */
  part?: "train" | "heldOut";
  /** Of files that name none themselves; defaults to "text". */
  field?: string | undefined;
  /** Is given sentences on what was passed over or left out. */
  notes?: string[];
  /** Begins after the first so many documents of this file, which is numbered from 0 among all of them, held-out ones too. */
  from?: Place | undefined;
  onFile?(path: string, number: number): void;
  signal?: AbortSignal | undefined;
}

export interface Place {
  file: number;
  documents: number;
}

/** Keys are what `key` names, or the file's name and the number of the document in it. */
export async function* streamFiles(options: StreamFilesOptions): AsyncGenerator<Document> {
  const { language = "text", part = "train", notes = [], signal, from, onFile } = options;
  const text = readable(options.text, language, options.field);
  if (text.format === "code" && !from)
    for (const folder of [text.paths ?? text[part] ?? []].flat())
      notes.push(...leftOut(codeOptions(folder, text)).map((note) => `${language}: ${note}`));
  for (const [number, file] of namedFiles(text, language).entries()) {
    if (file.held !== (part === "heldOut") || number < (from?.file ?? 0)) continue;
    signal?.throwIfAborted();
    onFile?.(file.path, number);
    let known = from?.file === number ? from.documents : 0;
    for await (const document of documentsOf(file, text, { language, notes, signal })) if (known-- <= 0) yield document;
  }
}

export interface NamedFile {
  path: string;
  /** What keys of its documents begin with: no two files of a language have the same. */
  name: string;
  /** Whether it is named as held out. */
  held: boolean;
}

export type ReadText = Omit<FileText, "form"> & { form?: Form };

/** With the field of all where it names none, and its form made; throws where its options contradict each other. */
export function readable(given: string | string[] | FileText, language: string, field?: string): ReadText {
  if (typeof given === "string" || Array.isArray(given)) return { paths: given, ...(field !== undefined && { field }) };
  const { form, template } = given;
  if (form !== undefined && (given.field ?? template) !== undefined)
    throw new Error(
      `load: invalid ${template === undefined ? "field" : "template"} of ${language}: ${given.field ?? template} (its form has fields of its own)`,
    );
  if (given.field !== undefined && template !== undefined)
    throw new Error(`load: invalid template of ${language}: ${template} (give either field or template)`);
  const { form: _, ...others } = given;
  return { ...(field !== undefined && { field }), ...others, ...(form !== undefined && { form: formOf(form) }) };
}

/** The files to train on or to split, then the held-out ones. Files of one name in two languages split alike. */
export function namedFiles(text: ReadText, language: string): NamedFile[] {
  const { paths, train, heldOut, format } = text;
  const parts =
    paths !== undefined && train === undefined && heldOut === undefined
      ? [{ held: false, given: paths }]
      : paths === undefined && train !== undefined && heldOut !== undefined
        ? [
            { held: false, given: train },
            { held: true, given: heldOut },
          ]
        : undefined;
  if (!parts) throw new Error(`load: invalid files of ${language}: give either paths, or train and heldOut`);
  const taken = new Set<string>();
  return parts.flatMap(({ held, given }) =>
    [given].flat().flatMap((path) => {
      const files =
        format === "code"
          ? filesOfCode(path, text)
          : expand(path, format).map((file) => ({ path: file, key: basename(file) }));
      return files.map(({ path: file, key }) => ({ path: file, name: unused(key, taken), held }));
    }),
  );
}

function filesOfCode(path: string, text: ReadText): CodeFile[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`load: invalid path of code: ${path} (a folder; take: names what is wanted of it)`);
  const files = codeFiles(codeOptions(path, text));
  if (files.length === 0) throw new Error(`load: no code in the folder ${path} (take: names what is wanted)`);
  return files;
}

function unused(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name}~${n}`;
  taken.add(free);
  return free;
}

/** Bytes of the longest row, where nothing else is said. */
const usual = 1 << 26;

interface Reading {
  language: string;
  notes: string[];
  signal: AbortSignal | undefined;
}

async function* documentsOf({ path, name }: NamedFile, text: ReadText, reading: Reading): AsyncGenerator<Document> {
  const { language, notes, signal } = reading;
  const { format = formatOf(path), key, date, form, longest = usual } = text;
  const plain = format === "txt" || format === "code";
  if (plain && (key ?? date) !== undefined)
    throw new Error(
      `load: invalid ${key === undefined ? "date" : "key"} for ${path}: a text file has no fields; use jsonl or Parquet`,
    );
  const field = plain ? "text" : (text.field ?? "text");
  const template = plain ? undefined : text.template;
  const reader: RowReader = form
    ? formReader({ form, key, date, path })
    : fieldReader({ field, template, join: text.join, key, date });
  const bad = badRows(text.bad ?? "refuse");
  const { fields, optional } = reader;
  let minified = false;
  const rows = rowsOf(format, text, { path, fields, optional, longest, bad, signal }, () => (minified = true));
  let count = 0;
  try {
    for await (const { row, where } of rows) {
      for (const { text: content, key: own, marks, date, row: number = count } of read(reader, row, where, bad)) {
        const key = own ?? (format === "code" ? name : `${name}#${number}`);
        const pair = form?.pairs && `${name}#${number}`;
        yield {
          key,
          text: content,
          ...(marks && { marks }),
          ...(date !== undefined && { date }),
          ...(pair && { pair }),
        };
        count++;
      }
    }
    const passed = reader.done();
    if (passed > 0)
      notes.push(
        `${language}: ${passed} rows of ${path} without ${JSON.stringify(template ?? text.field ?? "text")} passed over`,
      );
  } catch (error) {
    bad.met(error);
  }
  if (minified) notes.push(`${language}: ${path} left out as minified: a line of over 1,000 characters, or 100 a line`);
  if (bad.count > 0) notes.push(`${language}: ${bad.count} left out of ${path} that cannot be read: ${bad.told()}`);
}

function read(reader: RowReader, row: PlacedRow["row"], where: string, bad: BadRows): ReturnType<RowReader["read"]> {
  try {
    return reader.read(row, where);
  } catch (error) {
    bad.met(error);
    return [];
  }
}

function rowsOf(
  format: FileFormat | undefined,
  { documents = "auto", quotes }: ReadText,
  options: RowsOptions,
  onMinified: () => void,
): AsyncGenerator<PlacedRow> {
  switch (format) {
    case "txt":
      return textRows({ ...options, documents });
    case "code":
      return codeRows({ ...options, onMinified });
    case "jsonl":
      return jsonRows(options);
    case "csv":
      return csvRows({ ...options, unquoted: quotes === "none" });
    case "tsv":
      return csvRows({ ...options, unquoted: quotes === "none", delimiter: "\t" });
    case "parquet":
      return parquetRows(options);
    case "arrow":
      return arrowRows(options);
    default:
      throw new Error(
        `load: unknown format of ${options.path}; name it .txt, .jsonl, .json, .csv, .tsv, .parquet or .arrow (.gz or .zst after it), or give its format`,
      );
  }
}
