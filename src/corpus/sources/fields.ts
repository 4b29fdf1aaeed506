/**
 * Rows of a table or of JSON as documents: the text in one field or in several joined, a name and a date in others where they are
 * asked for. A row without the field, or with null there, is passed over and counted; a file none of whose rows has it is an error.
 */
import { printable } from "../../foreign.js";
import type { Mark } from "../../types.js";
import { dateOf } from "./dates.js";
import { fieldAt, fill, pathsIn } from "./field-path.js";
import type { Row } from "./rows.js";

export interface RowDocument {
  text: string;
  key?: string;
  /** As ISO 8601 has it. */
  date?: string;
  /** Where a form made it. */
  marks?: Mark[];
  /** Number of the row that it is of, where rows may make several. */
  row?: number;
}

export interface RowReader {
  /** Fields that it reads, as paths. */
  fields: readonly string[];
  /** Whether a file may lack some of them. */
  optional: boolean;
  /** `where` names the row in errors. A row that is passed over makes no documents. */
  read(row: Row, where: string): RowDocument[];
  /** How many rows were passed over; throws where that was all of them. */
  done(): number;
}

/** Fields that say what a document is besides its text. */
export interface About {
  /** The field with the document's name. */
  key?: string | undefined;
  /** The field with its date. */
  date?: string | undefined;
}

export interface Fields extends About {
  /** The field with the text. */
  field: string;
  /** In place of `field`: fields in braces with what stands between them. */
  template?: string | undefined;
  /** What stands between the texts of a list; without it a list is refused. */
  join?: string | undefined;
}

export function fieldReader({ field, template, join, ...named }: Fields): RowReader {
  const wanted = template === undefined ? [field] : pathsIn(template);
  if (wanted.length === 0) throw new Error(`load: invalid template: ${template} (it names no field, as in {title})`);
  const rows = rowsWith(wanted);
  const textAt = (row: Row, path: string, where: string): string => {
    const value = fieldAt(row, path);
    if (join !== undefined && Array.isArray(value))
      return value.map((each, i) => textOf(each, `${path}[${i}]`, where)).join(join);
    return template === undefined ? textOf(value, path, where) : nameOf(value, path, where);
  };
  return {
    fields: [...wanted, ...fieldsAbout(named)],
    optional: false,
    read(row, where) {
      const has = wanted.every((path) => isThere(fieldAt(row, path)));
      if (!rows.take(row, where, has)) return [];
      const text =
        template === undefined ? textAt(row, field, where) : fill(template, (path) => textAt(row, path, where));
      return [{ text, ...about(row, where, named) }];
    },
    done: rows.done,
  };
}

export const isThere = (value: unknown): boolean => value !== undefined && value !== null;

export const fieldsAbout = ({ key, date }: About): string[] => [key ?? [], date ?? []].flat();

/** Name and date of a row, where they are asked for; a row may have no date. */
export function about(row: Row, where: string, { key, date }: About): Pick<RowDocument, "key" | "date"> {
  const dated = date === undefined ? undefined : fieldAt(row, date);
  return {
    ...(key !== undefined && { key: nameOf(fieldAt(row, key), key, where) }),
    ...(isThere(dated) && { date: dateOf(dated, `${JSON.stringify(date)} in ${where}`) }),
  };
}

/** Counts rows that have what is wanted, and those that do not. */
export function rowsWith(wanted: readonly string[]): Pick<RowReader, "done"> & {
  take(row: Row, where: string, has: boolean): boolean;
} {
  let [taken, passed] = [0, 0];
  let first: { row: Row; where: string } | undefined;
  return {
    take(row, where, has) {
      if (!has) first ??= { row, where };
      if (has) taken++;
      else passed++;
      return has;
    },
    done() {
      if (first && taken === 0)
        throw new Error(
          `load: missing ${wanted.length === 1 ? `field ${JSON.stringify(wanted[0])}` : `fields ${wanted.join(", ")}`} in ${first.where}; it has ${printable(Object.keys(first.row).slice(0, 40).join(", "), 400) || "nothing"}`,
        );
      return passed;
    },
  };
}

/** Text or a number. */
const nameOf = (value: unknown, path: string, where: string): string =>
  typeof value === "number" || typeof value === "bigint" ? String(value) : textOf(value, path, where);

function textOf(value: unknown, path: string, where: string): string {
  if (typeof value === "string") return value;
  const [found, fix] = Array.isArray(value)
    ? ["a list", 'it must be text; join: "\\n" joins a list of texts']
    : [value === undefined ? "nothing" : value === null ? "null" : typeof value, "it must be text"];
  throw new Error(`load: invalid field ${JSON.stringify(path)} in ${where}: ${found}; ${fix}`);
}
