/**
 * Where a run is kept while it is made: in memory, or in a folder that can be resumed. Everything a run leaves on disk
 * passes through here, in the order that makes a kill harmless: rows first, the checkpoint that covers them after.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { metrics } from "../measure/index.js";
import { load, save } from "../model/index.js";
import { create, open, read, type RunRecord, versions } from "../runs/index.js";
import type { Evaluation, LanguageModel, OnProgress, StepRow } from "../types.js";
import { type Checkpoint, latestCheckpoint, saveCheckpoint, sweepPartial } from "./checkpoint.js";
import { canonical } from "./hash.js";
import { lock } from "./lock.js";
import type { Run } from "./run.js";

/** What is known of a run before its first step. */
export type Beginning = Pick<RunRecord, "name" | "recipe" | "seed" | "engine" | "parameters"> &
  Pick<Partial<RunRecord>, "labels" | "notes">;

export interface KeepOptions {
  beginning: Beginning;
  /** Defaults to memory only. */
  dir?: string;
  /** Goes on with a run begun in `dir`; without one there, or without this, a run begins anew. */
  resume?: boolean;
  /** Milliseconds to wait for another writer of `dir`. */
  patience?: number;
  signal?: AbortSignal;
  /** Hears of the wait. */
  onProgress?: OnProgress;
}

export interface Keeper {
  /** The run, where it was finished already. */
  readonly finished?: Run;
  /** Where to go on from. */
  readonly from?: Checkpoint;
  add(row: StepRow | Evaluation): void;
  /** Absent in memory. */
  readonly checkpoint?: (checkpoint: Checkpoint) => void;
  /** Writes the model and the record, and gives the run. */
  end(model: LanguageModel, stopped: boolean, shares: RunRecord["shares"]): Run;
  /** Notes the error, as far as the disk still lets it. */
  fail(error: unknown): void;
  /** Gives the folder free. */
  release(): void;
}

export async function keep(options: KeepOptions): Promise<Keeper> {
  return options.dir === undefined ? inMemory(options.beginning) : inFolder(resolve(options.dir), options);
}

function inMemory(beginning: Beginning): Keeper {
  const steps: StepRow[] = [];
  const evaluations: Evaluation[] = [];
  return {
    add: (row) => void ("domain" in row ? evaluations.push(row) : steps.push(row)),
    end(model, stopped, shares) {
      const status = stopped ? "interrupted" : "finished";
      const record: RunRecord = { format: 1, status, versions: versions(), metrics, ...beginning, shares };
      return { model, record, steps, evaluations, stopped };
    },
    fail() {},
    release() {},
  };
}

async function inFolder(dir: string, options: KeepOptions): Promise<Keeper> {
  const { beginning, resume = false, patience, signal, onProgress } = options;
  const onWait = (writer: string): void =>
    onProgress?.({ label: `waiting for ${writer}, which trains the same`, done: 0, total: 1 });
  const release = await lock({ dir, patience, signal, onWait });
  try {
    const begun = existsSync(join(dir, "run.json"));
    if (begun && !resume)
      throw new Error(`train: invalid dir: ${dir} already holds a run (resume it, or name another folder)`);
    const run = begun ? open(dir) : create({ dir, record: beginning });
    const modelDir = join(dir, "model");
    if (begun) sameRecipe(run.record, beginning, dir);
    if (run.record.status === "finished") {
      const { record, steps, evaluations } = read(dir);
      run.close();
      const finished: Run = { model: load(modelDir), record, steps, evaluations, stopped: false, dir };
      return { finished, add() {}, end: () => finished, fail() {}, release };
    }
    sweepPartial(run.checkpoints);
    const from = latestCheckpoint(run.checkpoints);
    if (begun) {
      run.truncateAfter(from?.step ?? -1);
      run.update({ status: "running", engine: beginning.engine, error: undefined });
    }
    return {
      from,
      add: (row) => run.append(row),
      checkpoint: (checkpoint) => void saveCheckpoint({ dir: run.checkpoints, checkpoint }),
      end(model, stopped, shares) {
        save({ dir: modelDir, model });
        run.finish({ status: stopped ? "interrupted" : "finished", shares });
        const { record, steps, evaluations } = read(dir);
        return { model, record, steps, evaluations, stopped, dir };
      },
      fail(error) {
        try {
          run.finish({
            status: "failed",
            error: (error instanceof Error ? error.message : String(error)).split("\n", 1)[0],
          });
        } catch {
          // The error that ended the run is the one to report; a full disk takes no more words.
          run.close();
        }
      },
      release() {
        run.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** A run resumed under another recipe would be neither; the first field that differs is named. */
function sameRecipe(record: RunRecord, beginning: Beginning, dir: string): void {
  const [before, now] = [record.recipe, beginning.recipe] as Record<string, unknown>[];
  for (const field of new Set([...Object.keys(before!), ...Object.keys(now!)])) {
    const [was, is] = [before![field], now![field]].map((value) =>
      value === undefined ? "nothing" : canonical(value),
    );
    if (was !== is)
      throw new Error(
        `train: invalid ${field}: ${is} (the run in ${dir} was begun with ${was}; name another folder or keep the recipe)`,
      );
  }
}
