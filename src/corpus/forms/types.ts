/** What a row of the user's files becomes: marked documents. Adding one: a file with the function, a row in `registry.ts`, a test. */
import type { Made } from "../../registry.js";
import { show } from "../../foreign.js";
import type { Marked } from "../chat/marked.js";
import type { Row } from "../sources/rows.js";

export interface Form extends Made {
  /** Fields of a row that it reads; a row that has none of them is passed over. */
  readonly fields: readonly string[];
  /** Every row makes two documents, which belong together. */
  readonly pairs?: true;
  /** What rows have in common that are to be on one side of a split, such as a prompt. Defaults to nothing. */
  together?(row: Row): unknown;
  /** Throws one line with `where` where a row cannot be read. Documents of one row stay together in a split. */
  documents(row: Row, at: { where: string; draw: number }): Marked[];
}

/** The text of a field; `otherwise` where it is absent or null and may be. */
export function textIn(row: Row, field: string, where: string, otherwise?: string): string {
  const value = row[field] ?? otherwise;
  if (typeof value !== "string")
    throw new Error(`load: invalid field ${JSON.stringify(field)} in ${where}: ${show(value)} (it must be text)`);
  return value;
}

/** A document that counts from `from` on. */
export const countingFrom = (text: string, from: number, weight = 1): Marked => ({
  text,
  marks: from < text.length ? [{ from, to: text.length, weight }] : [],
});
