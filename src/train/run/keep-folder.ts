/**
 * A run in its folder, in the order that makes a kill harmless: rows first, the checkpoint that covers them after. One
 * writer at a time, who looks at his lock before each write. What is found there is believed only as far as `resume.ts`
 * and the hashes of the checkpoints bear it out.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { save } from "../../model/index.js";
import { create, hashFiles, type Lock, lock, open, read } from "../../runs/index.js";
import { calledOf, leaveIntact, stampsOf } from "../../runs/intact.js";
import { isDropped, latestCheckpoint, saveCheckpoint, sweepPartial } from "./checkpoint.js";
import { Diverged } from "./diverged.js";
import type { Keeper, KeepOptions } from "./keeper.js";
import { saveModules } from "./modules.js";
import { checkMark, faultOf, markOf, sameEngine, sameRecipe } from "./resume.js";
import type { Run } from "./run.js";
import { AVERAGES, modelsIn } from "./run-model.js";
import { snapshotFolder } from "./snapshots.js";

type FolderOptions = KeepOptions & { dir: string };
type Notice = (line: string) => void;

/** What is hashed when a run has ended: every file of its models and of the modules beside them, and its rows. */
const left = (dir: string): string[] => {
  const folders = ["model", "modules", AVERAGES].map((name) => join(dir, name)).filter((folder) => existsSync(folder));
  const entries = folders.flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }));
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return [...paths.map((path) => relative(dir, path).split(sep).join("/")).sort(), "metrics.jsonl"];
};

export async function inFolder(options: FolderOptions): Promise<Keeper> {
  const { dir, remake, patience, signal, onProgress } = options;
  const notice: Notice = (label) => onProgress?.({ label, done: 1, total: 1, notice: true });
  const onWait = (writer: string): void => notice(`waiting for ${writer}, which trains the same in ${dir}`);
  const held = await lock({ dir, caller: "train", patience, signal, onWait });
  try {
    try {
      return begin(options, held, notice);
    } catch (error) {
      if (!remake) throw error;
      notice(`${dir} is made anew: ${(error as Error).message}`);
      for (const name of readdirSync(dir))
        if (name !== "lock") rmSync(join(dir, name), { recursive: true, force: true });
      return begin(options, held, notice);
    }
  } catch (error) {
    held.release();
    throw error;
  }
}

function begin(
  { dir, beginning, spare, resume = false, dropOptimiser, logs }: FolderOptions,
  held: Lock,
  notice: Notice,
): Keeper {
  const begun = existsSync(join(dir, "run.json"));
  if (begun && !resume)
    throw new Error(`train: invalid dir: ${dir} already holds a run (resume it, or name another folder)`);
  if (!begun && existsSync(join(dir, "checkpoints")) && readdirSync(join(dir, "checkpoints")).length > 0)
    throw new Error(`train: invalid dir: ${dir} holds checkpoints but no run.json (name another folder)`);
  const run = begun ? open(dir, { logs }) : create({ dir, record: beginning, logs });
  const modelDir = join(dir, "model");
  if (begun) sameRecipe(run.record, beginning, dir);
  if (run.record.status === "finished") {
    const fault = faultOf({ run, notice });
    if (fault === undefined) {
      const { record, steps, evaluations, measurements } = read(dir);
      run.close();
      const rows = { steps, evaluations, measurements };
      const finished: Run = { ...modelsIn(dir), record, ...rows, stopped: false, dir };
      return { finished, add() {}, end: () => finished, fail() {}, release: () => held.release() };
    }
    notice(`${dir}: ${fault}; the end of the run is made again from its checkpoint`);
  }
  sweepPartial(run.checkpoints);
  if (begun) sameEngine(run.record, beginning, dir);
  const from = latestCheckpoint(run.checkpoints, { check: (checkpoint) => checkMark(checkpoint, run), onSkip: notice });
  if (from?.unverified) notice(`${dir}: goes on from step ${from.step}; ${from.unverified}`);
  if (begun) {
    run.truncateAfter(from?.step ?? -1);
    run.update({
      status: "running",
      engine: beginning.engine,
      error: undefined,
      diverged: undefined,
      files: undefined,
    });
  }
  return {
    from,
    add(row) {
      held.check();
      run.append(row);
    },
    checkpoint(checkpoint) {
      held.check();
      const state = { ...checkpoint.state, run: markOf(run) };
      const keep = isDropped(checkpoint) ? 1 : undefined;
      saveCheckpoint({ dir: run.checkpoints, checkpoint: { ...checkpoint, state }, keep, spare });
    },
    snapshot(step, model, modules) {
      held.check();
      const folder = snapshotFolder(dir, step);
      save({ dir: folder, model });
      if (modules) saveModules({ dir: join(folder, "modules"), modules });
    },
    end(models, stopped, reading) {
      const { model, modules, averages = {} } = models;
      held.check();
      save({ dir: modelDir, model });
      if (modules) saveModules({ dir: join(dir, "modules"), modules });
      for (const [name, average] of Object.entries(averages))
        save({ dir: join(dir, AVERAGES, name), model: average, dtype: "exact" });
      held.check();
      const names = left(dir);
      const files = stampsOf(dir, names);
      run.finish({ status: stopped ? "interrupted" : "finished", ...reading, files: hashFiles(dir, names) });
      // With whoever lists runs without reading them; those that stopped go on.
      if (!stopped)
        leaveIntact(dir, { called: calledOf(run.record), files: { ...files, ...stampsOf(dir, ["run.json"]) } });
      if (dropOptimiser && !stopped)
        notice(`${run.record.name}: finished, and its optimiser dropped: a branch from here begins its moments anew`);
      const { record, steps, evaluations, measurements } = read(dir);
      return { ...models, record, steps, evaluations, measurements, stopped, dir };
    },
    fail(error) {
      try {
        held.check();
        const line = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0];
        run.finish({ status: "failed", error: line, ...(error instanceof Diverged && { diverged: true }) });
      } catch {
        // The error that ended the run is the one to report; a full disk takes no more words, another's folder none.
        run.close();
      }
    },
    release() {
      run.close();
      held.release();
    },
  };
}
