/** Where in what was written a place of compiled code is. By the maps that the compiler gives, read where an error asks. */
import { SourceMap, type SourceMapPayload } from "node:module";
import type { CodeMap } from "./types.js";

/** A place in a source, counted from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** Undefined for code that no source says. */
export type PlaceOf = (line: number, column: number) => Place | undefined;

/** `file`: what the places are said to be in. */
export function placeOf(file: string, { steps, above }: CodeMap): PlaceOf {
  return (line, column) => {
    let place: { line: number; column: number } | undefined = { line: line - 1, column: column - 1 };
    for (const step of steps) place &&= entry(step, place.line, place.column);
    return place && { file, line: place.line + 1 - above, column: place.column + 1 };
  };
}

function entry(json: string, line: number, column: number): { line: number; column: number } | undefined {
  const found = new SourceMap(JSON.parse(json) as SourceMapPayload).findEntry(line, column);
  if (!("originalLine" in found) || found.generatedLine !== line) return undefined;
  return { line: found.originalLine, column: found.originalColumn };
}
