/**
 * A checkpoint is a folder with all that an exact resume needs: `weights.safetensors`, `optimiser.safetensors` (both
 * moments) and `state.json` (step, data order, what was realised). It is made under a temporary name and renamed when
 * whole, so a kill or a full disk at any moment leaves the one before it. Not a model to share: that is `model.save`.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.js";
import { readSafetensors, writeSafetensors } from "../model/index.js";
import type { Weights } from "../types.js";

export interface Checkpoint<S extends object = object> {
  /** Updates done. */
  step: number;
  weights: Weights;
  /** As the optimiser stores them. */
  moments: Weights;
  /** The loop's own state; any JSON. */
  state: S;
}

const nameOf = (step: number): string => `step-${String(step).padStart(8, "0")}`;
const whole = /^step-(\d{8,})$/;
const partial = /^\.step-\d{8,}\.tmp$/;

/** Writes `checkpoint` below `dir` and removes all but the newest `keep` (defaults to 2). */
export function saveCheckpoint(options: { dir: string; checkpoint: Checkpoint; keep?: number }): string {
  const { dir, checkpoint, keep = 2 } = options;
  const { step, weights, moments, state } = checkpoint;
  const path = join(dir, nameOf(step));
  const temporary = join(dir, `.${nameOf(step)}.tmp`);
  rmSync(temporary, { recursive: true, force: true });
  try {
    mkdirSync(temporary, { recursive: true });
    writeSafetensors(join(temporary, "weights.safetensors"), weights);
    writeSafetensors(join(temporary, "optimiser.safetensors"), moments);
    writeAtomically(join(temporary, "state.json"), JSON.stringify({ format: 1, step, ...state }, null, 2) + "\n");
    rmSync(path, { recursive: true, force: true });
    renameSync(temporary, path);
    settle(dir);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  for (const old of steps(dir).slice(keep)) rmSync(join(dir, nameOf(old)), { recursive: true, force: true });
  return path;
}

/** The newest checkpoint below `dir` that can be read, or nothing where there is none. */
export function latestCheckpoint<S extends object = object>(dir: string): Checkpoint<S> | undefined {
  let first: unknown;
  for (const step of steps(dir)) {
    try {
      return readCheckpoint<S>(join(dir, nameOf(step)));
    } catch (error) {
      first ??= error;
    }
  }
  if (first !== undefined) throw first;
  return undefined;
}

/** Reads one checkpoint's folder. */
export function readCheckpoint<S extends object = object>(path: string): Checkpoint<S> {
  const file = join(path, "state.json");
  let state: Record<string, unknown>;
  try {
    state = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`readCheckpoint: invalid state: ${file}: ${(error as Error).message}`, { cause: error });
  }
  const { format, step, ...rest } = state;
  if (format !== 1)
    throw new Error(`readCheckpoint: invalid format: ${String(format)} in ${file} (this version reads 1)`);
  if (!Number.isInteger(step)) throw new Error(`readCheckpoint: invalid step: ${String(step)} in ${file}`);
  return {
    step: step as number,
    weights: readSafetensors(join(path, "weights.safetensors")).weights,
    moments: readSafetensors(join(path, "optimiser.safetensors")).weights,
    state: rest as S,
  };
}

/** Removes what a kill left half-made. */
export function sweepPartial(dir: string): void {
  for (const name of list(dir)) if (partial.test(name)) rmSync(join(dir, name), { recursive: true, force: true });
}

/** Steps of the whole checkpoints, newest first. */
function steps(dir: string): number[] {
  const found = list(dir).flatMap((name) => (whole.test(name) ? [Number(whole.exec(name)![1])] : []));
  return found.sort((a, b) => b - a);
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Forces the folder's entries to the device where the system can. */
function settle(dir: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(dir, "r");
  try {
    fsyncSync(handle);
  } catch {
    // Some network and memory file systems refuse to sync a folder; its files are already safe.
  } finally {
    closeSync(handle);
  }
}
