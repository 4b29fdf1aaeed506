/**
 * The local executor: as many processes as cores, one engine thread each, which trains tiny models about half as fast again
 * as one process with all threads. Processes outlive a job, never the pool; one that dies costs its job only.
 */
import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../environment.js";
import type { Evaluation, StepRow } from "../types.js";
import type { FromWorker, Task } from "./messages.js";

export interface Outcome {
  status: "finished" | "failed" | "interrupted";
  error?: string;
}

export interface PoolOptions {
  tasks: Task[];
  processes: number;
  /** Hand out nothing more after so many failures in a row. */
  patience: number;
  signal?: AbortSignal;
  onRows: (task: number, rows: (StepRow | Evaluation)[]) => void;
  onOutcome: (task: number, outcome: Outcome) => void;
}

/** Milliseconds that a stopped worker has to save what it does. */
const grace = 20_000;

/** Resolves when every process is gone. Tasks that were never handed out have no outcome. */
export async function pool(options: PoolOptions): Promise<void> {
  const { tasks, processes, patience, signal, onRows, onOutcome } = options;
  let next = 0;
  let failures = 0;
  const children = new Set<ChildProcess>();
  const killAll = (): void => children.forEach((child) => child.kill("SIGKILL"));
  process.once("exit", killAll);
  let stopping: NodeJS.Timeout | undefined;
  const stop = (): void => {
    for (const child of children) if (child.connected) child.send({ kind: "stop" });
    stopping = setTimeout(killAll, grace);
  };
  signal?.addEventListener("abort", stop, { once: true });
  const more = (): boolean => next < tasks.length && failures < patience && !signal?.aborted;

  const settle = (task: number, outcome: Outcome): void => {
    failures = outcome.status === "failed" ? failures + 1 : outcome.status === "finished" ? 0 : failures;
    onOutcome(task, outcome);
  };

  /** One process from start to end; resolves when it is gone. */
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = start();
      children.add(child);
      let ready = false;
      let task: number | undefined;
      let words = "";
      const give = (): void => {
        if (more()) child.send({ kind: "run", task: tasks[(task = next++)]! });
        else if (child.connected) child.disconnect();
      };
      const end = (outcome: Outcome): void => {
        const done = task!;
        task = undefined;
        settle(done, outcome);
        give();
      };
      child.stderr?.on("data", (data: Buffer) => (words = (words + String(data)).slice(-2000)));
      child.on("message", (message: FromWorker) => {
        try {
          if (message.kind === "ready") {
            ready = true;
            give();
          }
          if (message.kind === "rows") onRows(task!, message.rows);
          if (message.kind === "failed") end({ status: "failed", error: message.error });
          if (message.kind === "ended") end({ status: message.stopped ? "interrupted" : "finished" });
        } catch (error) {
          child.kill("SIGKILL");
          reject(error as Error);
        }
      });
      child.on("error", reject);
      child.on("exit", (code, killedBy) => {
        children.delete(child);
        const error = `its process ended with ${killedBy ?? `code ${code}`}${lastLine(words)}`;
        if (task !== undefined) settle(task, signal?.aborted ? { status: "interrupted" } : { status: "failed", error });
        else if (!ready && !signal?.aborted) return reject(new Error(`sweep: cannot start a worker: ${error}`));
        resolve();
      });
    });

  /** A process that died on a job is replaced while there is more to do. */
  const lane = async (): Promise<void> => {
    while (more()) await work();
  };
  try {
    await Promise.all(Array.from({ length: Math.min(processes, tasks.length) }, lane));
  } finally {
    killAll();
    clearTimeout(stopping);
    signal?.removeEventListener("abort", stop);
    process.off("exit", killAll);
  }
}

function start(): ChildProcess {
  const built = join(__dirname, "worker.js");
  const source = join(__dirname, "worker.ts");
  const fromSource = !existsSync(built) && existsSync(source);
  return fork(fromSource ? source : built, [], {
    env: environment(),
    execArgv: fromSource ? ["--import", require.resolve("tsx")] : [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

function lastLine(words: string): string {
  const line = words
    .split("\n")
    .filter((text) => /error/i.test(text))
    .at(-1);
  return line ? `: ${line.trim()}` : "";
}
