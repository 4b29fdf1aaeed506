/**
 * A process of the pool: trains one run after another as it is told, and ends when the pool does, however that ended.
 * Run by `pool.ts` only; not part of the library.
 */
import { Diverged, runRecipe, type Recipe } from "../../train/index.js";
import type { Evaluation, StepRow } from "../../types.js";
import type { FromWorker, Task, ToWorker } from "./messages.js";

/** Milliseconds that a process of a sweep that was killed may take to let go of its run. */
const patience = 60_000;

let current: AbortController | undefined;
const say = (message: FromWorker): void => void (process.connected && process.send?.(message));

async function run(task: Task): Promise<void> {
  current = new AbortController();
  let rows: (StepRow | Evaluation)[] = [];
  const flush = (): void => {
    if (rows.length > 0) say({ kind: "rows", rows });
    rows = [];
  };
  const timer = setInterval(flush, 200);
  const keep = (row: StepRow | Evaluation): void => void rows.push(row);
  try {
    const { dir, from, threads } = task;
    const { stopped } = await runRecipe({
      recipe: task.recipe as Recipe,
      dir,
      from,
      threads,
      resume: true,
      patience,
      signal: current.signal,
      onStep: keep,
      onEvaluation: keep,
      onProgress: ({ label, notice }) => notice && say({ kind: "notice", line: label }),
    });
    flush();
    say({ kind: "ended", stopped });
  } catch (error) {
    flush();
    const line = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!;
    say({ kind: "failed", error: line, diverged: error instanceof Diverged });
  } finally {
    clearInterval(timer);
    current = undefined;
  }
}

function main(): void {
  // Ctrl-C reaches the whole group of processes; the pool decides what it means.
  process.on("SIGINT", () => {});
  // The pool is gone, even if it was killed: what was saved is saved.
  process.on("disconnect", () => process.exit(1));
  process.on("message", (message: ToWorker) => {
    if (message.kind === "stop") current?.abort();
    else void run(message.task);
  });
  say({ kind: "ready" });
}

if (require.main === module) main();
