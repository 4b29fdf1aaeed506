/** Programs of the benchmark: each a process of its own that prints one JSON line, of which the last is its result. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Measured } from "./row.js";

const root = join(__dirname, "..", "..");

type Outcome = { version: string; tokensPerSecond: number; peakMegabytes: number } | { missing: string };

export function keep(measured: Measured, outcome: Outcome): void {
  if ("missing" in outcome) {
    measured.missing = outcome.missing;
    return;
  }
  measured.version = outcome.version;
  measured.rounds.push(outcome.tokensPerSecond);
  measured.peakMegabytes?.push(outcome.peakMegabytes);
}

/** The last line that a program prints is its result. One that fails is a row without numbers, not the end of the others. */
export async function run([program, ...args]: string[]): Promise<Outcome> {
  const { stdout, stderr, failed } = await output(program!, args);
  try {
    if (!failed) return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Outcome;
  } catch {
    // Fall through: what it printed is not a result.
  }
  return { missing: `failed: ${stderr.trim().split("\n").at(-1) ?? "no message"}` };
}

function output(program: string, args: string[]): Promise<{ stdout: string; stderr: string; failed: boolean }> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ stdout, stderr, failed: error !== null }),
    );
  });
}

/** $PYTHON, else the clone's own environment, else the one on PATH: the first that has torch. */
export async function findPython(): Promise<string | undefined> {
  const own = join(root, ".venv", "bin", "python3");
  for (const each of [process.env.PYTHON, existsSync(own) ? own : undefined, "python3"]) {
    if (each && !(await output(each, ["-c", "import torch"])).failed) return each;
  }
  return undefined;
}
