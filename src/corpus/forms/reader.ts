/** Rows as marked documents, as a form has them. A row with none of its fields is passed over and counted; a file of such rows is an error. */
import { printable } from "../../foreign.js";
import { placeOf } from "../split.js";
import { type FieldDocument, type FieldReader, nameOf, type Row } from "../sources/fields.js";
import type { Form } from "./types.js";

export interface FormReaderOptions {
  form: Form;
  /** The field with a row's name. */
  key?: string | undefined;
  /** The file. */
  path: string;
}

export function formReader({ form, key, path }: FormReaderOptions): FieldReader {
  const documents: FieldDocument[] = [];
  let [passed, count] = [0, 0];
  let first: { row: Row; where: string } | undefined;
  return {
    add(row, where) {
      const number = count++;
      if (form.fields.every((field) => row[field] === undefined || row[field] === null)) {
        passed++;
        first ??= { row, where };
        return;
      }
      const common = form.together?.(row);
      const name = key !== undefined ? nameOf(row, key, where) : typeof common === "string" ? common : undefined;
      const draw = placeOf(`${number}`, 1, form.name);
      for (const { text, marks } of form.documents(row, { where, draw }))
        documents.push({ text, marks, row: number, ...(name !== undefined && { key: name }) });
    },
    done() {
      if (first && documents.length === 0)
        throw new Error(
          `load: missing fields ${form.fields.join(", ")} in ${first.where}; it has ${printable(Object.keys(first.row).slice(0, 40).join(", "), 400) || "nothing"}`,
        );
      if (documents.length === 0) throw new Error(`load: no rows in ${path}`);
      return { documents, passed };
    },
  };
}
