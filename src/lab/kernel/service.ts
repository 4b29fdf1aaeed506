/**
 * TypeScript's language service over the cells of one kernel. It parses the declarations of the library and of packages once
 * and keeps them; what changes at each cell are two short files. Not what is done to a cell: that is tslab's.
 */
import { statSync } from "node:fs";
import { join, sep } from "node:path";
import ts from "typescript";
import { packageRoot } from "../paths.js";

export interface Where {
  /** The folder of the notebook, in which cells stand as files. */
  folder: string;
  /** The folder in which packages are looked up that are not found from there. */
  root: string;
}

export interface Service {
  language: ts.LanguageService;
  /** The program of the files as they were at the last `change`. */
  program(): ts.Program;
  /** One of the files has another text. */
  change(path: string): void;
  /** The path of the module that a file imports by this name. */
  resolve(name: string, from: string): string | undefined;
}

export interface Cells extends Where {
  /** Files that exist for the compiler alone. */
  files: string[];
  options: ts.CompilerOptions;
  /** Reads any file, those too. */
  read(path: string): string | undefined;
}

/** Whether the reader may edit a file while the kernel runs: none of a package's, none of this library's own. */
export const isReaders = (path: string): boolean =>
  !/[\\/]node_modules[\\/]/.test(path) && !path.startsWith(`${packageRoot}${sep}dist${sep}`);

export function createService({ folder, root, files, options, read }: Cells): Service {
  const versions = new Map(files.map((path) => [path, 0]));
  const kept = new Map([tensors(root)]);
  const fixed = new Map<string, boolean>();
  /** Asked of every file at every cell. */
  const isFixed = (path: string): boolean => {
    const known = fixed.get(path) ?? !(versions.has(path) || isReaders(path));
    fixed.set(path, known);
    return known;
  };
  const fileExists = (path: string): boolean => versions.has(path) || kept.has(path) || ts.sys.fileExists(path);
  const cache = ts.createModuleResolutionCache(folder, (path) => path, options);
  const resolver: ts.ModuleResolutionHost = { ...ts.sys, fileExists, readFile: read };
  const resolve = (name: string, from: string): ts.ResolvedModuleWithFailedLookupLocations => {
    if (name === "@tensorflow/tfjs" && !isReaders(from)) return { resolvedModule: moduleAt(tensors(root)[0]) };
    // What was not found from the reader's own files may be there when the next cell asks.
    if (!isReaders(from)) return ts.resolveModuleName(name, from, options, resolver, cache);
    const found = ts.resolveModuleName(name, from, options, resolver);
    if (found.resolvedModule ?? /^\.{0,2}\//.test(name)) return found;
    return ts.resolveModuleName(name, join(root, "cell.ts"), options, resolver);
  };
  // TypeScript looks for it here, to read no package.json twice.
  const host: ts.LanguageServiceHost & { getModuleResolutionCache(): ts.ModuleResolutionCache } = {
    getModuleResolutionCache: () => cache,
    getCompilationSettings: () => options,
    getScriptFileNames: () => files,
    getScriptVersion: (path) => (isFixed(path) ? "" : String(versions.get(path) ?? editOf(path))),
    getScriptSnapshot: (path) => {
      const old = isFixed(path) ? kept.get(path) : undefined;
      const text = old ? undefined : read(path);
      if (text === undefined) return old;
      const snapshot = ts.ScriptSnapshot.fromString(text);
      if (isFixed(path)) kept.set(path, snapshot);
      return snapshot;
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    useCaseSensitiveFileNames: () => true,
    fileExists,
    readFile: read,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    readDirectory: ts.sys.readDirectory,
    realpath: ts.sys.realpath,
    resolveModuleNameLiterals: (names, from) => names.map(({ text }) => resolve(text, from)),
  };
  const language = ts.createLanguageService(host, ts.createDocumentRegistry(true, folder));
  let program: ts.Program | undefined;
  return {
    language,
    program: () => (program ??= language.getProgram()!),
    change: (path) => {
      program = undefined;
      versions.set(path, versions.get(path)! + 1);
    },
    resolve: (name, from) => resolve(name, from).resolvedModule?.resolvedFileName,
  };
}

/** What the library's declarations name of TensorFlow.js: all of its own are 590 files, and a third of the first import. */
function tensors(root: string): [path: string, text: ts.IScriptSnapshot] {
  const path = join(root, "node_modules", "@tensorflow", "tfjs-core", "dist", "palimpsest.d.ts");
  return [path, ts.ScriptSnapshot.fromString('export { Tensor, Tensor2D } from "./tensor";')];
}

const moduleAt = (path: string): ts.ResolvedModuleFull => ({
  resolvedFileName: path,
  extension: ts.Extension.Dts,
  isExternalLibraryImport: true,
});

function editOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs} ${stats.size}` : "none";
}
