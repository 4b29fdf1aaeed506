/** Rows as marked documents, as a form has them. A row with none of its fields is passed over and counted; a file of such rows is an error. */
import { placeOf } from "../split/split.js";
import { type About, about, fieldsAbout, isThere, type RowReader, rowsWith } from "../sources/fields.js";
import type { Form } from "./types.js";

export interface FormReaderOptions extends About {
  form: Form;
  /** The file. */
  path: string;
}

export function formReader({ form, path, ...named }: FormReaderOptions): RowReader {
  const rows = rowsWith(form.fields);
  let count = 0;
  return {
    fields: [...form.fields, ...fieldsAbout(named)],
    optional: true,
    read(row, where) {
      const number = count++;
      if (
        !rows.take(
          row,
          where,
          form.fields.some((field) => isThere(row[field])),
        )
      )
        return [];
      const common = form.together?.(row);
      const ofRow = { ...(typeof common === "string" && { key: common }), ...about(row, where, named), row: number };
      const draw = placeOf(`${number}`, 1, form.name);
      return form.documents(row, { where, draw }).map(({ text, marks }) => ({ text, marks, ...ofRow }));
    },
    done() {
      const passed = rows.done();
      if (count === 0) throw new Error(`load: no rows in ${path}`);
      return passed;
    },
  };
}
