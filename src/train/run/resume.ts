/**
 * What a resumed run believes of its folder. The recipe and the engine that decide its bytes must be those it was begun
 * with; a checkpoint must say that it is of this run and of these rows; a finished run's files must be those written.
 */
import { join } from "node:path";
import { load } from "../../model/index.js";
import { damagedFile, type Digest, type RunFolder, type RunRecord } from "../../runs/index.js";
import { type Checkpoint, latestCheckpoint } from "./checkpoint.js";
import { canonical, hashOf, hashOfWeights } from "../hash.js";
import type { Beginning } from "./keeper.js";

/** A run resumed under another recipe would be neither; the first field that differs is named. */
export function sameRecipe(record: RunRecord, beginning: Beginning, dir: string): void {
  const [before, now] = [modern(record.recipe), beginning.recipe] as Record<string, unknown>[];
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

/** What version 0.1.0 wrote of a mixture when it began: fixed shares by their two ends. */
function modern(recipe: object): object {
  const { name, start, end } = ((recipe as { mixture?: object }).mixture ?? {}) as Record<string, unknown>;
  return name === "fixed" && start && end ? { ...recipe, mixture: { name, shares: start } } : recipe;
}

/** Two engines round differently: a run that changes them is the bytes of neither. */
export function sameEngine(record: RunRecord, beginning: Beginning, dir: string): void {
  const [was, is] = [record.engine, beginning.engine].map(({ device, mode }) => `${device} (${mode})`);
  if (was !== is)
    throw new Error(
      `train: invalid engine: ${is} (the run in ${dir} was begun on ${was}; ask for that one, or name another folder)`,
    );
}

/** By which a checkpoint is known as this run's, written after these rows. */
interface Mark {
  identity: string;
  rows: Digest;
}

export function markOf(run: RunFolder): Mark {
  const { recipe, engine } = run.record;
  return { identity: hashOf({ recipe, device: engine.device, mode: engine.mode }), rows: run.digest() };
}

/** Throws one line where the checkpoint is another run's, or not of the rows that are there. */
export function checkMark({ step, state, unverified }: Checkpoint, run: RunFolder): void {
  if (unverified !== undefined) return;
  const { run: mark } = state as { run?: Mark };
  const fail = (what: string): never => {
    throw new Error(`train: invalid checkpoint: ${run.checkpoints}, step ${step} (${what})`);
  };
  if (mark?.identity !== markOf(run).identity) fail("it is of another recipe or engine than run.json says");
  if (run.digest(mark!.rows.bytes).sha256 !== mark!.rows.sha256)
    fail("metrics.jsonl does not hold the rows that were written before it");
}

/**
 * Why a finished run's files are not what was written, in words for a message; nothing where they are. A run of an older
 * version has no hashes: its model is compared with its last checkpoint.
 */
export function faultOf({ run, notice }: { run: RunFolder; notice: (line: string) => void }): string | undefined {
  const { dir, record, checkpoints } = run;
  if (record.files) return damagedFile(dir, record.files);
  const last = latestCheckpoint(checkpoints);
  if (!last) notice(`${dir} was finished by an older version, without hashes: its model cannot be verified`);
  else if (hashOfWeights(last.weights) !== hashOfWeights(load(join(dir, "model")).weights))
    throw new Error(`train: invalid run: ${dir} (its model is not that of its last checkpoint: one is damaged)`);
  return undefined;
}
