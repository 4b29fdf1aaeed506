/**
 * Names that come from outside (keys of JSON, domains, runs, columns, files of a report) and become a key of an object or a
 * part of a path here. JavaScript has a meaning of its own for three words: what is assigned to `__proto__` becomes part of
 * other objects. Not for tokens of a vocabulary, which may be any text and are never keys.
 */
import { printable, show } from "./foreign.js";

const reserved: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

export const isReserved = (name: string): boolean => reserved.has(name);

/** What is said of such a name. */
export const reservedFix = "JavaScript has its own use for this word; take another name";

/** Gives the name back. Throws `<caller>: invalid name: …` for a reserved word. */
export function checkName(name: string, caller: string): string {
  if (isReserved(name)) throw new Error(`${caller}: invalid name: ${name} (${reservedFix})`);
  return name;
}

/** Gives parsed JSON back, having looked at every key at every depth; throws one line that names the place of a reserved word. */
export function checkKeys<T>(value: T, caller: string): T {
  const left: { at: unknown; path: string }[] = [{ at: value, path: "" }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { at, path } = next;
    if (typeof at !== "object" || at === null) continue;
    for (const [key, inner] of Object.entries(at)) {
      if (isReserved(key)) checkName(key, path === "" ? caller : `${caller}: ${printable(path)}`);
      if (typeof inner === "object") left.push({ at: inner, path: path === "" ? key : `${path}.${key}` });
    }
  }
  return value;
}

/** Gives the name back, if a file in one folder can bear it on every system, with room for an ending; throws otherwise. */
export function checkFileName(name: string, caller: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (!/^[^.\s/\\:*?"<>|\u0000-\u001f][^/\\:*?"<>|\u0000-\u001f]*$/u.test(name) || Buffer.byteLength(name) > 200)
    throw new Error(
      `${caller}: invalid name: ${show(name)} (a file's name: no / \\ : * ? " < > |, no dot in front, at most 200 bytes)`,
    );
  return checkName(name, caller);
}

/** A name as part of a file's name: letters, digits, `.`, `_` and `-`; what else there is becomes `-`. Two names may become one. */
export function fileNameOf(name: string): string {
  return [...name.replace(/[^\p{L}\p{N}._-]+/gu, "-")].slice(0, 50).join("");
}
