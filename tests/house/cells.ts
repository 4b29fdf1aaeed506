/**
 * Cells as the notebook kernel sees them: compiled one after the other by tslab's own converter (its TypeScript is 5.0.4
 * and not strict), and read for what runs but should not be written. Nothing is executed.
 */
import ts from "typescript";
import { createConverter, type Converter } from "tslab/dist/converter.js";
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

/** tslab's converter resolves from where the process stands. */
export function kernelCompiler(): Converter {
  process.chdir(root);
  return createConverter({ isJS: false, isBrowser: false });
}

/** What the kernel would complain of, running these cells in this order; after a faulty cell its names are missing. */
export function compileFaults(compiler: Converter, cells: string[]): string[] {
  let before = "";
  return cells.flatMap((cell, at) => {
    const { diagnostics, declOutput } = compiler.convert(before, cell);
    before = declOutput ?? before;
    return diagnostics.map(({ start, messageText }) => `cell ${at + 1}, line ${start.line + 1}: ${messageText}`);
  });
}

/**
 * Loops over data outside every function: the kernel runs those some 250 times slower, each name being a property of a
 * proxy. A loop that awaits in its body waits for real work, and may stand in a cell.
 */
export function bareLoops(cell: string): string[] {
  const source = ts.createSourceFile("cell.ts", cell, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const awaits = (node: ts.Node): boolean =>
    ts.isAwaitExpression(node) || (!ts.isFunctionLike(node) && (ts.forEachChild(node, awaits) ?? false));
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isIterationStatement(node, false) && !awaits(node.statement))
      found.push(node.getText(source).split("\n", 1)[0] ?? "");
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What makes a cell hard to read: more than 40 lines, a line of more than 120 characters, a type that is `any`. */
export function unreadable(cell: string): string[] {
  const lines = cell.trimEnd().split("\n");
  const found = lines.length > 40 ? [`${lines.length} lines: ${lines[0]}`] : [];
  for (const line of lines) if (line.length > 120) found.push(`${line.length} characters: ${line}`);
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
