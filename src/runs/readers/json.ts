/** JSON Lines, one object a row, and a JSON file that is one array of such objects. Nested values become `outer.inner` columns. */
import { foreignJson, isRecord } from "../../foreign.js";
import { readText } from "../../json-file.js";
import { regularFile } from "../../regular-file.js";
import { flat } from "./cells.js";
import { linesOf } from "./lines.js";
import { checkSize, refuse, type Row, type Source } from "./types.js";

/** A whole JSON file is parsed at once, which takes several times its size. */
const largest = 128 << 20;

export function readJsonLines({ path }: Source): Row[] {
  return [...objectLines(path)].map((object) => flat(object));
}

export function* objectLines(path: string): Generator<Record<string, unknown>> {
  let rows = 0;
  for (const { line, number } of linesOf(path)) {
    if (line.trim() === "") continue;
    checkSize(path, ++rows);
    yield objectOf(parse(line, `${path}, line ${number}`), `${path}, line ${number}`);
  }
}

export function readJson({ path }: Source): Row[] {
  const value = wholeJson(path);
  if (!Array.isArray(value)) throw refuse(path, "JSON: not an array of objects", "one object a row, or one a line");
  checkSize(path, value.length);
  return value.map((row, i) => flat(objectOf(row, `${path}, row ${i + 1}`)));
}

export function wholeJson(path: string): unknown {
  const size = regularFile(path, "runs.rows");
  if (size > largest) throw refuse(path, `size: ${size} bytes of JSON`, "write it as JSON Lines, one object a line");
  return parse(readText(path, "runs.rows"), path);
}

function parse(text: string, where: string): unknown {
  try {
    return foreignJson(text, { python: true });
  } catch (error) {
    throw new Error(`runs.rows: invalid JSON in ${where}: ${(error as Error).message}`, { cause: error });
  }
}

function objectOf(value: unknown, where: string): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw new Error(`runs.rows: invalid row in ${where}: not an object (one object with named values a row)`);
}
