/** Text and nested JSON as cells: numbers where the text is one, `a.b` for what lies inside, nothing for what is neither. */
import { checkName } from "../../names.js";
import type { Cell, Row } from "./types.js";

const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const named: Record<string, Cell> = {
  "": null,
  nan: NaN,
  inf: Infinity,
  infinity: Infinity,
  "+inf": Infinity,
  "-inf": -Infinity,
  "-infinity": -Infinity,
  null: null,
  none: null,
  true: true,
  false: false,
};

/** A cell of a text file. What is not wholly a number ("1,234", "3.2B") stays text, so that a later check can show it. */
export function cellOf(text: string): Cell {
  const plain = text.trim();
  if (number.test(plain)) return Number(plain);
  if (plain.length > 9) return plain;
  const word = plain.toLowerCase();
  return Object.hasOwn(named, word) ? named[word]! : plain;
}

/** A text among numbers that have their own type: Python writes NaN and infinities as words. */
export const wordOf = (text: string): Cell => (/^-?(nan|infinity)$/i.test(text) ? cellOf(text) : text);

const deepest = 100;

/** One object as a row: `{ a: { b: 1 }, c: [2, 3] }` is `{ "a.b": 1, "c.0": 2, "c.1": 3 }`. */
export function flat(value: object, row: Row = {}, prefix = "", depth = 0): Row {
  if (depth > deepest) throw new Error(`values nested more than ${deepest} deep`);
  for (const [key, inner] of Object.entries(value)) {
    const name = checkName(prefix + key, "column");
    if (typeof inner === "object" && inner !== null) flat(inner as object, row, `${name}.`, depth + 1);
    else if (typeof inner === "string") row[name] = wordOf(inner);
    else row[name] = inner as Cell;
  }
  return row;
}
