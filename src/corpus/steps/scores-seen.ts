/** The scores of a pipeline's documents, taken as they come by and there when the last has. */
import { appendNumbers, doubles, type Log } from "../logs/log.js";
import type { Score } from "../scores/types.js";
import type { Document } from "../types.js";

export interface ScoresSeen {
  /** Documents so far. */
  readonly seen: number;
  see(document: Document): void;
  /** In order: NaN where a document has no score, and its UTF-8 bytes. Throws one line where numbers were given for fewer or more. */
  all(): { scores: readonly number[]; bytes: readonly number[] };
}

/** `step` begins the line of an error. */
export function scoresSeen(step: string, by: Score, log: Log): ScoresSeen {
  const scores: number[] = [];
  const bytes: number[] = [];
  const add = (score: number, size: number): void => {
    scores.push(score);
    bytes.push(size);
  };
  for (const [score, size] of doubles(log, 2)) add(score!, size!);
  return {
    get seen() {
      return scores.length;
    },
    see({ text }) {
      add("values" in by ? (by.values[scores.length] ?? NaN) : by.ofText(text), Buffer.byteLength(text));
      appendNumbers(log, Float64Array.of(scores.at(-1)!, bytes.at(-1)!));
    },
    all() {
      if ("values" in by && by.values.length !== scores.length)
        throw new Error(`${step}: invalid values: ${by.values.length} (${scores.length} documents come to this step)`);
      return { scores, bytes };
    },
  };
}
