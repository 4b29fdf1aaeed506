/**
 * How a flow of documents through steps is noted while it goes on, so that one that was cut off need not begin anew. Now and then the
 * source lets a barrier go after a batch; each step notes in it, as it passes, what it had come to; and what it holds at the end is the
 * state of all of them between the same two documents, though none has stopped (Carbone et al. 2015, https://arxiv.org/abs/1506.08603).
 */
import type { Json } from "../../registry.js";
import type { Log } from "../logs/log.js";
import type { Document, StepCounts } from "../types.js";

export interface Barrier {
  /** Where the source was. */
  place: Json;
  /** What each step had done. */
  counts: StepCounts[];
  /** Documents without text. */
  empty: number;
  /** Bytes of each log. */
  logs: Record<string, number>;
  /** Where the source has ended: the last step that has seen all documents, and how far its spill was judged. */
  spill?: { step: number; at: number };
}

export interface Journal {
  /** The barrier to go on from. */
  past?: Barrier | undefined;
  /** UTF-16 units between two barriers. */
  every: number;
  /** Where the source is. */
  place(): Json;
  /** The log of this name, as long as the barrier says that it was. */
  log(name: string): Log;
}

export interface Counted {
  steps: StepCounts[];
  empty: number;
}

/** Some documents in a row, and after them, where one was due, what is noted there of all that came before it. */
export interface Batch {
  documents: Document[];
  barrier?: Barrier | undefined;
}

export type Batches = AsyncGenerator<Batch, void>;

/** Later steps put in their own counts when it passes them. */
export const barrierAt = (journal: Journal, { steps, empty }: Counted): Barrier => ({
  ...{ place: journal.place(), counts: structuredClone(steps), empty, logs: {} },
});
