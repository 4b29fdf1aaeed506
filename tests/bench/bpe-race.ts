/** Programs that take turns at one piece of work, each run in a process of its own: request on stdin, seconds on stdout. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { OnProgress } from "../../src/types.js";
import type { Measured, Row } from "./row.js";

export interface Contender {
  by: string;
  /** Undefined where the program is not installed. */
  command: string[] | undefined;
  /** Why it is not. */
  missing?: string;
  /** What only this program's request has. */
  more?: object;
}

export interface Race {
  work: string;
  contenders: Contender[];
  request: object;
  rounds: number;
  onProgress?: OnProgress | undefined;
}

/** What a program prints. */
export interface Outcome {
  version: string;
  seconds: number;
  peakMegabytes: number;
}

export async function race({ work, contenders, request, rounds, onProgress }: Race): Promise<Row> {
  const measured: Measured[] = contenders.map(({ by, command, missing = "not here" }) => ({
    by,
    rounds: [],
    peakMegabytes: [],
    ...(!command && { missing }),
  }));
  const total = rounds * contenders.length;
  for (let done = 0; done < total; done++) {
    const at = done % contenders.length;
    const { by, command, more } = contenders[at]!;
    onProgress?.({ label: "bench", done, total, note: `${work}, ${by}` });
    if (command) keep(measured[at]!, await run(command, { ...request, ...more }));
  }
  onProgress?.({ label: "bench", done: total, total });
  return { work, unit: "s", measured };
}

function keep(measured: Measured, outcome: Outcome | { missing: string }): void {
  if ("missing" in outcome) {
    measured.missing = outcome.missing;
    return;
  }
  measured.version = outcome.version;
  measured.rounds.push(outcome.seconds);
  measured.peakMegabytes?.push(outcome.peakMegabytes);
}

/** What the program prints is its result. One that fails is a row without numbers, not the end of the others. */
export function run([program, ...args]: string[], request: object): Promise<Outcome | { missing: string }> {
  return new Promise((resolve) => {
    const child = spawn(program!, args, { cwd: join(__dirname, "..", ".."), stdio: "pipe" });
    let output = "";
    let complaint = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaint += chunk));
    child.on("error", ({ message }) => resolve({ missing: `failed: ${message}` }));
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as Outcome);
      else resolve({ missing: `failed: ${complaint.trim().split("\n").at(-1) || `exit code ${code}`}` });
    });
    child.stdin.on("error", () => {}); // it ended before it had read everything; its exit code says why
    child.stdin.end(JSON.stringify(request));
  });
}
