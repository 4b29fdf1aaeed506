/** Steps that judge each document by itself, over one batch after another: here, or in a thread of `../crew.ts`. */
import type { Document, StepCounts } from "../types.js";
import { count, noCounts } from "./counting.js";
import type { OpenStep, Step } from "./types.js";

/** What became of a batch. */
export interface Judged {
  /** What is left: the number in the batch of a document that is as it was, or a changed one. */
  kept: (number | Document)[];
  /** Of this batch, for each step. */
  counts: StepCounts[];
}

export type Judge = (batch: readonly Document[]) => Judged;

export async function judgeOf(steps: readonly Step[]): Promise<Judge> {
  const open: [string, OpenStep][] = [];
  for (const step of steps) {
    await step.ready?.();
    open.push([step.name, step.open()]);
  }
  return (batch) => {
    const counts = open.map(([name, { said }]) => noCounts(name, said));
    const kept: Judged["kept"] = [];
    for (const [i, document] of batch.entries()) {
      let left: Document | undefined = document;
      for (let s = 0; left && s < open.length; s++) left = count(counts[s]!, left, open[s]![1].judge(left));
      if (left) kept.push(left === document ? i : left);
    }
    return { kept, counts };
  };
}

export const keptOf = ({ kept }: Judged, batch: readonly Document[]): Document[] =>
  kept.map((each) => (typeof each === "number" ? batch[each]! : each));
