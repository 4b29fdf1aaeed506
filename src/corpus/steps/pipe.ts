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
import { addCounts, noCounts } from "./counting.js";
import { judgedInTurn } from "./in-turn.js";
import { barrierAt, type Batch, type Batches, type Counted, type Journal } from "./journal.js";
import { type Judged, judgeOf, keptOf } from "./judging.js";
import { type StepGiven, stepOf } from "./registry.js";
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
export type Piped = AsyncGenerator<Document, void> & { readonly counted: Counted };

export function pipe(options: PipeOptions): Piped {
  const { counted, batches } = pipeBatches(options);
  const flat = async function* (): AsyncGenerator<Document, void> {
    for await (const { documents } of batches) yield* documents;
  };
  return Object.assign(flat(), { counted });
}

/** The same in batches. With a journal a flow that was cut off goes on: `documents` begin after the place of its barrier. */
export function pipeBatches(options: PipeOptions & { journal?: Journal | undefined }): {
  counted: Counted;
  batches: Batches;
} {
  const { workers = 0, journal } = options;
  if (!(Number.isInteger(workers) && workers >= 0))
    throw new Error(`pipe: invalid workers: ${workers} (a whole number from 0)`);
  const steps = options.steps.map((given) => stepOf(given, "pipe"));
  const { counts, empty } = structuredClone(journal?.past) ?? {
    counts: steps.map(({ name }) => noCounts(name)),
    empty: 0,
  };
  const counted: Counted = { steps: counts, empty };
  return { counted, batches: flow(options, steps, counted) };
}

async function* flow(
  { documents, workers = 0, scratch, signal, journal }: PipeOptions & { journal?: Journal | undefined },
  steps: readonly Step[],
  counted: Counted,
): Batches {
  const past = journal?.past?.spill;
  let batches = past ? undefined : batched(documents, counted, journal, signal);
  for (let from = past?.step ?? 0, to; from < steps.length; from = to) {
    for (to = from; steps[to]?.alone; to++);
    batches =
      to > from
        ? judgedAlone(batches!, steps.slice(from, to), counted.steps.slice(from, to), from, workers)
        : judgedInTurn(batches, { step: steps[to]!, index: to, counted, scratch, journal });
    to = Math.max(to, from + 1);
  }
  for await (const batch of batches!) {
    await breathe(signal);
    yield batch;
  }
}

/** Documents, and UTF-16 units, of a batch. */
const [batchDocuments, batchUnits] = [128, 1 << 18];

async function* batched(
  documents: PipeOptions["documents"],
  counted: Counted,
  journal?: Journal,
  signal?: AbortSignal,
): Batches {
  let [batch, units, since]: [Document[], number, number] = [[], 0, 0];
  for await (const document of documents) {
    if (document.text === "") {
      counted.empty++;
      continue;
    }
    batch.push(document);
    units += document.text.length;
    if (batch.length < batchDocuments && units < batchUnits) continue;
    await breathe(signal);
    since += units;
    const barrier = journal && since >= journal.every ? barrierAt(journal, counted) : undefined;
    if (barrier) since = 0;
    yield { documents: batch, barrier };
    [batch, units] = [[], 0];
  }
  if (batch.length > 0) yield { documents: batch };
}

/** By steps that judge each document by itself: rows in threads. */
async function* judgedAlone(
  batches: Batches,
  steps: Step[],
  counts: StepCounts[],
  from: number,
  workers: number,
): Batches {
  const told = (judged: Judged, { documents, barrier }: Batch): Batch => {
    judged.counts.forEach((more, i) => addCounts(counts[i]!, more));
    counts.forEach((own, i) => barrier && (barrier.counts[from + i] = structuredClone(own)));
    return { documents: keptOf(judged, documents), barrier };
  };
  if (workers === 0 || !steps.every(isMade)) {
    const judge = await judgeOf(steps);
    for await (const batch of batches) yield told(judge(batch.documents), batch);
    return;
  }
  const thread = join(__dirname, "judge-thread.js");
  const judged = inOrder<Batch, Judged>(batches, { thread, data: steps.map(write), workers });
  for await (const { batch, result } of judged) yield told(result, batch);
}
