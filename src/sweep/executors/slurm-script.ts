/**
 * The script of an array job. `exec` puts the lab in the shell's place, so that the signal a minute before the end, or when a
 * task is taken from its node, reaches it: it saves and ends. sbatch: https://slurm.schedmd.com/sbatch.html
 */
import type { Profile } from "../profile.js";
import { commandOf } from "./command.js";

export interface ScriptOptions {
  /** The job's name. */
  name: string;
  /** Of the submission: its folder below `slurm`. */
  number: number;
  /** How many runs. */
  tasks: number;
  profile: Profile;
}

/** What a task writes first each time that it begins: what its log holds before that is an earlier beginning's. */
export const begins = "--- begins on ";

export function scriptOf({ name, number, tasks, profile }: ScriptOptions): string {
  const { throttle, modules = [], setup = [], options = [] } = profile;
  const asked = {
    "job-name": name,
    array: `0-${tasks - 1}${throttle === undefined ? "" : `%${throttle}`}`,
    signal: "B:TERM@60",
    "open-mode": "append",
    output: `slurm/${number}/%a.log`,
    partition: profile.partition,
    account: profile.account,
    qos: profile.qos,
    time: profile.time,
    "cpus-per-task": profile.cpus ?? 1,
    mem: profile.memory?.replace(/B$/i, ""),
    gpus: profile.gpus,
  };
  return [
    "#!/bin/bash",
    "# One run a task; submitted from the sweep's folder, to which paths are relative.",
    ...Object.entries(asked).flatMap(([option, value]) =>
      value === undefined ? [] : [`#SBATCH --${option}=${value}`],
    ),
    "#SBATCH --requeue",
    ...options.map((option) => `#SBATCH ${option}`),
    `echo "${begins}$SLURMD_NODENAME, $(date -u +%FT%TZ)"`,
    `run=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" slurm/${number}/runs)`,
    '[ -n "$run" ] || { echo "palimpsest train: $SLURMD_NODENAME does not see the folder of the sweep"; exit 1; }',
    ...modules.map((module) => `module load ${module}`),
    ...setup,
    `exec ${commandOf({ run: "$run", profile }).replaceAll(/(\S*\$run\S*)/g, '"$1"')}`,
    "",
  ].join("\n");
}
