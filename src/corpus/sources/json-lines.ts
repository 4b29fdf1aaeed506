/** A file of JSON objects, one a line: one document each, under a field of the user's choice. Read as bytes, so that errors can say where. */
import { readFileSync, statSync } from "node:fs";
import { decodeUtf8 } from "./utf8.js";

export interface FieldDocument {
  text: string;
  key?: string;
}

/** What one Buffer can hold. */
const largest = 2 ** 31 - 1;

export function readJsonLines(path: string, field: string, keyField: string | undefined): FieldDocument[] {
  const { size } = statSync(path);
  if (size > largest)
    throw new Error(`load: ${path} is too large: ${size} bytes; cut it into files of up to ${largest} bytes`);
  const bytes = readFileSync(path);
  const documents: FieldDocument[] = [];
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = decodeUtf8(bytes.subarray(start, end), path, start).trim();
    start = end + 1;
    if (text === "") continue;
    const where = `${path}, line ${line}`;
    const row = parse(text, where);
    const document: FieldDocument = { text: fieldOf(row, field, where) };
    if (keyField !== undefined) document.key = keyOf(row, keyField, where);
    documents.push(document);
  }
  return documents;
}

function parse(text: string, where: string): Record<string, unknown> {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (error) {
    throw new Error(`load: invalid JSON in ${where}: ${(error as Error).message}`, { cause: error });
  }
  if (typeof row !== "object" || row === null || Array.isArray(row))
    throw new Error(`load: invalid row in ${where}: it is not an object`);
  return row as Record<string, unknown>;
}

/** A text field, or one line that says what there is instead. */
export function fieldOf(row: Record<string, unknown>, field: string, where: string): string {
  const value = row[field];
  if (typeof value === "string") return value;
  if (value === undefined)
    throw new Error(
      `load: missing field ${JSON.stringify(field)} in ${where}; it has ${Object.keys(row).join(", ") || "nothing"}`,
    );
  throw new Error(
    `load: invalid field ${JSON.stringify(field)} in ${where}: ${value === null ? "null" : typeof value}; it must be text`,
  );
}

/** A document's name: text or a number. */
export function keyOf(row: Record<string, unknown>, field: string, where: string): string {
  const value = row[field];
  return typeof value === "number" || typeof value === "bigint" ? String(value) : fieldOf(row, field, where);
}
