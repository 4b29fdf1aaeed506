/**
 * `slurm/N` in a sweep's folder: one array job as it was submitted. Which task is which run stands in its own file, so that
 * numbers never shift, and the job's name stands there before Slurm hears of it, so that whoever submits may be killed.
 */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../files.js";
import type { Profile } from "../profile.js";
import { scriptOf } from "./slurm-script.js";

export interface Submitted {
  /** The job's name: this submission's alone. */
  name: string;
  /** Names of the runs' folders, by the tasks' numbers. */
  runs: string[];
  /** Relative to the sweep's folder. */
  script: string;
  /** Slurm's number for it, once it answered. */
  job?: string;
  logOf(index: number): string;
  /** Slurm has it. */
  answered(job: string): void;
  /** Slurm was never given it. */
  forget(): void;
}

export interface NewSubmission {
  dir: string;
  runs: string[];
  profile: Profile;
}

export function newSubmission({ dir, runs, profile }: NewSubmission): Submitted {
  const number = Math.max(0, ...numbersIn(dir)) + 1;
  const folder = join(dir, "slurm", String(number));
  mkdirSync(folder, { recursive: true });
  const name = `palimpsest-${randomUUID().slice(0, 13)}`;
  writeAtomically(join(folder, "runs"), runs.map((run) => `${run}\n`).join(""));
  writeAtomically(join(folder, "array.sh"), scriptOf({ name, number, tasks: runs.length, profile }));
  writeAtomically(join(folder, "name"), `${name}\n${dir}\n`);
  return open(dir, number)!;
}

/** In the order in which they were made. */
export const submissions = (dir: string): Submitted[] => numbersIn(dir).flatMap((number) => open(dir, number) ?? []);

function numbersIn(dir: string): number[] {
  const folder = join(dir, "slurm");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /^\d+$/.test(name));
  return names.map(Number).sort((a, b) => a - b);
}

/** Nothing where it was never submitted, or from another folder of which this one is a copy: those jobs are not its own. */
function open(dir: string, number: number): Submitted | undefined {
  const folder = join(dir, "slurm", String(number));
  const [name, from] = linesOf(join(folder, "name"));
  if (name === undefined || from === undefined || isCopy(dir, from)) return undefined;
  return {
    name,
    runs: linesOf(join(folder, "runs")),
    script: join("slurm", String(number), "array.sh"),
    job: linesOf(join(folder, "job"))[0],
    logOf: (index) => join(folder, `${index}.log`),
    answered: (job) => writeAtomically(join(folder, "job"), `${job}\n`),
    forget: () => rmSync(folder, { recursive: true }),
  };
}

/** Whether both are there and are not one folder under two names. */
function isCopy(dir: string, from: string): boolean {
  const [here, there] = [dir, from].map((path) => statSync(path, { throwIfNoEntry: false }));
  return here !== undefined && there !== undefined && (here.ino !== there.ino || here.dev !== there.dev);
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}
