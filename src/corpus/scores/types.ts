/** How hard a window of text is, by one number. */
import type { Made } from "../../registry.js";

interface Scale extends Made {
  /** Which end of it counts as easy, and as good. */
  readonly easy: "low" | "high";
}

export interface TextScore extends Scale {
  /** NaN where a text has none, such as one without words. */
  ofText(text: string): number;
}

/** Known before, one number per window; NaN where there is none. */
export interface GivenScore extends Scale {
  readonly values: readonly number[];
}

export type Score = TextScore | GivenScore;
