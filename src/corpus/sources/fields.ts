/**
 * Rows of a table or of JSON as documents: the text in one field, a name in another where one is asked for. A row without the
 * field, or with null there, is passed over and counted; a file none of whose rows has it is an error.
 */
import type { Mark } from "../../types.js";

export interface FieldDocument {
  text: string;
  key?: string;
  /** Where a form made it. */
  marks?: Mark[];
  /** Number of the row that it is of, where rows may make several. */
  row?: number;
}

export interface FieldDocuments {
  documents: FieldDocument[];
  /** Rows that have no text. */
  passed: number;
}

export interface Fields {
  /** The field with the text. */
  field: string;
  /** The field with the document's name. */
  key?: string;
}

export type Row = Record<string, unknown>;

export interface FieldReader {
  /** `where` names the row in errors. */
  add(row: Row, where: string): void;
  done(): FieldDocuments;
}

export function fieldReader({ field, key }: Fields): FieldReader {
  const documents: FieldDocument[] = [];
  let passed = 0;
  let first: { row: Row; where: string } | undefined;
  return {
    add(row, where) {
      if (row[field] === undefined || row[field] === null) {
        passed++;
        first ??= { row, where };
        return;
      }
      const document: FieldDocument = { text: textOf(row, field, where) };
      if (key !== undefined) document.key = nameOf(row, key, where);
      documents.push(document);
    },
    done() {
      if (first && documents.length === 0)
        throw new Error(
          `load: missing field ${JSON.stringify(field)} in ${first.where}; it has ${Object.keys(first.row).slice(0, 40).join(", ") || "nothing"}`,
        );
      return { documents, passed };
    },
  };
}

/** A document's name: text or a number. */
export function nameOf(row: Row, field: string, where: string): string {
  const value = row[field];
  return typeof value === "number" || typeof value === "bigint" ? String(value) : textOf(row, field, where);
}

function textOf(row: Row, field: string, where: string): string {
  const value = row[field];
  if (typeof value === "string") return value;
  const found = value === undefined ? "nothing" : value === null ? "null" : typeof value;
  throw new Error(`load: invalid field ${JSON.stringify(field)} in ${where}: ${found}; it must be text`);
}
