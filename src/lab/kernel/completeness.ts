/** Whether what was typed is a whole cell, for a console that runs it at Enter or goes on to a next line. */
import ts from "typescript";
import type { Completeness } from "./types.js";

/** Of a comment and of a template text whose end is missing. */
const openAtEnd = new Set([1010, 1160]);

export function completenessOf(source: string): Completeness {
  // A module, so that `await` is a word of its language.
  const text = `export {};\n${source}`;
  const file = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest, true);
  const { parseDiagnostics: problems } = file as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] };
  const end = text.trimEnd().length;
  // The first is where the reader of the language was lost; what follows may come of it.
  const [first] = problems;
  if (!first) return { status: "complete" };
  if (first.start < end && !openAtEnd.has(first.code)) return { status: "invalid" };
  const line = source.trimEnd().split("\n").at(-1)!;
  const deeper = /[([{]$|=>$/.test(line) ? "  " : "";
  return { status: "incomplete", indent: /^\s*/.exec(line)![0] + deeper };
}
