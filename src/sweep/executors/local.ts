/** Processes on this machine. They end with the process that began them, so whoever holds the sweep's folder is asked. */
import { hostname } from "node:os";
import { writerOf } from "../../lock.js";
import { quote } from "./command.js";
import { pool } from "./pool.js";
import type { Executor, Seen } from "./types.js";
import { writing } from "./writing.js";

export const local: Executor = {
  summary: "processes on this machine, one engine thread each",
  attends: true,
  submit: pool,
  poll(dir, runs) {
    const seen = writing(dir, runs);
    const ahead: Seen = writerOf(dir) ? { state: "waiting" } : { state: "over" };
    return Promise.resolve(new Map(runs.map((run) => [run, seen.get(run) ?? ahead])));
  },
  next: (dir) => `palimpsest sweep resume ${quote(dir)} goes on`,
  cancel(dir) {
    const writer = writerOf(dir);
    if (!writer) return Promise.resolve("nobody sweeps here");
    const { pid, host, here } = writer;
    if (!here)
      return Promise.reject(
        new Error(
          `sweep: cannot cancel: process ${pid} on ${host} sweeps here, and this is ${hostname()} (call it there)`,
        ),
      );
    process.kill(pid, "SIGINT");
    return Promise.resolve(`asked process ${pid} to save and end`);
  },
};
