/**
 * A notebook's parameters: the defaults that stand in its cell, and what `palimpsest run --params` (or the variable
 * PALIMPSEST_PARAMS: JSON, or the path of a JSON file) puts in their place.
 */
import { checkKeys } from "../names.js";
import { foreignJson, printable, show } from "../foreign.js";
import { readJson } from "../json-file.js";
import { getHost } from "./host.js";

export interface ParamsOptions<T extends object> {
  /** Every parameter the notebook has. A given one must be of the same JSON type as its default. */
  defaults: T;
  /** Defaults to `process.env`. */
  env?: Record<string, string | undefined>;
}

/** `const { steps, languages } = lab.params({ defaults: { steps: 300, languages: ["en", "ko"] } })`. */
export function params<T extends object>(options: ParamsOptions<T>): T {
  const { defaults, env = process.env } = options;
  const given = env.PALIMPSEST_PARAMS ? read(env.PALIMPSEST_PARAMS) : {};
  const known = { ...defaults } as Record<string, unknown>;
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(known, name))
      throw new Error(
        `params: invalid parameter: ${printable(name)}; this notebook has ${Object.keys(known).join(", ") || "none"}`,
      );
    const [wanted, found] = [typeOf(known[name]), typeOf(value)];
    if (wanted !== found && wanted !== "null")
      throw new Error(
        `params: invalid ${printable(name)}: ${show(value)} (${found}); its default is of type ${wanted}`,
      );
    known[name] = value;
  }
  return known as T;
}

function read(source: string): object {
  const inline = source.trimStart().startsWith("{");
  const value = inline ? readInline(source) : readJson(source, "params: PALIMPSEST_PARAMS");
  if (typeOf(value) !== "object")
    throw new Error(`params: invalid PALIMPSEST_PARAMS: ${printable(source)}; a JSON object is needed`);
  return checkKeys(value as object, "params");
}

function readInline(source: string): unknown {
  try {
    return foreignJson(source);
  } catch (error) {
    throw new Error(`params: invalid PALIMPSEST_PARAMS: ${(error as Error).message}`, { cause: error });
  }
}

function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

/** The folder of the notebook, for files that lie beside it; paths without it are relative to the project. */
export function here(): string {
  return getHost()?.folder ?? process.cwd();
}
