/**
 * Files whose rows are not a document each, by the name that `form` gives in a corpus's files: what a text is made of them, marks
 * and all. Such text is neither cleaned nor cut down. Adding one: a row here with a function, a test.
 */
import { basename } from "node:path";
import type { Text } from "../types.js";
import { checkPreference, preferences } from "./preferences.js";
import type { Row } from "./sources/fields.js";
import { type FileText, partsOf } from "./sources/files.js";
import { eachJsonRow } from "./sources/json-rows.js";
import { formatOf } from "./sources/paths.js";
import { readBytes } from "./sources/unpack.js";

export interface FormRow {
  summary: string;
  /** A row as it must be; throws one line that says `where` it stands. */
  check(row: Row, where: string): object;
  /** Of rows that were checked. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each form has rows of its own kind
  make(options: { name: string; rows: any[]; heldOut: number; seed: number }): Text;
}

export const forms = {
  preferences: {
    summary: "prompt, chosen and rejected of each row: two documents, the answers marked, for objectives on pairs",
    check: checkPreference,
    make: preferences,
  },
} satisfies Record<string, FormRow>;

type FormName = keyof typeof forms;

export interface FormedOptions {
  name: string;
  file: FileText & { form: FormName };
  heldOut: number;
  seed: number;
  signal?: AbortSignal;
}

/** The text of one language's files, and where it came from. */
export async function readFormed(options: FormedOptions): Promise<{ text: Text; source: string }> {
  const { name, file, heldOut, seed, signal } = options;
  const form: FormRow | undefined = Object.hasOwn(forms, file.form) ? forms[file.form] : undefined;
  if (!form)
    throw new Error(`load: invalid form of ${name}: ${String(file.form)} (one of ${Object.keys(forms).join(", ")})`);
  for (const field of ["field", "key", "documents"] as const)
    if (file[field] !== undefined)
      throw new Error(
        `load: invalid ${field} of ${name}: ${file[field]} (the form ${file.form} has fields of its own)`,
      );
  const parts = await Promise.all(
    partsOf(name, file).map(async ({ held, paths }) => ({
      held,
      paths,
      rows: await rowsOf(paths, file, form, signal),
    })),
  );
  const source = parts.flatMap(({ paths }) => paths.map((path) => basename(path))).join(", ");
  const named = parts.find(({ held }) => held);
  const text = form.make({ name, rows: parts[0]!.rows, heldOut: named ? 0 : heldOut, seed });
  if (!named) return { text, source };
  const { train, marks } = form.make({ name, rows: named.rows, heldOut: 0, seed });
  const both = text.marks && marks && { train: text.marks.train, heldOut: marks.train };
  return { text: { ...text, heldOut: train, ...(both && { marks: both }) }, source };
}

async function rowsOf(paths: string[], file: FileText, form: FormRow, signal?: AbortSignal): Promise<object[]> {
  const rows: object[] = [];
  for (const path of paths) {
    signal?.throwIfAborted();
    if ((file.format ?? formatOf(path)) !== "jsonl")
      throw new Error(`load: invalid file: ${path} (the form ${file.form} is read from .jsonl or .json)`);
    eachJsonRow(await readBytes(path), path, (row, where) => void rows.push(form.check(row, where)));
  }
  return rows;
}
