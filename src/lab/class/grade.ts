/**
 * Runs a student's notebook to its end and says which exercises it passed. A cell that fails, loops, floods or takes the
 * kernel with it costs its exercise only: after a crash a new kernel runs what had gone well again. Students' code runs with
 * this user's rights, as any notebook's does.
 */
import type { OnProgress } from "../../types.js";
import { startKernel, type Kernel } from "../notebook/connection.js";
import { isRun, type Cell, type Notebook } from "../notebook/notebook.js";
import { collectOutputs } from "../notebook/outputs.js";
import { cleared, headingAbove, kernelError, runCell, type FailedCell } from "../notebook/runner.js";
import { exercisesOf, withChecksOf, type Exercise } from "./exercises.js";

export interface GradeOptions {
  /** The teacher's notebook, whose checks count in place of those handed in. */
  source?: Notebook;
  /** The folder cells see as the notebook's; defaults to the current one. */
  folder?: string;
  /** Seconds a cell may take; defaults to 120. */
  seconds?: number;
  /** How progress calls the notebook. */
  name?: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface Grade {
  exercises: Exercise[];
  /** As it was run, with its outputs. */
  notebook: Notebook;
  seconds: number;
}

/** Bytes a cell may publish. */
const flood = 20e6;
/** Milliseconds in which a cell that is interrupted has to end. */
const grace = 5000;

/** Throws only when no kernel can be started, or when `signal` was aborted. */
export async function grade(given: Notebook, options: GradeOptions = {}): Promise<Grade> {
  const { source, folder, seconds = 120, name = "notebook", signal, onProgress = () => {} } = options;
  const began = Date.now();
  const notebook = cleared(source ? withChecksOf(given, source) : given);
  const cells = notebook.cells.filter(isRun);
  const failures: FailedCell[] = [];
  const well: Cell[] = [];
  let session = await open(folder, seconds);
  try {
    for (const [done, cell] of cells.entries()) {
      signal?.throwIfAborted();
      onProgress({ label: name, done, total: cells.length, note: headingAbove(notebook, cell) });
      const failure = await session.run(cell);
      if (failure) failures.push({ ...failure, cell: notebook.cells.indexOf(cell) + 1, source: cell.source });
      else well.push(cell);
      if (session.lost()) {
        await session.close();
        session = await open(folder, seconds);
        for (const before of well) if (!session.lost()) await session.run({ ...before });
      }
    }
    onProgress({ label: name, done: cells.length, total: cells.length });
  } finally {
    await session.close();
  }
  return { exercises: exercisesOf({ notebook, failures, source }), notebook, seconds: (Date.now() - began) / 1000 };
}

interface Session {
  /** Runs a cell into its outputs, within the limits; what went wrong, or nothing. */
  run(cell: Cell): Promise<{ ename: string; evalue: string; traceback: string[] } | undefined>;
  /** Whether the kernel is of no more use. */
  lost(): boolean;
  close(): Promise<void>;
}

async function open(folder: string | undefined, seconds: number): Promise<Session> {
  const kernel: Kernel = await startKernel({ folder, env: { PALIMPSEST_RUNNER: "1" } });
  // Loading the library is no cell's own time.
  await kernel.request("execute_request", { code: 'import "palimpsest";', silent: true, store_history: false });
  const collector = collectOutputs(() => {});
  let lost = false;
  let published = 0;
  let tooMuch = (): void => {};
  kernel.onPublish((message) => {
    published += JSON.stringify(message.content).length;
    if (published > flood) tooMuch();
    else collector.take(message);
  });
  const run: Session["run"] = async (cell) => {
    published = 0;
    const running = runCell(kernel, cell, collector);
    const limits = new Promise<string>((resolve) => {
      tooMuch = () => resolve(`printed more than ${flood / 1e6} MB and was ended`);
      setTimeout(() => resolve(`took more than ${seconds} s and was ended`), 1000 * seconds).unref();
    });
    const ended = await Promise.race([running, limits]);
    if (typeof ended !== "string") {
      lost = ended?.ename === kernelError;
      return ended;
    }
    kernel.interrupt();
    const failure = { ename: "", evalue: ended, traceback: [] };
    lost = await Promise.race([
      running.then((after) => after?.ename === kernelError),
      new Promise<true>((resolve) => setTimeout(() => resolve(true), grace).unref()),
    ]);
    return failure;
  };
  return { run, lost: () => lost, close: () => kernel.close() };
}
