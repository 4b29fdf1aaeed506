/** What is said when a sweep is run in a folder that held another: which files changed, and which runs are no jobs of it any more. */
import { basename, join } from "node:path";
import { type Jobs, read } from "../runs/index.js";
import type { Recipe } from "../train/index.js";

export interface ChangesOptions {
  /** The sweep before this one. */
  before: Jobs;
  now: Jobs;
  recipes: readonly Recipe[];
  /** The folder of the runs' folders. */
  runs: string;
}

export function changes({ before, now, recipes, runs }: ChangesOptions): string[] {
  const notes: string[] = [];
  for (const [path, hash] of Object.entries(now.inputs))
    if (Object.hasOwn(before.inputs, path) && before.inputs[path] !== hash)
      notes.push(`${basename(path)} has changed since the last sweep here: runs on it are made anew`);
  const here = new Set(now.runs);
  const left = before.runs.filter((name) => !here.has(name));
  if (left.length > 0) {
    const why = difference(join(runs, left[0]!), recipes);
    notes.push(
      `${left.length === 1 ? "1 run" : `${left.length} runs`} of an earlier sweep here ${left.length === 1 ? "is" : "are"} no job of this one${why && ` (${why})`}: kept on disk, left out of its rows`,
    );
  }
  return notes;
}

/** What a run was made with, against the recipe that comes closest to it: "steps was 8, is 16". */
function difference(dir: string, recipes: readonly Recipe[]): string {
  let was: Map<string, string>;
  try {
    was = leaves(read(dir).record.notes?.recipe);
  } catch {
    return "";
  }
  if (was.size === 0) return "";
  let closest: string[] | undefined;
  for (const recipe of recipes) {
    const is = leaves(recipe);
    const fields = [...new Set([...was.keys(), ...is.keys()])].filter((field) => was.get(field) !== is.get(field));
    const differing = fields.map(
      (field) => `${field} was ${was.get(field) ?? "not given"}, is ${is.get(field) ?? "not given"}`,
    );
    if (closest === undefined || differing.length < closest.length) closest = differing;
  }
  return closest?.slice(0, 3).join("; ") ?? "";
}

/** Fields of a recipe as JSON, by path; what a run is called is none of them. */
function leaves(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (["name", "labels", "stopAt"].includes(path)) return into;
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    for (const [key, inner] of Object.entries(value)) leaves(inner, path === "" ? key : `${path}.${key}`, into);
  else if (value !== undefined) into.set(path, JSON.stringify(value));
  return into;
}
