/** mC4's rule: as many lines as paragraphs are asked for, each so long (Xue et al. 2021, section 3). */
import { made } from "../../registry.js";
import { lengthOf } from "./rules/characters.js";
import type { Step } from "./types.js";

export interface C4ParagraphsOptions {
  /** Defaults to 3. */
  paragraphs?: number;
  /** Code points of each; defaults to 200. */
  length?: number;
}

export function c4Paragraphs({ paragraphs = 3, length = 200 }: C4ParagraphsOptions = {}): Step {
  return made({
    name: "c4-paragraphs",
    options: { paragraphs, length },
    alone: true,
    open: () => ({
      judge(document) {
        const long = document.text.split("\n").filter((line) => line.length >= length && lengthOf(line) >= length);
        return long.length >= paragraphs ? document : { dropped: "few long paragraphs" };
      },
    }),
  });
}
