/** Unicode's composed form, NFC: one spelling for what looks the same and is the same. */
import { eachText } from "./each-text.js";
import type { Step } from "./types.js";

export const nfc = (): Step => eachText("nfc", (text) => text.normalize("NFC"));
