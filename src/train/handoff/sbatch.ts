/** A job for Slurm that runs a trainer on one node, with what a group's profile says a job may have. */
import { jobHeader, type JobProfile, prepared } from "./job-header.js";

export interface SbatchOptions {
  name: string;
  commands: readonly string[];
  profile: JobProfile;
}

export function sbatch({ name, commands, profile }: SbatchOptions): string {
  return [
    ...jobHeader(profile, {
      "cpus-per-task": profile.cpus ?? 8,
      "gpus-per-node": gpusOf(profile) === "0" ? undefined : gpusOf(profile),
      "job-name": name.replace(/[^\w.-]+/g, "-").slice(0, 60),
      nodes: 1,
      ntasks: 1,
      output: "%x-%j.out",
      // Queued again, it goes on in the same file.
      "open-mode": "append",
    }),
    "# Submit it in this folder, or give sbatch --chdir.",
    ...prepared(profile, "job.sbatch"),
    "set -euo pipefail",
    "gpus=${SLURM_GPUS_ON_NODE:-1}",
    ...commands,
    "",
  ].join("\n");
}

const gpusOf = ({ gpus = "1" }: JobProfile): string => gpus;

/** Processes that it starts, one for each GPU. */
export const processesOf = (profile: JobProfile): number =>
  Math.max(1, Number(/(?:^|:)(\d+)$/.exec(gpusOf(profile))?.[1] ?? 1));

/** What it asks for, in words. */
export function jobSays(profile: JobProfile): string {
  const { partition, time, memory, cpus = 8 } = profile;
  return [
    gpusOf(profile) === "0" ? "no GPU" : `${gpusOf(profile)} of a node's GPUs`,
    `${cpus} cores`,
    ...(memory === undefined ? [] : [memory]),
    time === undefined ? "the partition's own time" : `a time of ${time}`,
    ...(partition === undefined ? [] : [`partition ${partition}`]),
  ].join(", ");
}
