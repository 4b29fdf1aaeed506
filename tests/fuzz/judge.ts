/** Whether what a reader threw is the house's one line: `who: what is wrong with which thing`, for a person. */

/** What JavaScript and Node say of a mistake in the program: never for a user. */
const internal = [
  /Cannot (read|set|convert|mix|destructure|create|assign|access|define|use|delete|add|redefine)\b/,
  /\bis not (a function|iterable|a constructor|defined|extensible)\b/,
  /\bis (undefined|null)$/,
  /Maximum call stack/,
  /Invalid (array|string|typed array|array buffer|DataView) length|Invalid (count|time|regular expression)/,
  /allocation failed/,
  /[Oo]ffset is (out|outside)|out of (range|bounds)|outside the bounds/,
  /must be (of type|one of type|an instance of|finite)/,
  /Reduce of empty array/,
  /The (number|value|argument|property|"[^"]*")[^:]*(cannot be|is out of|must be|is invalid)/,
  /Unsupported state|Converting circular|URI malformed/,
  /\[object \w+\]/,
];

/** One line that is longer tells nobody anything. */
const longest = 1000;

/** Why it is not, or nothing. */
export function faultOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return `thrown: ${String(thrown).slice(0, 100)}`;
  const { message, name } = thrown;
  const shown = `${name}: ${JSON.stringify(message.slice(0, 160))}`;
  if (/[\n\r]/.test(message)) return `more than one line: ${shown}`;
  if (message.length > longest) return `${message.length} characters: ${shown}`;
  // eslint-disable-next-line no-control-regex -- a terminal obeys them
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(message)) return `control characters: ${shown}`;
  if (internal.some((pattern) => pattern.test(message))) return `the program's own error: ${shown}`;
  if (!/^(?!\w*Error:|E[A-Z]{3,}:)[^\n:]{1,300}: \S/.test(message)) return `does not say who and what: ${shown}`;
  return undefined;
}
