/**
 * Text in Latin letters, character by character, by `any-ascii`'s table: it knows every script, has no pronunciation and no way back, and
 * what it spells alike is counted as lost.
 */
import { made } from "../../registry.js";
import type { Rendered, Rendering } from "./types.js";

export interface RomanisedOptions {
  /** Which of the two languages; defaults to "second". */
  of?: "first" | "second";
  /** Both writings, each with a tag: two documents. Defaults to the Latin letters alone, without one. */
  tags?: readonly [native: string, latin: string];
}

export function romanised({ of = "second", tags }: RomanisedOptions = {}): Rendering {
  if (of !== "first" && of !== "second") throw new Error(`romanised: invalid of: ${String(of)} (one of first, second)`);
  return made({
    name: "romanised",
    options: { of, ...(tags && { tags }) },
    async open() {
      const { default: anyAscii } = await import("any-ascii");
      const [native, latin] = [new Set<string>(), new Set<string>()];
      return ({ sides }, { count }) => {
        const { text } = sides[of === "first" ? 0 : 1];
        for (const [word] of text.matchAll(/[\p{L}\p{M}]+/gu)) {
          if (native.has(word)) continue;
          native.add(word);
          count("different words");
          const spelled = anyAscii(word);
          count("spelled as another is", latin.has(spelled) ? 1 : 0);
          latin.add(spelled);
        }
        const inLatin: Rendered = { text: anyAscii(text), original: text };
        return tags ? [{ text: tags[0] + text }, { ...inLatin, text: tags[1] + inLatin.text }] : [inLatin];
      };
    },
  });
}
