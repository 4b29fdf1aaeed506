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
import { printable, show } from "../foreign.js";
import { checkName, isReserved } from "../names.js";
import type { Evaluation, Measurement, StepRow } from "../types.js";

export type MetricRow = StepRow | Evaluation | Measurement;

export interface Metrics {
  steps: StepRow[];
  evaluations: Evaluation[];
  measurements: Measurement[];
}

export const isMeasurement = (row: MetricRow): row is Measurement => "metric" in row;
export const isEvaluation = (row: MetricRow): row is Evaluation => !isMeasurement(row) && "domain" in row;

type Kind = "step" | "evaluation" | "measurement";

/** What a row of each kind cannot be without; a step may have further numbers, under any name. */
const required = {
  step: ["step", "tokens", "loss", "learningRate", "gradientNorm", "tokensPerSecond"],
  evaluation: ["step", "tokens", "domain", "loss", "bitsPerByte"],
  measurement: ["step", "tokens", "metric", "value"],
} as const satisfies Record<Kind, readonly string[]>;

/** The fields that are words; all others are numbers. */
const words: readonly string[] = ["domain", "metric"];

const kindOf = (row: MetricRow): Kind =>
  isMeasurement(row) ? "measurement" : isEvaluation(row) ? "evaluation" : "step";

export function lineOf(row: MetricRow): string {
  const kind = kindOf(row);
  const fields = new Map<string, unknown>(Object.entries(row));
  for (const field of required[kind])
    if (fields.get(field) === undefined) throw new Error(`run.append: invalid ${kind} row: ${field} is missing`);
  for (const field of fields.keys()) checkName(field, "run.append");
  const written = [...fields].filter(([, value]) => value !== undefined);
  // In one order whatever made the row, so that equal rows are equal bytes.
  written.sort(([a], [b]) => placeOf(kind, a) - placeOf(kind, b));
  return (
    JSON.stringify({ kind, ...Object.fromEntries(written.map(([field, value]) => [field, toJson(value)])) }) + "\n"
  );
}

function placeOf(kind: Kind, field: string): number {
  const place = (required[kind] as readonly string[]).indexOf(field);
  return place < 0 ? required[kind].length : place;
}

const toJson = (value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

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

/** Where a line is, to say what is wrong with it. */
interface Place {
  path: string;
  number: number;
  caller: string;
}

function parse(line: string, place: Place): { kind: Kind; row: MetricRow } {
  let read: Record<string, unknown> | undefined;
  try {
    read = JSON.parse(line) as Record<string, unknown>;
  } catch {
    // Reported below with its place.
  }
  const kind = read?.kind;
  if (typeof kind !== "string" || !Object.hasOwn(required, kind))
    throw new Error(`${place.caller}: invalid line at ${place.path}:${place.number}: ${printable(line, 60)}`);
  for (const field of required[kind as Kind]) if (read![field] === undefined) refuse(field, undefined, place);
  const row: Record<string, unknown> = {};
  for (const field of Object.keys(read!)) {
    if (field === "kind") continue;
    if (isReserved(field)) checkName(field, `${place.caller}: ${place.path}:${place.number}`);
    const value = read![field];
    const isWord = words.includes(field);
    if (typeof value === (isWord ? "string" : "number")) row[field] = value;
    else if (!isWord && ["NaN", "Infinity", "-Infinity"].includes(value as string)) row[field] = Number(value);
    else refuse(field, value, place);
  }
  return { kind: kind as Kind, row: row as unknown as MetricRow };
}

function refuse(field: string, value: unknown, { path, number, caller }: Place): never {
  throw new Error(
    `${caller}: invalid ${printable(field, 40)} at ${path}:${number}: ${value === undefined ? "missing" : show(value)}`,
  );
}

/** Nothing where there is no file. */
export function readMetrics(path: string, caller: string): Metrics {
  const metrics: Metrics = { steps: [], evaluations: [], measurements: [] };
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return metrics;
    throw error;
  }
  const lines = text.split("\n");
  const place = { path, number: 0, caller };
  while (place.number < lines.length - 1) {
    const { kind, row } = parse(lines[place.number++]!, place);
    if (kind === "step") metrics.steps.push(row as StepRow);
    else if (kind === "evaluation") metrics.evaluations.push(row as Evaluation);
    else metrics.measurements.push(row as Measurement);
  }
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
    if (parse(line, { path, number, caller }).row.step <= step) kept.push(line + "\n");
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
