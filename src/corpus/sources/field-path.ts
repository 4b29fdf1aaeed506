/**
 * A field by its path: "meta.text", "choices[0].message". A row's own field of exactly that name comes first, so a column with a
 * dot in its name is found too. And texts put together of several: "{title}\n\n{body}".
 */
import { isRecord } from "../../foreign.js";
import type { Row, RowsOptions } from "./rows.js";

/** What stands at the path, undefined where nothing does. */
export function fieldAt(row: Row, path: string): unknown {
  if (Object.hasOwn(row, path)) return row[path];
  let at: unknown = row;
  for (const step of stepsOf(path)) {
    const name = typeof step === "number" && !Array.isArray(at) ? String(step) : step;
    if (!(Array.isArray(at) || isRecord(at)) || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string | number, unknown>)[name];
  }
  return at;
}

/** Names between dots; numbers in brackets are places in a list. */
const stepsOf = (path: string): (string | number)[] =>
  path.split(".").flatMap((part) => {
    const [, name = part, places = ""] = /^([^[\]]*)((?:\[\d+\])+)$/.exec(part) ?? [];
    const indices = [...places.matchAll(/\d+/g)].map(([digits]) => Number(digits));
    return name === "" && indices.length > 0 ? indices : [name, ...indices];
  });

/** Paths in a template's braces. */
export const pathsIn = (template: string): string[] => [...template.matchAll(/\{([^{}]+)\}/g)].map(([, path]) => path!);

export const fill = (template: string, text: (path: string) => string): string =>
  template.replace(/\{([^{}]+)\}/g, (_, path: string) => text(path));

/** The columns of a file that hold the paths; throws where there are none, or not all and they are not optional. */
export function columnsOf(
  { path: file, fields, optional }: Pick<RowsOptions, "path" | "fields" | "optional">,
  columns: readonly string[],
): string[] {
  const found = fields.map((path) => [path, String(stepsOf(path)[0])].find((name) => columns.includes(name)));
  const known = found.filter((name) => name !== undefined);
  const missed = optional && known.length > 0 ? -1 : found.indexOf(undefined);
  if (missed >= 0)
    throw new Error(
      `load: missing field ${JSON.stringify(fields[missed])} in ${file}; it has ${columns.join(", ") || "nothing"}`,
    );
  return [...new Set(known)];
}
