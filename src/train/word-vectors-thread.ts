/** The thread of `word-vectors.ts`: trains what it is given, says how far it is, and ends. Not part of the library. */
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { cbow } from "../embed/index.js";
import type { FromThread, ThreadTask } from "./word-vectors.js";

const say = (message: FromThread): void => parentPort?.postMessage(message);

async function main(): Promise<void> {
  try {
    const made = await cbow({ ...(workerData as ThreadTask), onProgress: (progress) => say({ progress }) });
    say({ made });
  } catch (error) {
    say({ error: error as Error });
  }
}

if (!isMainThread) void main();
