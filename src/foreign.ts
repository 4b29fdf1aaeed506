/**
 * JSON that somebody else wrote: parsed to a depth that every later step is safe at, and values and texts of others as part
 * of a message, which is one line that a terminal can show. What the values must be is for whoever asks.
 */

/** Real files go to 20 or so; what recurses over a value is safe to this depth. */
const deepest = 100;

/** Throws an error that says what is wrong in one line; which file it is stands in the caller's. */
export function foreignJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(printable((error as Error).message), { cause: error });
  }
  if (isDeeper(value, deepest)) throw new Error(`lists and objects deeper than ${deepest} in others`);
  return value;
}

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
