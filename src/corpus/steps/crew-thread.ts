/** A thread of `crew.ts`: makes the steps that are written down for it, and judges one batch after another. Not part of the library. */
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { Document } from "../types.js";
import type { Answer } from "./crew.js";
import { judgeOf } from "./judging.js";
import { type StepGiven, stepOf } from "./registry.js";

const judge = isMainThread ? undefined : judgeOf((workerData as StepGiven[]).map((written) => stepOf(written, "pipe")));
// Said with the first batch.
judge?.catch(() => undefined);

const say = (answer: Answer): void => parentPort?.postMessage(answer);

parentPort?.on("message", (batch: Document[]) => {
  void judge?.then((judge) => say({ judged: judge(batch) })).catch((error: unknown) => say({ error: error as Error }));
});
