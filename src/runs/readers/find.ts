/**
 * Which files a path stands for, and what each is: by its name, then by its first bytes. A folder is searched a few levels deep; of
 * a sweep's runs, those that are its jobs.
 */
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { readJobs } from "../jobs.js";
import { formats } from "./formats.js";
import { trainerRun } from "./trainer-state.js";
import type { Source } from "./types.js";

export interface Found {
  kind: string;
  sources: Source[];
}

const depth = 4;
const most = 200_000;

/** Throws where nothing fits, or where a folder holds several kinds of which none was asked for. */
export function find(path: string, asked?: string): Found {
  let folder: boolean;
  let file: boolean;
  try {
    const stats = statSync(path);
    [folder, file] = [stats.isDirectory(), stats.isFile()];
  } catch (error) {
    throw new Error(`runs.rows: invalid path: ${path}: no such file or folder (give an existing one)`, {
      cause: error,
    });
  }
  if (!folder && !file)
    throw new Error(`runs.rows: invalid path: ${path}: neither a file nor a folder (write what it gives into a file)`);
  if (!folder) {
    const kind = asked ?? kindOf(path, true);
    if (kind) return { kind, sources: [{ path, run: runOf(path, kind, "") }] };
    throw new Error(
      `runs.rows: invalid path: ${path}: not a known format (say kind: ${Object.keys(formats).join(", ")})`,
    );
  }
  const below = filesBelow(path);
  // A run of ours, or a trainer's output, has other tables beside it; those are its own. Of thousands of runs they are not looked into.
  let kinds = kindsIn(
    below.filter((file) => basename(file) === "run.json"),
    asked,
  );
  if (!kinds.has("run")) kinds = kindsIn(below, asked);
  const kind = ["run", "trainer-state"].find((each) => kinds.has(each)) ?? [...kinds.keys()][0];
  if (kind === undefined)
    throw new Error(`runs.rows: invalid path: ${path}: no ${asked ?? "run or table"} in this folder (name a file)`);
  if (kinds.size > 1 && kind !== "run" && kind !== "trainer-state")
    throw new Error(`runs.rows: invalid path: ${path} holds ${[...kinds.keys()].join(" and ")} (say which with kind)`);
  const files = kind === "trainer-state" ? latestStates(kinds.get(kind)!) : kinds.get(kind)!;
  return { kind, sources: files.map((file) => ({ path: file, run: runOf(file, kind, path) })) };
}

function kindsIn(files: readonly string[], asked: string | undefined): Map<string, string[]> {
  const kinds = new Map<string, string[]>();
  for (const file of files) {
    const kind = kindOf(file, false);
    if (!kind || (asked !== undefined && kind !== asked)) continue;
    const same = kinds.get(kind);
    if (same) same.push(file);
    else kinds.set(kind, [file]);
  }
  return kinds;
}

function kindOf(path: string, byContent: boolean): string | undefined {
  const name = basename(path);
  const head = Object.values(formats).some((format) => format.named(name)) || byContent ? headOf(path) : undefined;
  if (!head) return undefined;
  const text = new TextDecoder().decode(head);
  const entries = Object.entries(formats);
  const fits = entries.find(([, { named, holds }]) => named(name) && (holds?.(head, text) ?? true));
  if (fits || !byContent) return fits?.[0];
  return entries.find(([, { holds }]) => holds?.(head, text))?.[0];
}

function headOf(path: string): Uint8Array {
  const file = openSync(path, "r");
  try {
    const head = new Uint8Array(1 << 16);
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}

function filesBelow(folder: string): string[] {
  const files: string[] = [];
  const visit = (at: string, level: number): void => {
    const listed = readJobs(at)?.runs;
    const jobs = listed && new Set(listed);
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (files.length >= most)
        throw new Error(`runs.rows: invalid path: ${folder}: more than ${most} files (name a file)`);
      const path = join(at, entry.name);
      if (entry.isDirectory() && level < depth && !entry.name.startsWith(".") && (jobs?.has(entry.name) ?? true))
        visit(path, level + 1);
      else if (entry.isFile()) files.push(path);
    }
  };
  visit(folder, 0);
  return files;
}

function runOf(path: string, kind: string, root: string): string {
  if (kind === "trainer-state") return trainerRun(path);
  const folder = dirname(path);
  if (kind === "tfevents") return (root && relative(root, folder).split("\\").join("/")) || basename(folder);
  if (kind.startsWith("wandb") && basename(folder) === "files") return basename(dirname(folder));
  return basename(path).replace(/\.\w+$/, "");
}

/** Of one run's states, the output folder's own, else that of its latest checkpoint: each repeats what came before. */
function latestStates(paths: string[]): string[] {
  const stepOf = (path: string): number => Number(/^checkpoint-(\d+)$/.exec(basename(dirname(path)))?.[1] ?? Infinity);
  const homeOf = (path: string): string => (stepOf(path) < Infinity ? dirname(dirname(path)) : dirname(path));
  const latest = new Map<string, string>();
  for (const path of paths) {
    const before = latest.get(homeOf(path));
    if (before === undefined || stepOf(path) > stepOf(before)) latest.set(homeOf(path), path);
  }
  return [...latest.values()];
}
