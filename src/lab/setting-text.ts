/** A setting as a person writes it on the command line, `steps=300`, read by the type of its default. */
import { foreignJson, printable } from "../foreign.js";
import { typeOf } from "./settings.js";

/** `name=value` as its two parts. Throws one line where there is no name or no "=". */
export function splitSetting(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`${printable(text)} (name=value is needed, e.g. steps=300)`);
  return [text.slice(0, at).trim(), text.slice(at + 1)];
}

/**
 * The value of `text` for a setting whose default is `fallback`: text stays as it is, a list is JSON or its elements with
 * commas between them, what has no default (or null) is JSON where it can be and text where not. Throws one line.
 */
export function readSetting(text: string, fallback: unknown): unknown {
  const trimmed = text.trim();
  if (Array.isArray(fallback)) {
    if (trimmed.startsWith("[")) return json(trimmed, "list");
    return trimmed === "" ? [] : trimmed.split(",").map((each) => readSetting(each.trim(), fallback[0]));
  }
  switch (typeof fallback) {
    case "string":
      return text;
    case "number":
      if (trimmed === "" || !Number.isFinite(Number(trimmed))) throw refuse(text, fallback, "a number");
      return Number(trimmed);
    case "boolean":
      if (trimmed !== "true" && trimmed !== "false") throw refuse(text, fallback, "true or false");
      return trimmed === "true";
    case "object":
      if (fallback !== null) return json(trimmed, "object");
  }
  try {
    return foreignJson(trimmed);
  } catch {
    return text;
  }
}

function json(text: string, what: string): unknown {
  let value: unknown;
  try {
    value = foreignJson(text);
  } catch (error) {
    throw new Error(`${printable(text)} (a JSON ${what} is needed: ${(error as Error).message})`, { cause: error });
  }
  if (typeOf(value).startsWith(what)) return value;
  throw new Error(`${printable(text)} (a JSON ${what} is needed)`);
}

const refuse = (text: string, fallback: unknown, wanted: string): Error =>
  new Error(`${printable(text)} (${wanted} is needed, as its default ${JSON.stringify(fallback)})`);
