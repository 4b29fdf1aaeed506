/** The `palimpsest` command as a user types it: the compiled one, in a process of its own. */
import { execFile } from "node:child_process";
import { resolve } from "node:path";

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
