/** Runs that somebody writes at this moment, whoever began them: their folders are locked. */
import { join } from "node:path";
import { writerOf } from "../../lock.js";
import type { Seen } from "./types.js";

export const writing = (dir: string, runs: readonly string[]): Map<string, Seen> =>
  new Map(runs.filter((run) => writerOf(join(dir, "runs", run))).map((run) => [run, { state: "running" }]));
