/** A stream of documents through one step that judges each by those before it, or by all; going on from a barrier where there is one. */
import type { Document } from "../types.js";
import { count } from "./counting.js";
import { type Barrier, barrierAt, type Batch, type Batches, type Counted, type Journal } from "./journal.js";
import { addTo, batchesOf, passing } from "./spill.js";
import type { Step } from "./types.js";

export interface InTurn {
  step: Step;
  index: number;
  counted: Counted;
  scratch: string | undefined;
  journal: Journal | undefined;
}

/** By a step for which the others count. Without batches it has seen all of them, and goes on with its spill. */
export async function* judgedInTurn(
  batches: Batches | undefined,
  { step, index, counted, scratch, journal }: InTurn,
): Batches {
  await step.ready?.();
  const counts = counted.steps[index]!;
  const log = journal?.log(`${index}.${step.name}`);
  const open = step.open(log && { log, judged: batches ? 0 : counts.seen });
  if (open.said !== undefined) counts.said = open.said;
  const judged = (documents: Document[], barrier: Barrier | undefined): Batch => {
    const left = documents.flatMap((document) => count(counts, document, open.judge(document)) ?? []);
    if (barrier) {
      barrier.counts[index] = structuredClone(counts);
      if (log) barrier.logs[`${index}.${step.name}`] = log.size;
    }
    return { documents: left, barrier };
  };
  if (!open.see) {
    for await (const { documents, barrier } of batches!) yield judged(documents, barrier);
    return;
  }
  const name = `${index}.spill`;
  const own = journal ? undefined : passing(scratch);
  const spill = own?.log ?? journal!.log(name);
  const sizes = (): Record<string, number> => ({
    [name]: spill.size,
    ...(log && { [`${index}.${step.name}`]: log.size }),
  });
  try {
    let known = open.seen ?? 0;
    for (const { documents } of batchesOf(spill))
      for (const document of documents) if (known-- <= 0) open.see(document);
    for await (const { documents, barrier } of batches ?? []) {
      for (const document of documents) open.see(document);
      if (documents.length > 0) addTo(spill, documents);
      if (barrier) yield { documents: [], barrier: Object.assign(barrier, { logs: { ...barrier.logs, ...sizes() } }) };
    }
    let since = 0;
    for (const { documents, end } of batchesOf(spill, batches ? 0 : journal?.past?.spill?.at)) {
      since += documents.reduce((sum, { text }) => sum + text.length, 0);
      const isDue = journal && since >= journal.every;
      const barrier = isDue
        ? { ...barrierAt(journal, counted), spill: { step: index, at: end }, logs: sizes() }
        : undefined;
      if (barrier) since = 0;
      yield judged(documents, barrier);
    }
  } finally {
    own?.remove();
  }
}
