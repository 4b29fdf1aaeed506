/**
 * Threads that do one kind of work on one batch after another. Results come in the order of the batches, and the caller takes
 * new ones only as fast as they are done, so that what is held stays small however long the stream.
 */
import { existsSync } from "node:fs";
import { parse } from "node:path";
import { isMainThread, parentPort, type TransferListItem, Worker, workerData } from "node:worker_threads";

export interface CrewOptions {
  /** The thread's file as it is built; from the sources its .ts, as this process reads them. It calls `crewThread`. */
  thread: string;
  /** What the threads are made with. */
  data: unknown;
  workers: number;
}

export interface Crew<Batch, Result> {
  work(batch: Batch): Promise<Result>;
  /** Ends the threads, whatever they are at. */
  end(): Promise<void>;
}

type Answer<Result> = { result: Result } | { error: Error };

interface Mate<Result> {
  thread: Worker;
  waiting: { resolve: (result: Result) => void; reject: (error: Error) => void }[];
  /** Why it works no more. */
  failed?: Error;
}

export function crew<Batch, Result>({ thread, data, workers }: CrewOptions): Crew<Batch, Result> {
  const source = `${thread.slice(0, -parse(thread).ext.length)}.ts`;
  const file = !existsSync(thread) && existsSync(source) ? source : thread;
  const mates = Array.from({ length: workers }, () => mateOf<Result>(new Worker(file, { workerData: data })));
  return {
    work: (batch) =>
      new Promise((resolve, reject) => {
        const mate = mates.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a));
        if (mate.failed) return reject(mate.failed);
        mate.waiting.push({ resolve, reject });
        mate.thread.postMessage(batch);
      }),
    async end() {
      await Promise.all(mates.map(({ thread }) => thread.terminate()));
    },
  };
}

function mateOf<Result>(thread: Worker): Mate<Result> {
  const mate: Mate<Result> = { thread, waiting: [] };
  const fail = (error: Error): void => {
    mate.failed ??= error;
    for (const { reject } of mate.waiting.splice(0)) reject(error);
  };
  thread.on("message", (answer: Answer<Result>) => {
    if ("error" in answer) fail(answer.error);
    else mate.waiting.shift()?.resolve(answer.result);
  });
  thread.on("error", fail);
  thread.on("exit", (code) => fail(new Error(`a thread that worked on documents ended with code ${code}`)));
  return mate;
}

/** The batches and what they came to, in order, with two batches a thread on the way. Ends the threads after the last. */
export async function* inOrder<Batch, Result>(
  batches: AsyncIterable<Batch>,
  options: CrewOptions,
): AsyncGenerator<{ batch: Batch; result: Result }, void> {
  const threads = crew<Batch, Result>(options);
  const underWay: { batch: Batch; result: Promise<Result> }[] = [];
  try {
    for await (const batch of batches) {
      const result = threads.work(batch);
      // Its turn to be awaited may come after another's failure.
      result.catch(() => undefined);
      underWay.push({ batch, result });
      if (underWay.length < 2 * options.workers) continue;
      const first = underWay.shift()!;
      yield { batch: first.batch, result: await first.result };
    }
    for (const { batch, result } of underWay) yield { batch, result: await result };
  } finally {
    await threads.end();
  }
}

/** In the thread: makes from `data` what works on a batch. A result's `buffers` are handed over, not copied. */
export function crewThread<Data, Batch, Result>(
  make: (data: Data) => Promise<(batch: Batch) => Result | Promise<Result>>,
  buffers: (result: Result) => TransferListItem[] = () => [],
): void {
  if (isMainThread || !parentPort) return;
  const port = parentPort;
  const ready = make(workerData as Data);
  // Said with the first batch.
  ready.catch(() => undefined);
  let last: Promise<void> = Promise.resolve();
  const one = async (batch: Batch): Promise<void> => {
    try {
      const result = await (await ready)(batch);
      port.postMessage({ result } satisfies Answer<Result>, buffers(result));
    } catch (error) {
      port.postMessage({ error: error as Error } satisfies Answer<Result>);
    }
  };
  port.on("message", (batch: Batch) => {
    last = last.then(() => one(batch));
  });
}
