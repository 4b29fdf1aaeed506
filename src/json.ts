/**
 * JSON as programs write it: JSON, and the bare NaN, Infinity and -Infinity of Python's json module, which come back as the
 * texts "NaN", "Infinity" and "-Infinity". Linear in the text, also where a quote never closes. Nothing else is forgiven.
 */

/** Throws what JSON.parse throws. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    try {
      return JSON.parse(quoted(text));
    } catch {
      throw error;
    }
  }
}

/** With those three in quotes wherever they stand outside a string. */
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
