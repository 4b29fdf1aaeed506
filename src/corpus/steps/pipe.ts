/**
 * A stream of documents through steps, each counted, in memory that does not grow with the text. The order is the stream's and
 * the result that of `pipeline`, whatever the number of workers. What a step must see before it judges is kept on disk meanwhile,
 * so that the stream is read once and each document judged once.
 */
import { join } from "node:path";
import { breathe } from "../../breathe.js";
import { isMade, write } from "../../registry.js";
import { inOrder } from "../crew.js";
import type { Document, StepCounts } from "../types.js";
import { addCounts, count, noCounts } from "./counting.js";
import { type Judged, judgeOf, keptOf } from "./judging.js";
import { type StepGiven, stepOf } from "./registry.js";
import { spill } from "./spill.js";
import type { Step } from "./types.js";

export interface PipeOptions {
  documents: AsyncIterable<Document> | Iterable<Document>;
  /** Rows of `corpus.steps` by name or with their options, or steps of your own; they run in this order. */
  steps: readonly StepGiven[];
  /** Threads for rows that judge each document by itself; all else runs here. Defaults to 0, which runs those here too. */
  workers?: number;
  /** Folder for documents that are gone through twice; defaults to the system's for temporary files. */
  scratch?: string;
  signal?: AbortSignal;
}

/** What passed every step, and beside it what each step did so far. */
export type Piped = AsyncGenerator<Document, void> & { readonly counted: { steps: StepCounts[]; empty: number } };

export function pipe(options: PipeOptions): Piped {
  const { workers = 0 } = options;
  if (!(Number.isInteger(workers) && workers >= 0))
    throw new Error(`pipe: invalid workers: ${workers} (a whole number from 0)`);
  const steps = options.steps.map((given) => stepOf(given, "pipe"));
  const counted = { steps: steps.map(({ name }) => noCounts(name)), empty: 0 };
  return Object.assign(flow(options, steps, counted), { counted });
}

type Batches = AsyncGenerator<Document[], void>;

async function* flow(
  { documents, workers = 0, scratch, signal }: PipeOptions,
  steps: readonly Step[],
  counted: Piped["counted"],
): AsyncGenerator<Document, void> {
  let batches = batched(documents, counted, signal);
  for (let from = 0, to; from < steps.length; from = to) {
    for (to = from; steps[to]?.alone; to++);
    batches =
      to > from
        ? judgedAlone(batches, steps.slice(from, to), counted.steps.slice(from, to), workers)
        : judgedInTurn(batches, steps[to]!, counted.steps[to]!, scratch);
    to = Math.max(to, from + 1);
  }
  for await (const batch of batches) {
    await breathe(signal);
    yield* batch;
  }
}

/** Documents, and UTF-16 units, of a batch. */
const [batchDocuments, batchUnits] = [128, 1 << 18];

async function* batched(documents: PipeOptions["documents"], counted: Piped["counted"], signal?: AbortSignal): Batches {
  let [batch, units]: [Document[], number] = [[], 0];
  for await (const document of documents) {
    if (document.text === "") {
      counted.empty++;
      continue;
    }
    batch.push(document);
    units += document.text.length;
    if (batch.length < batchDocuments && units < batchUnits) continue;
    await breathe(signal);
    yield batch;
    [batch, units] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** By steps that judge each document by itself: rows in threads. */
async function* judgedAlone(batches: Batches, steps: Step[], counts: StepCounts[], workers: number): Batches {
  const told = (judged: Judged, batch: Document[]): Document[] => {
    judged.counts.forEach((more, i) => addCounts(counts[i]!, more));
    return keptOf(judged, batch);
  };
  if (workers === 0 || !steps.every(isMade)) {
    const judge = await judgeOf(steps);
    for await (const batch of batches) yield told(judge(batch), batch);
    return;
  }
  const thread = join(__dirname, "judge-thread.js");
  const judged = inOrder<Document[], Judged>(batches, { thread, data: steps.map(write), workers });
  for await (const { batch, result } of judged) yield told(result, batch);
}

/** By a step for which the others count. */
async function* judgedInTurn(batches: Batches, step: Step, counts: StepCounts, scratch?: string): Batches {
  await step.ready?.();
  const open = step.open();
  if (open.said !== undefined) counts.said = open.said;
  const judge = (batch: Document[]): Document[] =>
    batch.flatMap((document) => count(counts, document, open.judge(document)) ?? []);
  if (!open.see) {
    for await (const batch of batches) yield judge(batch);
    return;
  }
  const kept = spill(scratch);
  try {
    for await (const batch of batches) {
      for (const document of batch) open.see(document);
      kept.add(batch);
    }
    for (const batch of kept.batches()) yield judge(batch);
  } finally {
    kept.remove();
  }
}
