/**
 * `run.json`: everything about a run that is not a curve, enough to repeat it and to know what its numbers mean.
 * It is written whole (never edited in place) when the run begins and again when it ends.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.js";
import { foreignJson, printable, show } from "../foreign.js";
import type { MetricDefinitions } from "../measure/definitions.js";
import { checkKeys } from "../names.js";

export type Status = "running" | "finished" | "interrupted" | "failed";

export interface RunRecord {
  /** Version of this layout. */
  format: 1;
  /** What tables and legends call the run. */
  name: string;
  status: Status;
  /** One line, present when the status is "failed". */
  error?: string;
  /** Present when it failed because the loss or the gradient stopped being a number. */
  diverged?: true;
  /** The recipe as it was asked for, defaults filled in; any JSON. */
  recipe: object;
  seed: number;
  versions: { palimpsest: string; node: string; onnxruntime: string };
  engine: { mode: string; device: string; reason: string; threads: number };
  /** Numbers of the model, with and without the embedding table and an untied head; those that were trained, where these are not all. */
  parameters: { total: number; withoutEmbeddings: number; trained?: number };
  metrics: MetricDefinitions;
  /** Token shares by domain: as asked, and as the batches came out. */
  shares?: { asked: Record<string, number>; realised: Record<string, number> };
  /** sha256 of what the run left, by path in its folder, once it has ended; see `damagedFile`. */
  files?: Record<string, string>;
  /** Loss weights by domain, where there are any: the mean asked for, and each domain's share of all the weight that was fed. */
  weights?: { asked: Record<string, number>; realised: Record<string, number> };
  /** How often each domain's text was read. */
  epochs?: Record<string, number>;
  /** Columns that tables over many runs get, e.g. `{ share: 0.25, arm: "replay" }`. */
  labels?: Record<string, string | number | boolean>;
  /** Room for what a recipe wants to keep, e.g. hashes of its data or the seconds it took. */
  notes?: Record<string, unknown>;
}

export const statuses: readonly Status[] = ["running", "finished", "interrupted", "failed"];

export function writeRecord(dir: string, record: RunRecord): void {
  writeAtomically(join(dir, "run.json"), JSON.stringify(record, null, 2) + "\n");
}

export function readRecord(dir: string, caller: string): RunRecord {
  const path = join(dir, "run.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const fix = missing ? "no run.json there; is this a run's folder?" : (error as Error).message;
    throw new Error(`${caller}: invalid run: ${dir}: ${fix}`, { cause: error });
  }
  let record: unknown;
  try {
    record = foreignJson(text);
  } catch (error) {
    throw new Error(`${caller}: invalid run.json: ${path}: not JSON: ${(error as Error).message}`, { cause: error });
  }
  checkKeys(record, `${caller}: ${path}`);
  checkRecord(record, path, caller);
  return record;
}

/** Throws one line that names the field. */
export function checkRecord(record: unknown, path: string, caller: string): asserts record is RunRecord {
  const bad = (field: string, value: unknown): never => {
    throw new Error(`${caller}: invalid ${field} in ${path}: ${value === undefined ? "missing" : show(value)}`);
  };
  if (!isObject(record)) return bad("record", record);
  if (record.format !== 1) bad("format", record.format);
  if (typeof record.name !== "string" || record.name === "") bad("name", record.name);
  if (!statuses.includes(record.status as Status)) bad("status", record.status);
  if (!Number.isInteger(record.seed)) bad("seed", record.seed);
  for (const field of ["recipe", "versions", "engine", "parameters", "metrics"]) {
    if (!isObject(record[field])) bad(field, record[field]);
  }
  for (const field of ["shares", "weights", "epochs", "files", "labels", "notes"]) {
    if (record[field] !== undefined && !isObject(record[field])) bad(field, record[field]);
  }
  // What tables make cells of.
  const { engine, parameters, shares, labels = {} } = record as unknown as RunRecord;
  if (typeof engine.device !== "string") bad("engine.device", engine.device);
  for (const [name, count] of Object.entries({
    total: parameters.total,
    withoutEmbeddings: parameters.withoutEmbeddings,
  }))
    if (typeof count !== "number") bad(`parameters.${name}`, count);
  for (const kind of shares ? (["asked", "realised"] as const) : []) {
    if (!isObject(shares![kind])) bad(`shares.${kind}`, shares![kind]);
    for (const [domain, share] of Object.entries(shares![kind]))
      if (typeof share !== "number") bad(`shares.${kind}.${printable(domain, 40)}`, share);
  }
  for (const [name, label] of Object.entries(labels))
    if (!["string", "number", "boolean"].includes(typeof label)) bad(`labels.${printable(name, 40)}`, label);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
