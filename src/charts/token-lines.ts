/** Where the tokens of a text stand when it is set in lines: each is as wide as its letters, and a new line begins one. */
import { widthOf } from "./svg/text.js";
import type { Shape } from "./types.js";

export interface TokenPlace {
  /** Pixels from the left edge. */
  x0: number;
  x1: number;
  /** From 0, the first. */
  line: number;
}

/** `texts` are as `shownToken` has them; `size` of the letters and `wide`, of a line, are pixels. */
export function tokenLines(texts: readonly string[], { size, wide }: { size: number; wide: number }): TokenPlace[] {
  let [left, line] = [0, 0];
  return texts.map((text) => {
    const width = Math.max(0.6 * size, widthOf(text, size) + size / 3);
    if (left > 0 && left + width > wide) [left, line] = [0, line + 1];
    const place = { x0: left, x1: left + width, line };
    [left, line] = text.includes("⏎") ? [0, line + 1] : [left + width, line];
    return place;
  });
}

/** The ground behind each, in pixels across and lines down. */
export const tokenBoxes = (places: readonly TokenPlace[]): Pick<Shape, "x0" | "x1" | "y0" | "y1">[] =>
  places.map(({ x0, x1, line }) => ({ x0: x0 + 0.5, x1: x1 - 0.5, y0: line - 0.4, y1: line + 0.4 }));
