/**
 * The one command that carries out a run wherever it is called, as often as it is called: finished it ends at once, begun it
 * goes on, and while another writes the same run it waits. So no executor needs logic of its own. Paths are relative to the
 * sweep's folder; what the recipes name is absolute.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeAtomically } from "../../files.js";
import type { Profile } from "../profile.js";
import type { Handed } from "./types.js";

/** Seconds to wait for another writer of a run: a node that was thought dead may still write, and one that is dead left its lock. */
const wait = 600;

export interface CommandOptions {
  /** The run's folder name, for the shell. */
  run: string;
  profile: Profile;
  /** Where runs lie; defaults to `runs`. */
  runs?: string;
}

/** For `sh`. */
export function commandOf({ run, profile, runs = "runs" }: CommandOptions): string {
  const { command = `${quote(process.execPath)} ${quote(main)}`, cpus = 1 } = profile;
  return `${command} train recipes/${run}.json --out ${runs}/${run} --resume --wait ${wait} --threads ${cpus}`;
}

const main = resolve(__dirname, "..", "..", "..", "dist", "cli", "main.js");

/** One word for `sh`, whatever it holds. */
export const quote = (word: string): string =>
  /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** `recipes/NAME.json` for each run, below the sweep's folder. */
export function writeRecipes(dir: string, tasks: readonly Handed[]): void {
  mkdirSync(join(dir, "recipes"), { recursive: true });
  for (const { run, anywhere } of tasks)
    writeAtomically(join(dir, "recipes", `${run}.json`), `${JSON.stringify(anywhere, null, 2)}\n`);
}
