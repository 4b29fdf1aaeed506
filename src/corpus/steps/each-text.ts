/** A step that writes every text anew, by itself alone, and drops none. */
import { made } from "../../registry.js";
import type { Step } from "./types.js";

export function eachText(name: string, change: (text: string) => string): Step {
  return made({
    name,
    options: {},
    alone: true,
    open: () => ({
      judge(document) {
        const text = change(document.text);
        return text === document.text ? document : { ...document, text };
      },
    }),
  });
}
