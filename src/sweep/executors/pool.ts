/**
 * The processes of the local executor: as many processes as cores, one engine thread each, which trains tiny models about half as fast again
 * as one process with all threads. Processes outlive a job, never the pool; one that dies costs its job only.
 */
import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../../environment.js";
import type { Attended, FromWorker, Outcome, Task } from "./messages.js";

export interface PoolOptions extends Attended {
  /** May grow while an outcome is told, where `grows`. */
  tasks: readonly Task[];
}

/** Milliseconds that a stopped worker has to save what it does. */
const grace = 20_000;

/** Resolves when every process is gone. Tasks that were never handed out have no outcome. */
export async function pool(options: PoolOptions): Promise<void> {
  const { tasks, processes, patience, grows = false, signal, onRows, onNotice, onOutcome } = options;
  let next = 0;
  let failures = 0;
  let busy = 0;
  /** Processes that wait for what the others' runs may bring. */
  let idle: (() => void)[] = [];
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

  const settle = async (task: number, outcome: Outcome): Promise<void> => {
    if (outcome.status === "finished") failures = 0;
    if (outcome.status === "failed" && !outcome.diverged) failures++;
    await onOutcome(task, outcome);
    busy--;
    const woken = idle;
    idle = [];
    // After the process that had the task, which takes the next.
    setImmediate(() => woken.forEach((give) => give()));
  };

  /** One process from start to end; resolves when it is gone. */
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = start();
      children.add(child);
      let ready = false;
      let task: number | undefined;
      let words = "";
      const fail = (error: unknown): void => {
        child.kill("SIGKILL");
        reject(error as Error);
      };
      const give = (): void => {
        if (!child.connected) return;
        if (more()) {
          busy++;
          child.send({ kind: "run", task: tasks[(task = next++)]! });
        } else if (grows && busy > 0) idle.push(give);
        else child.disconnect();
      };
      const end = (outcome: Outcome): void => {
        const done = task!;
        task = undefined;
        settle(done, outcome).then(give).catch(fail);
      };
      child.stderr?.on("data", (data: Buffer) => (words = (words + String(data)).slice(-2000)));
      child.on("message", (message: FromWorker) => {
        try {
          if (message.kind === "ready") {
            ready = true;
            give();
          }
          if (message.kind === "rows") onRows(task!, message.rows);
          if (message.kind === "notice") onNotice(task!, message.line);
          if (message.kind === "failed")
            end({ status: "failed", error: message.error, ...(message.diverged && { diverged: true }) });
          if (message.kind === "ended") end({ status: message.stopped ? "interrupted" : "finished" });
        } catch (error) {
          fail(error);
        }
      });
      child.on("error", reject);
      child.on("exit", (code, killedBy) => {
        children.delete(child);
        const error = `its process ended with ${killedBy ?? `code ${code}`}${lastLine(words)}`;
        if (task !== undefined)
          settle(task, signal?.aborted ? { status: "interrupted" } : { status: "failed", error }).then(resolve, reject);
        else if (!ready && !signal?.aborted) reject(new Error(`sweep: cannot start a worker: ${error}`));
        else resolve();
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
    // From the sources, as this process reads them.
    execArgv: fromSource ? process.execArgv : [],
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
