/** The scores of a pipeline's documents, taken as they come by and there when the last has. */
import type { Score } from "../scores/types.js";
import type { Document } from "../types.js";

export interface ScoresSeen {
  see(document: Document): void;
  /** In order: NaN where a document has no score, and its UTF-8 bytes. Throws one line where numbers were given for fewer or more. */
  all(): { scores: readonly number[]; bytes: readonly number[] };
}

/** `step` begins the line of an error. */
export function scoresSeen(step: string, by: Score): ScoresSeen {
  const scores: number[] = [];
  const bytes: number[] = [];
  return {
    see({ text }) {
      scores.push("values" in by ? (by.values[scores.length] ?? NaN) : by.ofText(text));
      bytes.push(Buffer.byteLength(text));
    },
    all() {
      if ("values" in by && by.values.length !== scores.length)
        throw new Error(`${step}: invalid values: ${by.values.length} (${scores.length} documents come to this step)`);
      return { scores, bytes };
    },
  };
}
