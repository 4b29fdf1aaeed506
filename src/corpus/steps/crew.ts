/** Threads that judge batches of documents by steps of the registry. Batches come back as they are done; the caller keeps their order. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Written } from "../../registry.js";
import type { Document } from "../types.js";
import type { Judged } from "./judging.js";

export interface Crew {
  judge(batch: readonly Document[]): Promise<Judged>;
  /** Ends the threads, whatever they are at. */
  end(): Promise<void>;
}

/** What a thread answers, to one batch after another. */
export type Answer = { judged: Judged } | { error: Error };

interface Mate {
  thread: Worker;
  waiting: { resolve: (judged: Judged) => void; reject: (error: Error) => void }[];
  /** Why it judges no more. */
  failed?: Error;
}

export function crew({ steps, workers }: { steps: readonly Written[]; workers: number }): Crew {
  const mates = Array.from({ length: workers }, () => mateOf(steps));
  return {
    judge: (batch) =>
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

function mateOf(steps: readonly Written[]): Mate {
  const mate: Mate = { thread: start(steps), waiting: [] };
  const fail = (error: Error): void => {
    mate.failed ??= error;
    for (const { reject } of mate.waiting.splice(0)) reject(error);
  };
  mate.thread.on("message", (answer: Answer) => {
    if ("error" in answer) fail(answer.error);
    else mate.waiting.shift()?.resolve(answer.judged);
  });
  mate.thread.on("error", fail);
  mate.thread.on("exit", (code) => fail(new Error(`pipe: a thread that judged documents ended with code ${code}`)));
  return mate;
}

/** The built thread beside the built room; from the sources, as this process reads them. */
function start(workerData: readonly Written[]): Worker {
  const built = join(__dirname, "crew-thread.js");
  const source = join(__dirname, "crew-thread.ts");
  return new Worker(!existsSync(built) && existsSync(source) ? source : built, { workerData });
}
