/**
 * `plan.json` in a sweep's folder: the jobs of its last call, and the file that they came from, so that any process that sees
 * the folder can tell how far they are, take them back, and go on with them and with what a search wants after them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.js";
import type { Recipe } from "../train/index.js";
import type { Content } from "./contents.js";
import type { SweepFile } from "./grid.js";
import type { Profile } from "./profile.js";

export interface Plan {
  /** The sweep's file, where the jobs came from one. */
  file?: SweepFile;
  /** The folder that paths in it are relative to. */
  from?: string;
  executor: string;
  profile: Profile;
  /** What the files held that recipes name, by path. */
  inputs: Record<string, Content>;
  jobs: PlannedJob[];
}

export interface PlannedJob {
  key: string;
  name: string;
  /** Its folder's name, below `runs`. */
  run: string;
  /** Paths in it are absolute. */
  recipe: Recipe;
  /** Names in `inputs`. */
  reads: string[];
}

const pathOf = (dir: string): string => join(dir, "plan.json");

export const writePlan = (dir: string, plan: Plan): void =>
  writeAtomically(pathOf(dir), `${JSON.stringify({ format: 1, ...plan })}\n`);

/** Throws one line where there is none, or not the whole of it. */
export function readPlan(dir: string, caller = "sweep"): Plan {
  let text: string;
  try {
    text = readFileSync(pathOf(dir), "utf8");
  } catch (error) {
    throw new Error(`${caller}: invalid dir: ${dir} (no sweep is here: no plan.json; name the folder given as --out)`, {
      cause: error,
    });
  }
  try {
    const plan = JSON.parse(text) as Plan & { format: unknown };
    if (plan.format === 1 && Array.isArray(plan.jobs)) return plan;
  } catch {
    // Said below.
  }
  throw new Error(`${caller}: invalid plan.json: ${pathOf(dir)} (copied by half? call the sweep again with its file)`);
}
