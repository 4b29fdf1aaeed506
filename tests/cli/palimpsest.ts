/** The `palimpsest` command as a user types it: the compiled one, in a process of its own, or one process for many lines. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

export const main = resolve(__dirname, "../../dist/cli/main.js");

export interface Ran {
  status: number;
  stdout: string;
  stderr: string;
}

export function palimpsest(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ran> {
  return new Promise((done) => {
    execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) =>
      done({ status: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** Command lines one after another in one process: what is refused before it works takes less time than a process to start. */
export function palimpsests(
  lines: readonly (readonly string[])[],
  { env = process.env, cwd }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Ran[] {
  const script = join(__dirname, "one-after-another.cjs");
  const input = JSON.stringify(lines);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { input, encoding: "utf8", env, cwd });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Ran[];
}
