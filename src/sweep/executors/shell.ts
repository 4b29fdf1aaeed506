/** Writes one shell script and stops: whoever has other machines, or another queue, hands out its lines. */
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../files.js";
import { preparation } from "../../train/handoff/job-header.js";
import { commandOf, quote, writeRecipes } from "./command.js";
import type { Executor } from "./types.js";
import { writing } from "./writing.js";

export const shell: Executor = {
  summary: "writes run.sh, one line a run, and stops",
  attends: false,
  submit({ dir, tasks, profile, onLine }) {
    writeRecipes(dir, tasks);
    const lines = tasks.map(({ run }) => commandOf({ run: quote(run), profile }));
    const before = preparation(profile);
    const path = join(dir, "run.sh");
    writeAtomically(
      path,
      [
        "#!/bin/sh",
        "# A line a run, in any order, as often as you like: what is finished ends at once, what was begun goes on.",
        `cd ${quote(dir)} || exit 1`,
        // Where a line of the profile fails, no run is begun with other programs than were meant.
        ...(before.length > 0 ? ["set -e", ...before, "set +e"] : []),
        ...lines,
        "",
      ].join("\n"),
    );
    chmodSync(path, 0o755);
    onLine(`wrote ${path}: ${lines.length === 1 ? "1 run" : `${lines.length} runs`}, a line each`);
    return Promise.resolve();
  },
  next: (dir) =>
    `now: sh ${quote(join(dir, "run.sh"))}, or its lines anywhere that sees the folder; then palimpsest sweep watch ${quote(dir)} says what is left, and writes what a search wants next`,
  poll: (dir, runs) => Promise.resolve(writing(dir, runs)),
  cancel: (dir) => Promise.reject(new Error(`sweep: cannot cancel ${join(dir, "run.sh")} (stop it where it runs)`)),
};
