/**
 * Errors where they are: stacks name the line and column of a cell as it was written, and what a notebook shows of them are
 * the reader's own frames and the calls that these made of others' code. An error's own `stack` keeps the
 * library's.
 */
import { sep } from "node:path";
import { inspect } from "node:util";
import { hintOf } from "./hint.js";
import type { PlaceOf } from "./places.js";
import { packageRoot } from "../paths.js";

/**
 * `places`: by the name of a script, where in its source its code is. Frames that no source says are left out, and so are
 * those below the first cell: they are the kernel's.
 */
export function placeErrors(places: ReadonlyMap<string, PlaceOf>): void {
  // Between a cell and what fails in the library may be more frames than the ten that Node keeps.
  Error.stackTraceLimit = 50;
  Error.prepareStackTrace = (error, frames) => {
    const first = frames.map((frame) => isCell(frame.getFileName() ?? "")).lastIndexOf(true);
    const above = first < 0 ? frames : frames.slice(0, first + 1);
    return [headOf(error), ...above.flatMap((frame) => locate(frame, places))].join("\n    at ");
  };
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

function locate(frame: NodeJS.CallSite, places: ReadonlyMap<string, PlaceOf>): string[] {
  const script = frame.getFileName();
  // Names of earlier cells are properties of an object of `cells.ts`.
  const text = String(frame).replace(/^((?:async|new) )?CellNames\./, "$1");
  const placeOf = script ? places.get(script) : undefined;
  if (!placeOf) return [text];
  const [line, column] = [frame.getLineNumber() ?? 0, frame.getColumnNumber() ?? 0];
  const place = placeOf(line, column);
  if (!place) return [];
  return [text.replace(`${script}:${line}:${column}`, `${place.file}:${place.line}:${place.column}`)];
}

/** What a cell runs under: the name that its errors bear. */
export const cellName = (count: number): string => `cell[${count}]`;
const isCell = (script: string): boolean => /^cell\[\d+\]$/.test(script);

/**
 * A thrown value as a person wants to read it: of frames that are neither a cell's nor of the reader's own files, only those
 * that these called, and none of this library's. Where no frame is the reader's, all but the kernel's and Node's are kept.
 */
export function tidyError(thrown: unknown): string {
  const text = inspect(thrown);
  if (!(thrown instanceof Error)) return text;
  const lines = text.split("\n");
  lines[0] += hintOf(lines[0]!);
  if (!lines.some(isReaders)) return lines.filter((line) => !isFrame(line) || !below.test(line)).join("\n");
  const shown: string[] = [];
  lines.forEach((line, at) => {
    const next = lines[at + 1] ?? "";
    // A function that calls itself without end says so twice.
    if (isFrame(line) && line === shown.at(-1) && line === shown.at(-2)) return;
    if (!isFrame(line) || isReaders(line) || (isReaders(next) && !isOurs(line))) shown.push(line);
    // The last frame of an error with properties opens their list.
    else if (line.endsWith(" {")) shown[shown.length - 1] += " {";
  });
  return shown.join("\n");
}

const below = /\(?node:|[\\/]tslab[\\/]dist[\\/]|[\\/]lab[\\/]kernel[\\/]/;

const isFrame = (line: string): boolean => /^ +at /.test(line);

const isOurs = (line: string): boolean => library.some((folder) => line.includes(folder));
const library = ["dist", "src"].map((folder) => `${packageRoot}${sep}${folder}${sep}`);

function isReaders(line: string): boolean {
  if (!isFrame(line)) return false;
  if (/cell\[\d+\]:\d+:\d+\)?/.test(line)) return true;
  const inFile = /[\\/][^()]*:\d+:\d+\)?/.test(line) && !line.includes("node:");
  return inFile && !/[\\/]node_modules[\\/]/.test(line) && !isOurs(line);
}
