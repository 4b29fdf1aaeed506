/** What is said when a sweep is run in a folder that held another: which files changed, and which runs are no jobs of it any more. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { type Jobs, read } from "../runs/index.js";
import type { Recipe } from "../train/index.js";
import { failureOf } from "./folders.js";

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
  // What failed before it had a folder left nothing that could be said of it.
  const isThere = (name: string): boolean => existsSync(join(runs, name, "run.json"));
  if (!before.runs.some(isThere)) return notes;
  for (const [path, hash] of Object.entries(now.inputs))
    if (Object.hasOwn(before.inputs, path) && before.inputs[path] !== hash)
      notes.push(`${basename(path)} has changed since the last sweep here: runs on it are made anew`);
  const here = new Set(now.runs);
  const left = before.runs.filter((name) => !here.has(name) && isThere(name));
  const failed = new Set(left.filter((name) => failureOf(join(runs, name))));
  const tell = (names: readonly string[], which: string): void => {
    if (names.length === 0) return;
    const [count, are] = names.length === 1 ? ["1 run", "is"] : [`${names.length} runs`, "are"];
    const why = difference(join(runs, names[0]!), recipes);
    notes.push(
      `${count} of an earlier sweep here${which} ${are} no job of this one${why && ` (${why})`}: kept on disk, left out of its rows`,
    );
  };
  tell(
    left.filter((name) => !failed.has(name)),
    "",
  );
  tell([...failed], ", which failed,");
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
