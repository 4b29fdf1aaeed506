/**
 * The first lines of a job for Slurm: its shell, what the job asks for by a group's profile, and what comes before the work. Lines of sbatch in the file give
 * way to options on its command line. https://slurm.schedmd.com/sbatch.html
 */

/** Of the profile that sweeps take, what any job is told; what else is there says something of sweeps alone. */
export interface JobProfile {
  partition?: string | undefined;
  account?: string | undefined;
  qos?: string | undefined;
  /** Minutes, or as Slurm writes times; defaults to what the partition gives. */
  time?: string | undefined;
  /** Cores; whoever writes the job says how many where nothing is said. */
  cpus?: number | undefined;
  /** "64G"; defaults to what the cluster gives. */
  memory?: string | undefined;
  /** "4", "a100:4"; whoever writes the job says how many where nothing is said. */
  gpus?: string | undefined;
  /** Further options of sbatch. */
  options?: readonly string[] | undefined;
  /** Names for `module load`. */
  modules?: readonly string[] | undefined;
  /** Lines of shell before the work. */
  setup?: readonly string[] | undefined;
}

/** `own` are the options, without their dashes, that do not come from the profile's words of the same name. */
export function jobHeader(profile: JobProfile, own: Readonly<Record<string, string | number | undefined>>): string[] {
  const { partition, account, qos, time, memory, modules = [], options = [] } = profile;
  const asked = { partition, account, qos, time, mem: memory?.replace(/B$/i, ""), ...own };
  return [
    // Where there are modules, a login shell knows them.
    modules.length > 0 ? "#!/bin/bash -l" : "#!/bin/bash",
    ...Object.entries(asked).flatMap(([option, value]) =>
      value === undefined ? [] : [`#SBATCH --${option}=${value}`],
    ),
    "#SBATCH --requeue",
    ...options.map((option) => `#SBATCH ${option}`),
  ];
}

/** The profile's modules and setup, as any shell takes them. */
export const preparation = ({ modules = [], setup = [] }: JobProfile): string[] => [
  ...modules.map((name) => `module load ${name}`),
  ...setup,
];

/**
 * The profile's modules and setup, for bash. The first of them that fails ends the job with a line that names it, and that `caller`
 * begins: the work would go on with other programs than were meant, or fail of something else.
 */
export function prepared(profile: JobProfile, caller: string): string[] {
  const lines = preparation(profile);
  if (lines.length === 0) return [];
  return [
    `trap 'echo "${caller}: the profile fails at: $(sed -n "\${LINENO}p" "$0")"; exit 1' ERR`,
    ...lines,
    "trap - ERR",
  ];
}
