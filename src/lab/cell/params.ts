/**
 * A notebook's parameters: the defaults that stand in its cell, and what `palimpsest run --set` and `--params` (or the
 * variable PALIMPSEST_PARAMS: JSON, or the path of a JSON file) put in their place.
 */
import { checkKeys } from "../../names.js";
import { foreignJson, isRecord, printable } from "../../foreign.js";
import { readJson } from "../../json-file.js";
import { getHost } from "./host.js";
import { guarded, settle } from "./settings.js";

export interface ParamsOptions<T extends object> {
  /** Every parameter the notebook has. A given one must be of the same type as its default, a list's elements too. */
  defaults: T;
  /** Defaults to `process.env`. */
  env?: Record<string, string | undefined>;
}

/**
 * `const settings = lab.params({ defaults: { steps: 300, languages: ["en", "ko"] } })`. A name that is not among the
 * defaults is an error wherever it stands: given from outside, read (`settings.stesp`) or assigned. `{ ...settings }` is a plain object.
 */
export function params<T extends object>(options: ParamsOptions<T>): T {
  const { defaults, env = process.env } = options;
  return guarded(settle(defaults, env.PALIMPSEST_PARAMS ? read(env.PALIMPSEST_PARAMS) : {}));
}

function read(source: string): object {
  const inline = source.trimStart().startsWith("{");
  const value = inline ? readInline(source) : readJson(source, "params: PALIMPSEST_PARAMS");
  if (!isRecord(value))
    throw new Error(`params: invalid PALIMPSEST_PARAMS: ${printable(source)}; a JSON object is needed`);
  return checkKeys(value, "params");
}

function readInline(source: string): unknown {
  try {
    return foreignJson(source);
  } catch (error) {
    throw new Error(`params: invalid PALIMPSEST_PARAMS: ${(error as Error).message}`, { cause: error });
  }
}

/** The folder of the notebook, from which its relative paths start. */
export function here(): string {
  return getHost()?.folder ?? process.cwd();
}
