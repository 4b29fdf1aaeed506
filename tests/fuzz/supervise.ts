/**
 * Hands inputs to processes of their own and watches them: one that dies, stands still or grows without end costs the
 * input it was at, is replaced, and the rest goes on. The same inputs are tried whatever the number of processes.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { typescript } from "../node.js";
import type { Limits } from "./limits.js";
import type { Batch, Finding, Kind, Report, Tally } from "./types.js";

export interface SuperviseOptions {
  /** The file whose `targets` are tried. */
  registry: string;
  /** In the order in which they are begun. */
  batches: Iterator<Batch>;
  processes: number;
  limits: Limits;
  /** Called in the process of the caller; a throw ends everything. */
  onTally: (tally: Tally) => void;
  onFinding: (finding: Finding) => void;
}

/** Milliseconds between two looks at a process. */
const beat = 200;

export async function supervise(options: SuperviseOptions): Promise<void> {
  const { registry, batches, processes, limits, onTally, onFinding } = options;
  const home = mkdtempSync(join(tmpdir(), "palimpsest-fuzz-"));
  const children = new Set<ChildProcess>();
  let ended = false;

  /** One process from start to end, over as many batches as it lives; gives back what is left of its last. */
  const life = (lane: number, rest: Batch | undefined): Promise<Batch | undefined> =>
    new Promise((resolve, reject) => {
      const note = join(home, String(lane));
      const child = fork(join(__dirname, "child.ts"), [registry, note, JSON.stringify(limits)], {
        execArgv: [...typescript, `--max-old-space-size=${limits.heap}`],
        stdio: ["ignore", "ignore", "pipe", "ipc"],
        // What a killed process leaves is in our folder and goes with it.
        env: { ...process.env, TMPDIR: home, TMP: home, TEMP: home },
      });
      children.add(child);
      let batch: Batch | undefined;
      let words = "";
      let sentence: [Kind, string] | undefined;
      const give = (): void => {
        const next = batch ?? (ended ? undefined : nextOf(batches));
        batch = next;
        if (next) child.send(next);
        else child.disconnect();
      };
      const watch = watchOf(child, note, limits, (kind, detail) => {
        sentence = [kind, detail];
        child.kill("SIGKILL");
      });
      child.stderr!.on("data", (data: Buffer) => (words = (words + String(data)).slice(-4000)));
      child.on("message", (report: Report) => {
        if (report.kind === "finding") onFinding(report.finding);
        if (report.kind === "broken") reject(new Error(report.error));
        if (report.kind === "done") {
          onTally(report.tally);
          batch = undefined;
        }
        if (report.kind === "ready") batch = rest;
        if (report.kind === "ready" || report.kind === "done") give();
        watch.busy(batch !== undefined);
      });
      child.on("error", reject);
      child.on("exit", (code, signal) => {
        watch.stop();
        children.delete(child);
        if (ended || (batch === undefined && code === 0)) return resolve(undefined);
        if (batch === undefined) return reject(new Error(`fuzz: a process did not start: ${lastLine(words)}`));
        const at = numberIn(note);
        if (at === undefined)
          return reject(new Error(`fuzz: ${batch.target} died on its own seeds: ${lastLine(words)}`));
        const inputs = at - batch.from;
        const isMemory = /heap out of memory|Allocation failed/.test(words);
        const [kind, detail] = sentence ?? [
          isMemory ? "memory" : "crash",
          `ended with ${signal ?? `code ${code}`}: ${lastLine(words)}`,
        ];
        onFinding({ target: batch.target, case: at, kind, detail });
        onTally({ target: batch.target, inputs: inputs + 1, refused: 0 });
        resolve({ ...batch, from: at + 1 });
      });
    });

  const lane = async (_: unknown, number: number): Promise<void> => {
    let rest: Batch | undefined;
    do {
      rest = await life(number, rest);
      if (rest && rest.from >= rest.to) rest = nextOf(batches);
    } while (rest);
  };
  try {
    await Promise.all(Array.from({ length: processes }, lane));
  } finally {
    ended = true;
    await Promise.all([...children].map(gone));
    rmSync(home, { recursive: true, force: true });
  }
}

const nextOf = (batches: Iterator<Batch>): Batch | undefined => {
  const { done, value } = batches.next();
  return done ? undefined : value;
};

/** Kills a process and waits for its end. */
function gone(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

/** Which input a process is at, by what it noted; nothing before the first of a target. */
function numberIn(note: string): number | undefined {
  const text = readFileSync(note, "utf8").trim();
  return text === "" ? undefined : Number(text);
}

function lastLine(words: string): string {
  const lines = words.split("\n").map((line) => line.trim());
  return lines.find((line) => /error|fatal|panic|assert/i.test(line)) ?? lines.filter(Boolean).at(-1) ?? "nothing said";
}

/** Looks at a process again and again while it is busy; calls `condemn` where an input takes too long or too much. */
function watchOf(
  { pid }: ChildProcess,
  note: string,
  limits: Limits,
  condemn: (kind: Kind, detail: string) => void,
): { busy(isBusy: boolean): void; stop(): void } {
  let begun: { number?: number; processor: number; waited: number } = { processor: 0, waited: 0 };
  let isBusy = false;
  const timer = setInterval(() => {
    if (!isBusy) return;
    const [number, { processor, megabytes, runs }] = [numberIn(note), costsOf(pid!)];
    if (number !== begun.number) begun = { number, processor, waited: 0 };
    // Time in which it would run, but others do or a disk is slow, is not its own.
    if (!runs) begun.waited += beat / 1000;
    const used = processor - begun.processor;
    if (megabytes > limits.process) condemn("memory", `the process has ${Math.round(megabytes)} MB`);
    else if (number !== undefined && (begun.waited > limits.patience || used > 5 * limits.seconds))
      condemn("hang", `not over after ${used.toFixed(1)} s of a processor and ${begun.waited.toFixed(1)} s of waiting`);
  }, beat);
  return {
    busy(now) {
      if (now !== isBusy) begun = { processor: 0, waited: 0 };
      isBusy = now;
    },
    stop: () => clearInterval(timer),
  };
}

/** What a process has, had, and does, where the system says so in files; else the process's own count must do. */
function costsOf(pid: number): { megabytes: number; processor: number; runs: boolean } {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
    const after = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    return {
      megabytes: (pages * 4096) / 2 ** 20,
      processor: (Number(after[11]) + Number(after[12])) / 100,
      runs: after[0] !== "S",
    };
  } catch {
    return { megabytes: 0, processor: 0, runs: false };
  }
}
