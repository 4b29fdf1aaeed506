/**
 * A job for Slurm that runs a trainer on one node, with what a group's profile says a job may have. Lines of sbatch in the file give way
 * to options on its command line. https://slurm.schedmd.com/sbatch.html
 */

/** Of the profile that sweeps take, what a job of one node is told; what else is there says something of sweeps alone. */
export interface JobProfile {
  partition?: string | undefined;
  account?: string | undefined;
  qos?: string | undefined;
  /** Minutes, or as Slurm writes times; defaults to what the partition gives. */
  time?: string | undefined;
  /** Defaults to 8. */
  cpus?: number | undefined;
  /** "64G"; defaults to what the cluster gives. */
  memory?: string | undefined;
  /** "4", "a100:4": of the node, a process each; defaults to one. */
  gpus?: string | undefined;
  /** Further options of sbatch. */
  options?: readonly string[] | undefined;
  /** Names for `module load`. */
  modules?: readonly string[] | undefined;
  /** Lines of shell before the trainer. */
  setup?: readonly string[] | undefined;
}

export interface SbatchOptions {
  name: string;
  commands: readonly string[];
  profile: JobProfile;
}

export function sbatch({ name, commands, profile }: SbatchOptions): string {
  const { modules = [], setup = [], options = [] } = profile;
  const asked = {
    "job-name": name.replace(/[^\w.-]+/g, "-").slice(0, 60),
    nodes: 1,
    ntasks: 1,
    partition: profile.partition,
    account: profile.account,
    qos: profile.qos,
    time: profile.time,
    "cpus-per-task": profile.cpus ?? 8,
    mem: profile.memory?.replace(/B$/i, ""),
    "gpus-per-node": gpusOf(profile),
    output: "%x-%j.out",
  };
  return [
    // Where there are modules, a login shell knows them.
    modules.length > 0 ? "#!/bin/bash -l" : "#!/bin/bash",
    ...Object.entries(asked).flatMap(([option, value]) =>
      value === undefined ? [] : [`#SBATCH --${option}=${value}`],
    ),
    "#SBATCH --requeue",
    ...options.map((option) => `#SBATCH ${option}`),
    "# Submit it in this folder, or give sbatch --chdir.",
    ...modules.map((module) => `module load ${module} || exit 1`),
    ...setup,
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
    `${gpusOf(profile)} of a node's GPUs`,
    `${cpus} cores`,
    ...(memory === undefined ? [] : [memory]),
    time === undefined ? "the partition's own time" : `a time of ${time}`,
    ...(partition === undefined ? [] : [`partition ${partition}`]),
  ].join(", ");
}
