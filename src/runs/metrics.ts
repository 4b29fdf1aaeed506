/**
 * `metrics.jsonl`: one JSON object a line, appended as training goes. A kill can tear only the last line, which has no
 * newline then; readers pass over it and a resume cuts it off. JSON has no NaN, so a diverged loss is written as "NaN".
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  fstatSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { writeAtomically } from "../files.js";
import type { Evaluation, StepRow } from "../types.js";

export interface Metrics {
  steps: StepRow[];
  evaluations: Evaluation[];
}

const fields = {
  step: ["step", "tokens", "loss", "learningRate", "gradientNorm", "tokensPerSecond"],
  evaluation: ["step", "tokens", "domain", "loss", "bitsPerByte"],
} as const satisfies Record<string, readonly string[]>;

export function lineOf(row: StepRow | Evaluation): string {
  const kind = "domain" in row ? "evaluation" : "step";
  const line: Record<string, unknown> = { kind };
  for (const field of fields[kind]) {
    const value = (row as unknown as Record<string, unknown>)[field];
    if (value === undefined) throw new Error(`run.append: invalid ${kind} row: ${field} is missing`);
    line[field] = typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  }
  return JSON.stringify(line) + "\n";
}

/** Calls `each` with every whole line and where it ends in bytes; answers where the last whole line ends. */
function eachLine(bytes: Uint8Array, each: (line: string, end: number, number: number) => void): number {
  const decoder = new TextDecoder();
  let start = 0;
  for (let number = 1; ; number++) {
    const end = bytes.indexOf(10, start);
    if (end < 0) return start;
    each(decoder.decode(bytes.subarray(start, end)), end + 1, number);
    start = end + 1;
  }
}

function parse(
  line: string,
  where: string,
  caller: string,
): { kind: "step" | "evaluation"; row: StepRow | Evaluation } {
  let row: Record<string, unknown> | undefined;
  try {
    row = JSON.parse(line) as Record<string, unknown>;
  } catch {
    // Reported below with its place.
  }
  const kind = row?.kind;
  if (!row || (kind !== "step" && kind !== "evaluation")) {
    throw new Error(`${caller}: invalid line at ${where}: ${line.slice(0, 60)}`);
  }
  const out: Record<string, unknown> = {};
  for (const field of fields[kind]) {
    const value = field !== "domain" && typeof row[field] === "string" ? Number(row[field]) : row[field];
    if (typeof value !== (field === "domain" ? "string" : "number")) {
      throw new Error(`${caller}: invalid ${field} at ${where}: ${JSON.stringify(row[field]) ?? "missing"}`);
    }
    out[field] = value;
  }
  return { kind, row: out as unknown as StepRow | Evaluation };
}

export function readMetrics(path: string, caller: string): Metrics {
  const metrics: Metrics = { steps: [], evaluations: [] };
  if (!existsSync(path)) return metrics;
  eachLine(readFileSync(path), (line, _, number) => {
    const { kind, row } = parse(line, `${path}:${number}`, caller);
    if (kind === "step") metrics.steps.push(row as StepRow);
    else metrics.evaluations.push(row as Evaluation);
  });
  return metrics;
}

/** Cuts a torn last line off, so that the next append starts on its own line. */
export function mend(path: string): void {
  if (!existsSync(path)) return;
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(10) + 1;
  if (end < bytes.length) truncateSync(path, end);
}

/** Keeps the lines whose step is at most `step`, byte for byte. */
export function keepThrough(path: string, step: number, caller: string): void {
  if (!existsSync(path)) return;
  const bytes = readFileSync(path);
  const kept: string[] = [];
  eachLine(bytes, (line, _, number) => {
    if (parse(line, `${path}:${number}`, caller).row.step <= step) kept.push(line + "\n");
  });
  writeAtomically(path, kept.join(""));
}

/** By which rows are known again. */
export interface Digest {
  bytes: number;
  sha256: string;
}

/** Of the first `bytes` of the file; defaults to all. */
export function digestOf(path: string, bytes = Infinity): Digest {
  const rows = existsSync(path) ? readFileSync(path).subarray(0, bytes) : Buffer.alloc(0);
  return { bytes: rows.length, sha256: createHash("sha256").update(rows).digest("hex") };
}

export interface Appender {
  append(text: string): void;
  close(): void;
}

/** One open file for the run's life. A write that fails (a full disk) leaves the file as it was before. */
export function appender(path: string): Appender {
  const file = openSync(path, "a");
  return {
    append(text) {
      const bytes = Buffer.from(text);
      const before = fstatSync(file).size;
      try {
        for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
      } catch (error) {
        ftruncateSync(file, before);
        throw new Error(`run.append: cannot write ${path}: ${(error as Error).message}`, { cause: error });
      }
    },
    close: () => closeSync(file),
  };
}
