/**
 * The script of an array job. Slurm's signals reach its shell, which lets the run save and end: SIGTERM when the task is taken
 * from its node, after which Slurm queues it again or not; SIGUSR1 a minute before its time is up, after which the script
 * queues itself again, unless it came no further twice in a row. sbatch: https://slurm.schedmd.com/sbatch.html
 */
import { jobHeader, prepared } from "../../train/handoff/job-header.js";
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
  const { throttle } = profile;
  return [
    ...jobHeader(profile, {
      "job-name": name,
      array: `0-${tasks - 1}${throttle === undefined ? "" : `%${throttle}`}`,
      signal: "B:USR1@60",
      "open-mode": "append",
      output: `slurm/${number}/%a.log`,
      "cpus-per-task": profile.cpus ?? 1,
      gpus: profile.gpus,
    }),
    "# One run a task; submitted from the sweep's folder, to which paths are relative.",
    `echo "${begins}$SLURMD_NODENAME, $(date -u +%FT%TZ)"`,
    `run=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" slurm/${number}/runs)`,
    '[ -n "$run" ] || { echo "palimpsest train: $SLURMD_NODENAME does not see the folder of the sweep"; exit 1; }',
    'rows() { cat "runs/$run"/metrics.jsonl "runs/$run"/stages/*/metrics.jsonl 2>/dev/null | wc -l; }',
    'trap \'late=yes; [ -z "$lab" ] || kill -TERM "$lab"\' USR1',
    `trap '[ -n "$lab" ] && kill -TERM "$lab" || exit 143' TERM`,
    ...prepared(profile, "palimpsest train"),
    "before=$(rows)",
    `${commandOf({ run: "$run", profile }).replaceAll(/(\S*\$run\S*)/g, '"$1"')} &`,
    "lab=$!",
    '[ -z "$late" ] || kill -TERM "$lab"',
    "# A signal ends a wait, and not what is waited for.",
    'while kill -0 "$lab" 2>/dev/null; do wait "$lab"; done',
    'wait "$lab"',
    "code=$?",
    '[ "$code" = 143 ] && [ -n "$late" ] || exit "$code"',
    `stuck=slurm/${number}/$SLURM_ARRAY_TASK_ID.stuck`,
    'if [ "$(rows)" -gt "$before" ]; then rm -f "$stuck"',
    'elif [ ! -e "$stuck" ]; then touch "$stuck"',
    'else echo "palimpsest train: twice it came no further in its time (give it more in the profile)"; exit 1; fi',
    'scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"',
    "",
  ].join("\n");
}
