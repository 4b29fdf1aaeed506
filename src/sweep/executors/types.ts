/**
 * The one contract of whoever carries out a sweep's runs: hand them over, look at them, take them back. What came of a run is
 * in its folder and nowhere else, so that any process that sees the folder can go on, and the one that handed over may end.
 */
import type { Profile } from "../profile.js";
import type { Attended, Task } from "./messages.js";

/** A run as the sweep hands it over. Its name is that of its folder below the sweep's `runs`. */
export interface Handed extends Task {
  run: string;
  /** The recipe wherever it is read: paths in it are absolute. */
  anywhere: object;
}

/** What is told while runs are carried out belongs to executors that attend them, `local` alone. */
export interface Submission extends Attended {
  /** The sweep's folder, absolute; runs lie in its `runs`. */
  dir: string;
  tasks: Handed[];
  /** What a run may have, where an executor asks somebody for it. */
  profile: Profile;
  /** A line for the user: what was handed over, what was written. */
  onLine: (line: string) => void;
}

/** What an executor knows of a run that it was given and whose folder does not say that it is finished. */
export interface Seen {
  /** "over": it had the run and has it no more. */
  state: "waiting" | "running" | "failed" | "over";
  /** One line, where there is more to say: why it waits, what it failed with, what ended it. */
  why?: string;
}

export const isLive = (seen: Seen | undefined): boolean => seen?.state === "waiting" || seen?.state === "running";

export interface Executor {
  /** What it does, in one line. */
  summary: string;
  /** Whether `submit` stays with the runs until they are over; otherwise it hands them over and answers. */
  attends: boolean;
  submit(submission: Submission): Promise<void>;
  /** What a person does once `submit` has answered and not everything is finished, in one line. */
  next(dir: string, profile: Profile): string;
  /** By the names of the runs' folders; of the others it knows nothing. Throws one line where it cannot look. */
  poll(dir: string, runs: readonly string[]): Promise<Map<string, Seen>>;
  /** Asks every run to save and end; answers with a line that says what it did. */
  cancel(dir: string): Promise<string>;
}
