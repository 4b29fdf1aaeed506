/** The user's own text as a source: all that `streamFiles` gives, gathered by language. */
import { basename } from "node:path";
import type { OnProgress } from "../../types.js";
import type { Document, SourceText } from "../types.js";
import type { FileText } from "./file-text.js";
import { namedFiles, readable, streamFiles } from "./stream.js";

export interface ReadFilesOptions {
  /** Files by language (or domain). */
  files: Record<string, string | string[] | FileText>;
  /** Of every language that names none itself; defaults to "text". */
  field?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

export async function readFiles({ files, field, signal, onProgress }: ReadFilesOptions): Promise<SourceText> {
  const texts = Object.entries(files).map(([language, given]) => ({
    language,
    given,
    text: readable(given, language, field),
  }));
  const all = texts.flatMap(({ language, text }) => namedFiles(text, language));
  const documents: Record<string, Document[]> = {};
  // A language may be called as a property of objects is.
  const heldOut = Object.create(null) as Record<string, Document[]>;
  const notes: string[] = [];
  let done = 0;
  const onFile = (path: string): void =>
    onProgress?.({ label: "reading files", done: done++, total: all.length, note: basename(path) });
  for (const { language, given, text } of texts)
    for (const part of text.heldOut === undefined ? (["train"] as const) : (["train", "heldOut"] as const)) {
      const into = ((part === "train" ? documents : heldOut)[language] = [] as Document[]);
      const stream = streamFiles({ text: given, language, part, field, notes, onFile, signal });
      for await (const document of stream) into.push(document);
    }
  onProgress?.({ label: "reading files", done: all.length, total: all.length });
  const aligned = texts.length > 1 && texts.every(({ text }) => text.key !== undefined);
  const pairs = texts.flatMap(({ language, text }) => (text.form?.pairs ? [language] : []));
  const source = all.map(({ path }) => path).join(", ");
  return { source, licence: "yours to know", documents, heldOut, pairs, aligned, notes };
}
