/**
 * Slurm: one array job, a task a run. Nothing here has to live on: a task that was taken from its node is queued again by Slurm
 * and goes on from its checkpoint, and what was handed over is known by the job's name, which is on disk before Slurm has it.
 */
import { quote, writeRecipes } from "./command.js";
import { ask, longestArray, queueOf, refuse } from "./slurm-ask.js";
import { endOf } from "./slurm-log.js";
import { newSubmission, type Submitted, submissions } from "./slurm-folder.js";
import type { Executor, Handed, Seen } from "./types.js";

export const slurm: Executor = {
  summary: "one array job of a Slurm cluster, which outlives whoever submits it",
  attends: false,

  async submit({ dir, tasks, profile, onLine }) {
    writeRecipes(dir, tasks);
    const most = await longestArray();
    let before: string | undefined;
    for (const part of parts(tasks, most)) {
      const runs = part.map(({ run }) => run);
      const submitted = newSubmission({ dir, runs, profile });
      if (before === undefined)
        await refuse({ dir, profile, submitted }).catch((error: unknown) => {
          submitted.forget();
          throw error;
        });
      // A limit on how many run at once is a limit of one array: with several, one follows the other.
      const after = profile.throttle !== undefined && before !== undefined ? [`--dependency=afterany:${before}`] : [];
      before = (await ask("sbatch", ["--parsable", ...after, submitted.script], dir)).trim().split(";")[0]!;
      submitted.answered(before);
      onLine(`Slurm has ${countOf(runs.length)} as job ${before}`);
    }
  },

  next: (dir) =>
    `now: palimpsest sweep watch ${quote(dir)} follows it, hands over what a search wants next, and may be killed and called again; palimpsest sweep resume ${quote(dir)} hands over again what failed or was lost`,

  async poll(dir, runs) {
    const given = submissions(dir);
    const places = new Map<string, { submitted: Submitted; index: number }>();
    for (const submitted of given) submitted.runs.forEach((run, index) => places.set(run, { submitted, index }));
    const queue = await queueOf(given.map(({ name }) => name));
    const seen = new Map<string, Seen>();
    for (const run of runs) {
      const place = places.get(run);
      if (!place) continue;
      const { submitted, index } = place;
      const queued = queue.get(`${submitted.name} ${index}`);
      const end = queued ?? (submitted.job === undefined ? undefined : endOf(submitted.logOf(index), dir));
      if (end) seen.set(run, end);
    }
    return seen;
  },

  async cancel(dir) {
    const queue = await queueOf(submissions(dir).map(({ name }) => name));
    const jobs = [...new Set([...queue.values()].map(({ job }) => job))];
    if (jobs.length === 0) return "Slurm has no run of this sweep";
    await ask("scancel", jobs, dir);
    return `asked Slurm to end job ${jobs.join(", ")}: runs save what they have`;
  },
};

const countOf = (runs: number): string => (runs === 1 ? "1 run" : `${runs} runs`);

const parts = (tasks: readonly Handed[], most: number): Handed[][] =>
  Array.from({ length: Math.ceil(tasks.length / most) }, (_, i) => tasks.slice(i * most, (i + 1) * most));
