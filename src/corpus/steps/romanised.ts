/**
 * Text in Latin letters, character by character, by `any-ascii`'s table: every script, no pronunciation and no way back. A tokenizer
 * that is trained on it shares pieces across scripts; bits per byte are then of the Latin text, and not to be held against the native's.
 */
import { made } from "../../registry.js";
import type { Step } from "./types.js";

export function romanised(): Step {
  let inLatin: ((text: string) => string) | undefined;
  return made({
    name: "romanised",
    options: {},
    alone: true,
    async ready() {
      inLatin = (await import("any-ascii")).default;
    },
    open: () => ({
      judge(document) {
        const text = inLatin!(document.text);
        return text === document.text ? document : { ...document, text };
      },
    }),
  });
}
