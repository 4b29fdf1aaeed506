/** What a target of the fuzzer is, and what can be found out about a reader. */

import type { Rng } from "../../src/rng.js";

/** Files of one folder by their names, which may have folders in them: "model/config.json". */
export type Files = Record<string, Uint8Array>;

/** One reader of foreign files. */
export interface Target {
  /** Kebab-case, for `--target`. */
  name: string;
  summary: string;
  /** The sources that do the reading; a test sees to it that no reader of `src` is forgotten. */
  sources: readonly string[];
  /** Valid inputs, made once a process. */
  seeds(): Promise<Files[]> | Files[];
  /**
   * Makes files of changed parts: where a length, a checksum or a signature would otherwise stop every change at the door.
   * Absent: the seeds are the files.
   */
  assemble?(parts: Files): Files;
  /** Reads the files, which are in the folder `dir`, and does with them what a user would do first. */
  read(dir: string): unknown;
  /** Whether content is promised to be intact: what changed files give is an error, or what some seed gave. */
  intact?: boolean;
}

export interface Change {
  bytes: Uint8Array;
  rng: Rng;
  /** The same file of another seed. */
  other: Uint8Array;
}

export interface Mutator {
  summary: string;
  change(change: Change): Uint8Array | undefined;
}

/** What a reader must never do, in the words of the report. */
export const kinds = {
  crash: "the process died, or an error escaped its caller",
  hang: "it took more than its time",
  raw: "its error is not the house's one line",
  memory: "it took more than its memory",
  accepted: "changed content was taken for what was written, or a prototype was changed",
} as const;

export type Kind = keyof typeof kinds;

export interface Finding {
  target: string;
  /** Number of the input: with the seed it says what the input was. */
  case: number;
  kind: Kind;
  /** What was seen, in one line. */
  detail: string;
}

/** How far one process got with its share of a target's inputs. */
export interface Tally {
  target: string;
  inputs: number;
  /** Inputs that were refused with a proper line; the others were read. */
  refused: number;
}

/** From the supervisor to a process of its own: inputs `from` up to, not including, `to`. */
export interface Batch {
  target: string;
  seed: number;
  from: number;
  to: number;
}

export type Report =
  | { kind: "ready" }
  | { kind: "finding"; finding: Finding }
  | { kind: "done"; tally: Tally }
  | { kind: "broken"; error: string };
