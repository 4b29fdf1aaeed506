/** A step of a pipeline: what becomes of each document of a text. */
import type { Made } from "../../registry.js";
import type { Document } from "../types.js";

export interface Step extends Made {
  /** Whether each document is judged by itself alone, whatever came before it: in any order, in any worker. Not with `see`. */
  readonly alone: boolean;
  /** Loads what the step needs, where that takes time: awaited before it is opened. May be called again. */
  ready?(): Promise<void>;
  /** The step for the text of this name, where the name matters ("fi"); absent where it does not. */
  forText?(name: string): Step;
  /** Begins anew, as for a text of its own. */
  open(): OpenStep;
}

export interface OpenStep {
  /** What its reader should know of it before its counts, in one line; absent where it is nothing. */
  readonly said?: string | undefined;
  /** Every document, in order, before the first is judged; absent where no such pass is needed. */
  see?(document: Document): void;
  /** The same object where nothing changed, a changed document, or why it is dropped. Each document once, in order. */
  judge(document: Document): Verdict;
}

export type Verdict = Document | Dropped | Noted;

export interface Dropped {
  /** Why, in few words that repeat from document to document, for they are counted: "too few words". */
  readonly dropped: string;
}

export interface Noted {
  /** What is left of the document, or it itself. */
  readonly left: Document;
  /** What was met on the way, in words that repeat, and how often: { "malformed calls": 2 }. */
  readonly noted: Readonly<Record<string, number>>;
}

export const isDropped = (verdict: Document | Dropped): verdict is Dropped => "dropped" in verdict;
