/** A setting as a person writes it on the command line, `steps=300`, read by the type of its default. */
import { foreignJson, printable, show } from "../../foreign.js";
import { typeOf } from "../cell/settings.js";

/** `name=value` as its two parts. Throws one line where there is no name or no "=". */
export function splitSetting(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  const name = text.slice(0, Math.max(at, 0)).trim();
  if (name === "") throw new Error(`invalid --set: ${show(text)} (name=value is needed, e.g. steps=300)`);
  return [name, text.slice(at + 1)];
}

export interface SettingText {
  name: string;
  text: string;
  /** The setting's default; undefined where it is not known. */
  fallback: unknown;
}

/**
 * The value of a setting that is written as `text`: where its default is text it stays as it is, a list is JSON or
 * its elements with commas between them, what has no default (or null) is JSON where it can be and text where not. Throws one line.
 */
export function readSetting({ name, text, fallback }: SettingText): unknown {
  const trimmed = text.trim();
  const refuse = (wanted: string): Error =>
    new Error(`invalid --set: ${printable(name)}=${printable(text)} (${wanted}; its default is ${show(fallback)})`);
  if (Array.isArray(fallback)) {
    if (trimmed.startsWith("[")) return json(trimmed, "list", refuse);
    return trimmed === ""
      ? []
      : trimmed.split(",").map((each) => readSetting({ name, text: each.trim(), fallback: fallback[0] as unknown }));
  }
  switch (typeof fallback) {
    case "string":
      return text;
    case "number":
      if (trimmed === "" || !Number.isFinite(Number(trimmed))) throw refuse("a number is needed");
      return Number(trimmed);
    case "boolean":
      if (trimmed !== "true" && trimmed !== "false") throw refuse("true or false is needed");
      return trimmed === "true";
    case "object":
      if (fallback !== null) return json(trimmed, "object", refuse);
  }
  try {
    return foreignJson(trimmed);
  } catch {
    return text;
  }
}

function json(text: string, what: string, refuse: (wanted: string) => Error): unknown {
  let value: unknown;
  try {
    value = foreignJson(text);
  } catch (error) {
    throw refuse(`a JSON ${what} is needed: ${(error as Error).message}`);
  }
  if (typeOf(value).startsWith(what)) return value;
  throw refuse(`a JSON ${what} is needed`);
}
