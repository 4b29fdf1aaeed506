/**
 * Cells as the notebook kernel sees them: compiled one after the other by the kernel's own compiler, and read for what runs but should not be written. Nothing is executed.
 */
import ts from "typescript";
import { createCompiler } from "../../src/lab/kernel/compiler.js";
import type { CellCompiler } from "../../src/lab/kernel/types.js";
import { read, root } from "./sources.js";

interface Notebook {
  cells: {
    cell_type: string;
    source: string | string[];
    metadata?: { tags?: string[] };
    outputs?: unknown[];
  }[];
}

const textOf = (source: string | string[]): string => (Array.isArray(source) ? source.join("") : source);

export const notebook = (path: string): Notebook => JSON.parse(read(path)) as Notebook;

export function codeCells(path: string): string[] {
  return notebook(path).cells.flatMap(({ cell_type: type, source }) => (type === "code" ? [textOf(source)] : []));
}

/** The fenced blocks of a Markdown text in one language. */
export function fenced(markdown: string, language: string): string[] {
  const blocks = markdown.matchAll(/^```(\w*)[^\n]*\n([^]*?)^```/gm);
  return [...blocks].filter((block) => block[1] === language).map((block) => block[2] ?? "");
}

export const kernelCompiler = (): CellCompiler => createCompiler({ root, folder: root });

/** What the kernel would complain of, running these cells in this order; after a faulty cell its names are missing. */
export function compileFaults(compiler: CellCompiler, cells: string[]): string[] {
  compiler.forget();
  return cells.flatMap((cell, at) => {
    const { problems } = compiler.compile(cell);
    compiler.ended(true, []);
    return problems.map(({ line, message }) => `cell ${at + 1}, line ${line}: ${message}`);
  });
}

/**
 * What makes a cell hard to read: more than 30 lines (settings have a line each, and may be 40), a line of more than 100
 * characters, a type that is `any`.
 */
export function unreadable(cell: string): string[] {
  const lines = cell.trimEnd().split("\n");
  const most = cell.includes("lab.params(") ? 40 : 30;
  const found = lines.length > most ? [`${lines.length} lines: ${lines[0]}`] : [];
  for (const line of lines) if (line.length > 100) found.push(`${line.length} characters: ${line}`);
  const source = ts.createSourceFile("cell.ts", cell, ts.ScriptTarget.ES2022, true);
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      let statement: ts.Node = node;
      while (!ts.isStatement(statement)) statement = statement.parent;
      found.push(`any: ${statement.getText(source).split("\n", 1)[0]}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Addresses from which a page would load a library: they vanish, are blocked, and differ from what was tested. */
export function remoteLibraries(text: string): string[] {
  const host = /(?:https?:)?\\?\/\\?\/[\w.-]*(?:cdn|unpkg|jspm|skypack|esm\.sh)[\w.-]*/gi;
  const script = /<script[^>]+src\s*=\s*\\?["']?(?:https?:)?\/\/[^"'>\s]+/gi;
  return [...text.matchAll(host), ...text.matchAll(script)].map(([found]) => found);
}
