/**
 * JSON that somebody else wrote: parsed to a depth that every later step is safe at, and values and texts of others as part
 * of a message, which is one line that a terminal can show. What the values must be is for whoever asks.
 */

/** Real files go to 20 or so; what recurses over a value is safe to this depth. */
const deepest = 100;

/**
 * Throws an error that says what is wrong in one line; which file it is stands in the caller's. With `python`, the bare NaN,
 * Infinity and -Infinity of Python's json module are read too, and come back as the texts "NaN", "Infinity" and "-Infinity".
 */
export function foreignJson(text: string, { python = false } = {}): unknown {
  const value = parsed(text, python);
  if (isDeeper(value, deepest)) throw new Error(`lists and objects deeper than ${deepest} in others`);
  return value;
}

function parsed(text: string, python: boolean): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    let lenient: unknown;
    try {
      lenient = JSON.parse(quoted(text));
    } catch {
      throw new Error(printable((error as Error).message), { cause: error });
    }
    if (python) return lenient;
    throw new Error("JSON has no NaN and no Infinity", { cause: error });
  }
}

/** With those three in quotes wherever they stand outside a string. Linear, also where a quote never closes. */
function quoted(text: string): string {
  const telling = /"|-?\b(?:NaN|Infinity)\b/g;
  const parts: string[] = [];
  let from = 0;
  for (let found = telling.exec(text); found; found = telling.exec(text)) {
    if (found[0] === '"') telling.lastIndex = afterString(text, found.index);
    else {
      parts.push(text.slice(from, found.index), `"${found[0]}"`);
      from = telling.lastIndex;
    }
  }
  return [...parts, text.slice(from)].join("");
}

function afterString(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether some list or object lies deeper than `limit` in others. Asks without recursion, and ends on cycles. */
export function isDeeper(value: unknown, limit: number): boolean {
  let level = [value].filter(holds);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    const next: object[] = [];
    for (const each of level) for (const inner of Object.values(each)) if (holds(inner)) next.push(inner);
    level = next;
  }
  return false;
}

const holds = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A value as JSON, in one line of at most `most` characters. */
export function show(value: unknown, most = 60): string {
  if (isDeeper(value, deepest)) return Array.isArray(value) ? "a deep list" : "a deep object";
  return printable(typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value)), most);
}

/** Text of others in one line of at most `most` characters, what a terminal would obey written as escapes. */
export function printable(text: string, most = 200): string {
  const line = text
    .slice(0, most + 1)
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (mark) =>
      mark === "\n" ? " " : `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  return line.length > most ? `${line.slice(0, most - 3)}...` : line;
}
