/** A surrogate without its other half, which UTF-8 cannot hold, becomes U+FFFD. */
import { eachText } from "./each-text.js";
import type { Step } from "./types.js";

export const surrogates = (): Step => eachText("surrogates", (text) => text.replace(/\p{Surrogate}/gu, "\ufffd"));
