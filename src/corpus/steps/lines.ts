/** One line end for all: \r\n, \r, U+2028 and U+2029 become \n. */
import { eachText } from "./each-text.js";
import type { Step } from "./types.js";

export const lines = (): Step => eachText("lines", (text) => text.replace(/\r\n?|\u2028|\u2029/g, "\n"));
