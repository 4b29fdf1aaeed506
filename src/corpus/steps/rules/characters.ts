/**
 * Sets of characters that rules speak of, as sources of classes under the flag `v`, and text as Python counts it: in code points,
 * with its own white space and line ends.
 */

/** What Python's `str.isspace` takes. */
export const space = String.raw`[\p{White_Space}\x1c-\x1f]`;

/** Ends of sentences of every script: Unicode 15's Sentence_Terminal, and three signs of Khmer. */
export const terminals = String.raw`[[\p{STerm}\u17d6\u17d9\u17da]--[\u1b4e\u1b4f\u1b7f\u2024\u2cf9-\u2cfb\ufe12\ufe15\ufe16\u{113d4}\u{113d5}\u{16d6e}\u{16d6f}]]`;

/** Those of them that spaCy ends a sentence at. */
export const sentenceMarks = String.raw`[\p{STerm}--[\u061d\u061e\u0837\u0839\u083d\u083e\u17d4\u17d5\u1b4e\u1b4f\u1b7d-\u1b7f\u2024\u2cf9-\u2cfb\u2e53\u2e54\ufe12\ufe15\ufe16\u{10f55}-\u{10f59}\u{10f86}-\u{10f89}\u{113d4}\u{113d5}\u{11944}\u{11946}\u{11ef7}\u{11ef8}\u{11f43}\u{11f44}\u{16d6e}\u{16d6f}\u{16e98}]]`;

/** What datatrove holds for punctuation of words: control characters, marks of several scripts, ends of sentences, and １. */
export const punctuation = String.raw`[${terminals}\x00-\x08\x0b-\x1f\x7f-\x9f"#$%\&'\(\)*+,\-\/:;<=>@\[\\\]^_\`\{\|\}~«´»–—’“”„…∶━►、〈〉《》「」【】％（），１：；～]`;

export const strip = (text: string): string => stripEnd(stripStart(text));
export function stripStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charCodeAt(start))) start++;
  return start === 0 ? text : text.slice(start);
}
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Those of `space` that are not ASCII. */
const spaces = new Set([..."\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000"].map((one) => one.charCodeAt(0)));
export const isSpace = (unit: number): boolean =>
  unit < 128
    ? unit === 32 || (unit >= 9 && unit <= 13) || (unit >= 28 && unit <= 31)
    : (unit >= 0x2000 && unit <= 0x200a) || spaces.has(unit);

const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/; // eslint-disable-line no-control-regex -- line ends of Python
/** As Python's `str.splitlines`: no empty line after the last line end. */
export function linesOf(text: string): string[] {
  const lines = text.split(lineEnd);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Code points. A surrogate without its other half is one. */
export function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 1; i < text.length; i++)
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) length--;
  return length;
}
