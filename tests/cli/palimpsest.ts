/** The `palimpsest` command as a user types it: the compiled one, in one process for many lines. */
import assert from "node:assert/strict";
import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

export const main = resolve(__dirname, "../../dist/cli/main.js");

export interface Ran {
  status: number;
  stdout: string;
  stderr: string;
}

const script = join(__dirname, "one-after-another.cjs");
let started: ChildProcess | undefined;
let earlier: Promise<unknown> = Promise.resolve();

/** One command line, after those before it, in a process that this test file keeps for all of its lines. */
export function palimpsest(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ran> {
  const turn = earlier.then(() => said(args, env));
  earlier = turn.catch(() => undefined);
  return turn;
}

function said(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const child = (started ??= fork(script, { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] }));
  child.ref();
  child.channel!.ref();
  return new Promise<Ran>((done, failed) => {
    const ended = (status: number | null): void => {
      started = undefined;
      failed(new Error(`palimpsest ${args.join(" ")}: the process ended with ${status}`));
    };
    child.once("exit", ended);
    child.once("message", (ran) => {
      child.off("exit", ended);
      child.unref();
      child.channel!.unref();
      done(ran as Ran);
    });
    child.send({ args, env });
  });
}

/** Command lines one after another in one process: what is refused before it works takes less time than a process to start. */
export function palimpsests(
  lines: readonly (readonly string[])[],
  { env = process.env, cwd }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Ran[] {
  const input = JSON.stringify(lines);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { input, encoding: "utf8", env, cwd });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Ran[];
}
