/** Words between white space and marks, numbers and dates whole: the rule of the Indic NLP library, for Brahmi scripts. */
import { strip } from "./characters.js";

const mark = new RegExp(
  String.raw`[!"#$%\&'\(\)*+,\-.\/:;<=>?@\[\\\]^_\`\{\|\}~।॥\uaaf0\uaaf1\uabeb-\uabef\u1c7e\u1c7f]`,
  "gv",
);
const numbers = /(?<![0-9])(?:[0-9]+ [,.:/] )+[0-9]+/g;

export const punctuated = (text: string): string[] =>
  text
    .replaceAll("\t", " ")
    .replace(mark, " $& ")
    .replace(/ +/g, " ")
    .replace(/^ | $/g, "")
    .replace(numbers, (number) => number.replaceAll(" ", ""))
    .split(" ")
    .map(strip);
