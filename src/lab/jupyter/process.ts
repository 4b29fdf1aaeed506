/** Running a program to its end, with the last thing it said when it failed. */
import { spawn } from "node:child_process";
import { environment } from "../../environment.js";

export interface ProcessOptions {
  signal?: AbortSignal;
}

/** Resolves when it exits with 0; rejects with one line otherwise. What it prints goes nowhere else. */
export async function run(command: string, args: string[], options: ProcessOptions = {}): Promise<void> {
  const child = spawn(command, args, {
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
    signal: options.signal,
  });
  let said = "";
  const listen = (chunk: Buffer): void => void (said = (said + chunk.toString("utf8")).slice(-4000));
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  await new Promise<void>((resolve, reject) => {
    child.on("error", (error) => reject(new Error(options.signal?.aborted ? "interrupted" : error.message)));
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(said.trim().split("\n").at(-1) || `exit code ${code ?? signal}`));
    });
  });
}
