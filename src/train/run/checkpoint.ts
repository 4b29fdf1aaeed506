/**
 * A checkpoint is a folder with all that an exact resume needs: `weights.safetensors`, `slots.safetensors` (named tensors
 * that belong to the way of training, such as the optimiser's moments) and `state.json` (the step, any JSON of the loop's,
 * and the sha256 of all three). It is made under a temporary name and renamed when whole, so a kill or a full disk at any
 * moment leaves the one before it; one that is not what was written is never gone on from. Not a model to share: that is
 * `model.save`.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { sha256OfFile, syncFolder, writeAtomically } from "../../files.js";
import { keptIn } from "../../engine/index.js";
import { foreignJson, show } from "../../foreign.js";
import { readSafetensors, writeSafetensors } from "../../model/index.js";
import type { StateArrays, Weights } from "../../types.js";
import { readArrays, writeArrays } from "./arrays.js";
import { readFirstFormat } from "./checkpoint-first-format.js";
import { stepName } from "./snapshots.js";

export interface Checkpoint<S extends object = object> {
  /** Updates done. */
  step: number;
  weights: Weights;
  /** As whoever owns them stores them, e.g. `adamw.first.*`. */
  slots: StateArrays;
  /** The loop's own; any JSON. */
  state: S;
  /** Why not all of it could be checked, of a checkpoint that an older version wrote. */
  unverified?: string;
}

const files = ["weights.safetensors", "slots.safetensors"] as const;

/** `state.json`; its own hash is that of the JSON of the other fields. */
interface StateFile {
  format: 2;
  step: number;
  state: object;
  files: Record<(typeof files)[number], string>;
}

const whole = /^step-(\d{8,})$/;
const partial = /^\.step-\d{8,}\.tmp$/;
const sha256Of = (state: StateFile): string => createHash("sha256").update(JSON.stringify(state)).digest("hex");

export interface SaveCheckpointOptions {
  dir: string;
  checkpoint: Checkpoint;
  /** How many of the newest stay; defaults to 2. */
  keep?: number;
  /** Steps whose checkpoints are never removed. */
  spare?: readonly number[];
}

/** Writes `checkpoint` below `dir` and removes all but the newest `keep` and those to be spared. */
export function saveCheckpoint(options: SaveCheckpointOptions): string {
  const { dir, checkpoint, keep = 2, spare = [] } = options;
  const { step, weights, slots, state } = checkpoint;
  const path = join(dir, stepName(step));
  const temporary = join(dir, `.${stepName(step)}.tmp`);
  const at = (name: string): string => join(temporary, name);
  rmSync(temporary, { recursive: true, force: true });
  try {
    mkdirSync(temporary, { recursive: true });
    writeSafetensors(at(files[0]), weights);
    writeArrays(at(files[1]), slots);
    const hashes = Object.fromEntries(files.map((name) => [name, sha256OfFile(at(name))])) as StateFile["files"];
    const written: StateFile = { format: 2, step, state, files: hashes };
    writeAtomically(at("state.json"), JSON.stringify({ ...written, sha256: sha256Of(written) }, null, 2) + "\n");
    rmSync(path, { recursive: true, force: true });
    renameSync(temporary, path);
    syncFolder(dir);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  for (const old of steps(dir)
    .slice(keep)
    .filter((step) => !spare.includes(step)))
    rmSync(join(dir, stepName(old)), { recursive: true, force: true });
  return path;
}

export interface LatestOptions<S extends object> {
  /** Throws one line where the checkpoint is whole but not of this run. */
  check?: (checkpoint: Checkpoint<S>) => void;
  /** Hears, in one line, of each checkpoint that is passed over. */
  onSkip?: (line: string) => void;
}

/** The newest checkpoint below `dir` that is what was written; nothing where there is none, an error where there is none left. */
export function latestCheckpoint<S extends object = object>(
  dir: string,
  { check, onSkip }: LatestOptions<S> = {},
): Checkpoint<S> | undefined {
  let first: Error | undefined;
  for (const step of steps(dir)) {
    try {
      const checkpoint = readCheckpoint<S>(join(dir, stepName(step)));
      check?.(checkpoint);
      if (first) onSkip?.(`${first.message}; the one before it, of step ${step}, is taken`);
      return checkpoint;
    } catch (error) {
      first ??= error as Error;
    }
  }
  if (first) throw new Error(`${first.message}; none is left to go on from (remove ${dir} to begin at step 0)`);
  return undefined;
}

/** The checkpoint of step `at` below `dir`; of the newest, where nothing is said. Throws one line that names those there are. */
export function checkpointAt<S extends object = object>(dir: string, at?: number): Checkpoint<S> {
  const there = steps(dir);
  const step = at ?? there[0];
  if (step === undefined || !there.includes(step))
    throw new Error(
      `branch: invalid at: ${at ?? "newest"} (${dir} has ${there.length > 0 ? `steps ${[...there].reverse().join(", ")}` : "no checkpoint"}; snapshots are kept)`,
    );
  return readCheckpoint<S>(join(dir, stepName(step)));
}

/** Reads one checkpoint's folder. Throws one line that names the file, where anything is not as it was written. */
export function readCheckpoint<S extends object = object>(path: string): Checkpoint<S> {
  const file = join(path, "state.json");
  const fail = (what: string): never => {
    throw new Error(`readCheckpoint: invalid checkpoint: ${path} (${what})`);
  };
  let given: unknown;
  try {
    given = foreignJson(readFileSync(file, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    fail(code ? `state.json cannot be read: ${code}` : "state.json is not JSON");
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) fail("state.json is not an object");
  const named = Number(whole.exec(basename(path))?.[1] ?? NaN);
  const read = (name: string): Weights => readSafetensors(join(path, name)).weights;
  const { format, sha256, ...rest } = given as Record<string, unknown>;
  if (format === 1) return readFirstFormat({ state: rest, named, read, fail }) as Checkpoint<S>;
  if (format !== 2) fail(`format ${show(format)}; this version reads 1 and 2`);
  const { step, state, files: hashes } = rest as unknown as StateFile;
  if (sha256 !== sha256Of({ format, ...rest } as StateFile))
    fail("state.json is not what was written: its sha256 differs");
  if (step !== named) fail(`it is of step ${step}`);
  for (const name of files) {
    let found: string | undefined;
    try {
      found = sha256OfFile(join(path, name));
    } catch (error) {
      fail(`${name} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    }
    if (found !== hashes[name]) fail(`${name} is not what was written: its sha256 differs`);
  }
  return { step, weights: read(files[0]), slots: readArrays(join(path, files[1])), state: state as S };
}

/** Whether it is of a run's end and was kept without slots. */
export const isDropped = ({ state }: Pick<Checkpoint, "state">): boolean => "dropped" in state;

const described = ({ shape, data }: StateArrays[string]): string =>
  `[${shape}]${data instanceof Float32Array ? "" : ` in ${keptIn(data)}`}`;

/** Throws one line where its tensors are not, by name, shape and type, those that the run needs. */
export function checkShapes(
  checkpoint: Omit<Checkpoint, "state">,
  needed: Record<"weights" | "slots", StateArrays>,
): void {
  for (const part of ["weights", "slots"] as const) {
    const found = checkpoint[part];
    for (const name of new Set([...Object.keys(found), ...Object.keys(needed[part])])) {
      const [is, wanted] = [found[name], needed[part][name]].map((array) => (array ? described(array) : "absent"));
      if (is !== wanted)
        throw new Error(
          `train: invalid checkpoint of step ${checkpoint.step}: ${name} is ${is}, this run's is ${wanted} (remove the checkpoint)`,
        );
    }
  }
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
