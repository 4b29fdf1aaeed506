/** How hard, or how good, a text is, by one number. */
import type { Made } from "../../registry.js";

interface Scale extends Made {
  /** Which end of it counts as easy, and as good. */
  readonly easy: "low" | "high";
}

export interface TextScore extends Scale {
  /** Reads what it is made from, once; to be awaited before the first text. Absent where it is made of nothing. */
  ready?(): Promise<void>;
  /** NaN where a text has none, such as one without words. */
  ofText(text: string): number;
  /** What one should know of it before it is used, in one line, once it is ready. */
  readonly said?: string | undefined;
  /** sha256 of what it was made from, once it is ready; absent where its options say all. */
  readonly content?: string;
}

/** Known before, one number per window or document; NaN where there is none. */
export interface GivenScore extends Scale {
  readonly values: readonly number[];
}

export type Score = TextScore | GivenScore;

/** To be awaited before a score is asked. */
export const readyOf = async (score: Score): Promise<void> => {
  if ("ready" in score) await score.ready?.();
};
