/**
 * tslab's compiler of cells, asked to keep what it throws away: of which line of a cell each line of its output is. It compiles
 * twice (TypeScript to modules, those to CommonJS) and neither leaves a source map; here both do. Modules of the reader's
 * that a cell imports go the same way. Import this before what of tslab loads the compiler.
 */
import { createRequire, SourceMap, type SourceMapPayload } from "node:module";
import type { Diagnostic } from "@tslab/typescript-for-tslab";
import { normalizeJoin } from "tslab/dist/tspath.js";
import { withoutLoops } from "./top-level-await.js";

/** A place in a source, counted from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** Where in its source a place of compiled code is; undefined for code that no source says. */
export type PlaceOf = (line: number, column: number) => Place | undefined;

/** By the path of the compiled script; a cell's by the name that it ran under. */
export const places = new Map<string, PlaceOf>();

interface Compiler {
  createWatchCompilerHost(files: string[], options: object, ...rest: unknown[]): unknown;
  getPreEmitDiagnosticsOfFiles(...given: unknown[]): readonly Diagnostic[];
  transpileModule(code: string, options: Transpiling): { outputText: string; sourceMapText?: string };
}

interface Transpiling {
  fileName: string;
  compilerOptions: object;
}

const fromTslab = createRequire(require.resolve("tslab/dist/converter.js"));
const name = "@tslab/typescript-for-tslab";
const compiler = fromTslab(name) as Compiler;
const comment = /\n\/\/# sourceMappingURL=(?:data:[^,\n]*,)?([^\n]*)\s*$/;
let root = "";

require.cache[fromTslab.resolve(name)]!.exports = {
  ...compiler,
  createWatchCompilerHost: (files: string[], options: { rootDir: string }, ...rest: unknown[]) => {
    root = options.rootDir;
    // With a source root, sources are named from `rootDir` on.
    return compiler.createWatchCompilerHost(files, { ...options, inlineSourceMap: true, sourceRoot: "/" }, ...rest);
  },
  getPreEmitDiagnosticsOfFiles: (...given: unknown[]) => withoutLoops(compiler.getPreEmitDiagnosticsOfFiles(...given)),
  transpileModule: (code: string, { fileName, compilerOptions }: Transpiling) => {
    const encoded = comment.exec(code)?.[1];
    if (encoded === undefined) return compiler.transpileModule(code, { fileName, compilerOptions });
    const inner = Buffer.from(encoded, "base64").toString("utf8");
    const options = { fileName, compilerOptions: { ...compilerOptions, sourceMap: true } };
    const { outputText, sourceMapText = "" } = compiler.transpileModule(code.replace(comment, "\n"), options);
    const file = normalizeJoin(root, payload(inner).sources[0]!);
    places.set(file.replace(/\.tsx?$/, ".js"), placeOf(file, inner, sourceMapText));
    return { outputText: outputText.replace(comment, "\n") };
  },
};

const payload = (json: string): SourceMapPayload => JSON.parse(json) as SourceMapPayload;

/** Through both maps, kept as JSON: they are read only where an error asks. */
function placeOf(file: string, inner: string, outer: string): PlaceOf {
  return (line, column) => {
    const middle = entry(outer, line - 1, column - 1);
    const source = middle && entry(inner, middle.line, middle.column);
    return source && { file, line: source.line + 1, column: source.column + 1 };
  };
}

function entry(json: string, line: number, column: number): { line: number; column: number } | undefined {
  const found = new SourceMap(payload(json)).findEntry(line, column);
  if (!("originalLine" in found) || found.generatedLine !== line) return undefined;
  return { line: found.originalLine, column: found.originalColumn };
}

/** Lets errors of a script of this name be those of the cell that was compiled last. */
export function keepCell(script: string): void {
  const placeOf = places.get(normalizeJoin(root, "__tslab__.js"));
  if (!placeOf) return;
  places.set(script, (line, column) => {
    const place = placeOf(line, column);
    // tslab writes one line above every cell.
    return place && { ...place, file: script, line: place.line - 1 };
  });
}
