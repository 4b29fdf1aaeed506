/** Documents in a clone of English (`generators/clone.ts`): a language of one's own text, of which the original is known word for word. */
import { made } from "../../registry.js";
import { cloneLanguage, type CloneOptions } from "../generators/clone.js";
import type { Step } from "./types.js";

/** A document that has letters of clones already is dropped, as it could not be read back. */
export function inClone(options: CloneOptions = {}): Step {
  const { of, clonable, options: all } = cloneLanguage(options);
  return made({
    name: "clone",
    options: all,
    alone: true,
    open: () => ({
      judge(document) {
        if (!clonable(document.text)) return { dropped: "has letters of clones" };
        const text = of(document.text);
        return text === document.text ? document : { ...document, text };
      },
    }),
  });
}
