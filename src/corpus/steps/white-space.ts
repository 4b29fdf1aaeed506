/** White space that says nothing: runs of spaces, what leads or ends a line, and runs of blank lines. */
import { eachText } from "./each-text.js";
import type { Step } from "./types.js";

export const spaces = (): Step =>
  eachText("spaces", (text) => text.replace(/\t[\t ]*| [\t ]+/g, " ").replace(/^ | $/gm, ""));

export const blankLines = (): Step =>
  eachText("blank-lines", (text) => text.replace(/\n{3,}/g, "\n\n").replace(/^\n+|\n+$/g, ""));
