/** Documents in memory through steps, one after another, each counted. `pipe.ts` does the same to a stream. */
import { breathe } from "../../breathe.js";
import type { OnProgress } from "../../types.js";
import type { Document, StepCounts } from "../types.js";
import { count, noCounts } from "./counting.js";
import { type StepGiven, stepOf } from "./registry.js";

export interface PipelineOptions {
  documents: readonly Document[];
  /** Rows of `corpus.steps` by name or with their options, or steps of your own; they run in this order. */
  steps: readonly StepGiven[];
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface Pipelined {
  /** Those that passed every step. */
  documents: Document[];
  /** What each step did. */
  steps: StepCounts[];
  /** Documents that had no text to begin with; always left out. */
  empty: number;
}

/** Documents between two looks at the signal. */
const stretch = 256;

export async function pipeline({ documents, steps, signal, onProgress }: PipelineOptions): Promise<Pipelined> {
  let kept = documents.filter(({ text }) => text !== "");
  const empty = documents.length - kept.length;
  const ran: StepCounts[] = [];
  for (const step of steps.map((given) => stepOf(given, "pipeline"))) {
    await step.ready?.();
    const open = step.open();
    const counts = noCounts(step.name, open.said);
    const each = async (work: (document: Document) => void): Promise<void> => {
      for (const [i, document] of kept.entries()) {
        if (i % stretch === 0) {
          await breathe(signal);
          onProgress?.({ label: step.name, done: i, total: kept.length });
        }
        work(document);
      }
    };
    if (open.see) await each((document) => open.see!(document));
    const passed: Document[] = [];
    await each((document) => {
      const left = count(counts, document, open.judge(document));
      if (left) passed.push(left);
    });
    ran.push(counts);
    kept = passed;
  }
  return { documents: kept, steps: ran, empty };
}
