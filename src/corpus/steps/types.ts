/** A step of a pipeline: what becomes of each document of a text. */
import type { Made } from "../../registry.js";
import { type Log, noLog } from "../logs/log.js";
import type { Document } from "../types.js";

export interface Step extends Made {
  /** Whether each document is judged by itself alone, whatever came before it: in any order, in any worker. Not with `see`. */
  readonly alone: boolean;
  /** Loads what the step needs, where that takes time: awaited before it is opened. May be called again. */
  ready?(): Promise<void>;
  /** The step for the text of this name, where the name matters ("fi"); absent where it does not. */
  forText?(name: string): Step;
  /** Begins anew, as for a text of its own, or goes on from what it noted. */
  open(past?: Past): OpenStep;
}

/** Of a step that was cut off. */
export interface Past {
  /** What it noted of documents that it saw or judged; it adds to it, unless it can see them again. */
  readonly log: Log;
  /** Documents that it has judged. */
  readonly judged: number;
}

export const noPast: Past = { log: noLog, judged: 0 };

export interface OpenStep {
  /** What its reader should know of it before its counts, in one line; absent where it is nothing. */
  readonly said?: string | undefined;
  /** Every document, in order, before the first is judged; absent where no such pass is needed. */
  see?(document: Document): void;
  /** The same object where nothing changed, a changed document, or why it is dropped. Each document once, in order. */
  judge(document: Document): Verdict;
  /** Documents that its log says it saw, which it need not see again; defaults to 0. */
  readonly seen?: number;
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
