/**
 * tslab's converter on the TypeScript of today. It was written for a fork of 5.0 and asks that for a program which watches files;
 * here it is given a language service, and what only the fork has is answered by what took its place. The fork is not loaded.
 */
import Module, { createRequire } from "node:module";
import { join, sep } from "node:path";
import type { Converter, ConvertResult } from "tslab/dist/converter.js";
import ts from "typescript";
import { toCommonJs } from "./commonjs.js";
import { createService, type Service, type Where } from "./service.js";
import { spelledOut } from "./shorthand.js";

/** What tslab asks for a program with. */
interface Watched {
  files: string[];
  options: ts.CompilerOptions;
  sys: typeof ts.sys;
  afterProgramCreate(builder: object): void;
}

/** Functions that TypeScript has but does not declare. */
const { bindSourceFile, nullTransformationContext } = ts as unknown as {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
  nullTransformationContext: ts.TransformationContext;
};

/** Other than tslab's, whose are those of 2021. */
const options: ts.CompilerOptions = {
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  types: ["node"],
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  // What is imported is compiled by its path, whatever it is called by.
  allowImportingTsExtensions: true,
  experimentalDecorators: false,
  strict: false,
  inlineSourceMap: true,
  // With a source root, sources are named from `rootDir` on.
  sourceRoot: "/",
};

/** Where the converter stands that is being made; the service of the one that was used last; the maps of its last cell, and what that requires. */
let where: Where;
let service: Service;
let steps: string[] = [];
let needed: string[] = [];

function createWatchProgram({ files, options: given, sys, afterProgramCreate }: Watched): { close(): void } {
  const settings = { ...given, ...options, paths: outside(where) };
  const own = createService({ ...where, files, options: settings, read: (path) => sys.readFile(path) });
  const builder = {
    getProgram: own.program,
    getSourceFile: (path: string) => {
      const file = own.program().getSourceFile(path);
      // tslab reads its names before anything is checked, which is when TypeScript would collect them.
      if (file && files.includes(path)) bindSourceFile(file, settings);
      return file;
    },
    // Modules of the reader's are compiled elsewhere.
    getAllDependencies: ({ fileName }: ts.SourceFile) => [fileName],
    emit: (
      file: ts.SourceFile,
      write: ts.WriteFileCallback,
      ...rest: [undefined, undefined, ts.CustomTransformers]
    ) => {
      const [token, only, transformers] = rest;
      const before = [spelledOut(own.program(), files)];
      return own.program().emit(file, write, token, only, { ...transformers, before });
    },
  };
  const renew = (): void => {
    service = own;
    // tslab tells that it is another program by its being another object.
    afterProgramCreate({ ...builder });
  };
  let timer: unknown;
  for (const file of files)
    sys.watchFile!(file, () => {
      own.change(file);
      if (timer) sys.clearTimeout!(timer);
      timer = sys.setTimeout!(() => {
        timer = undefined;
        renew();
      }, 0);
    });
  renew();
  return { close: () => own.language.dispose() };
}

/**
 * Packages by path, for cells that stand where none is: only so can TypeScript name, in what it declares for the next cell, a
 * type that comes from a package's inside.
 */
function outside({ folder, root }: Where): ts.CompilerOptions["paths"] {
  return `${folder}${sep}`.startsWith(`${root}${sep}`) ? undefined : { "*": [join(root, "node_modules", "*")] };
}

function transpileModule(modules: string): { outputText: string } {
  const inline = /\n\/\/# sourceMappingURL=data:[^,\n]*,([^\n]*)\s*$/;
  const inner = Buffer.from(inline.exec(modules)?.[1] ?? "", "base64").toString("utf8");
  const { code, map, needs } = toCommonJs(modules.replace(inline, "\n"), "cell.js");
  steps = [map, inner];
  needed = needs;
  return { outputText: code };
}

/** `a` of `({ a: b }) => …` names no variable; tslab takes it for one where an earlier cell says what has an `a`. */
function isKey(node: ts.Node): boolean {
  const { parent } = node as { parent?: ts.Node };
  if (!parent) return false;
  return ts.isBindingElement(parent)
    ? parent.propertyName === node
    : ts.isPropertyAssignment(parent) && parent.name === node;
}

const fork = {
  ...ts,
  isIdentifier: (node: ts.Node): boolean => ts.isIdentifier(node) && !isKey(node),
  getNullTransformationContext: () => nullTransformationContext,
  getDefaultTypeRoots: () => [],
  createWatchCompilerHost: (files: string[], given: object, sys: object) => ({ files, options: given, sys }),
  createWatchProgram,
  transpileModule,
  getPreEmitDiagnosticsOfFiles: (program: ts.Program, files: ts.SourceFile[]) =>
    files.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  getQuickInfoAtPosition: (file: ts.SourceFile, _checker: unknown, _token: unknown, at: number) =>
    service.language.getQuickInfoAtPosition(file.fileName, at),
  Completions: {
    getCompletionsAtPositionForTslab: (_: unknown, _program: unknown, _log: unknown, file: ts.SourceFile, at: number) =>
      service.language.getCompletionsAtPosition(file.fileName, at, {}),
  },
};

const fromTslab = createRequire(require.resolve("tslab/dist/converter.js"));
const path = fromTslab.resolve("@tslab/typescript-for-tslab");
require.cache[path] = Object.assign(new Module(path), { exports: fork, loaded: true });

export interface Tslab {
  converter: Converter;
  service: Service;
  /** Of the cell that was converted last: its source maps, from what runs to what was written, and what it requires. */
  last(): { steps: string[]; needs: string[] };
}

export function createTslab(at: Where): Tslab {
  const { createConverter } = require("tslab/dist/converter.js") as typeof import("tslab/dist/converter.js");
  const { getCurrentDirectory } = ts.sys;
  where = at;
  ts.sys.getCurrentDirectory = () => at.folder;
  try {
    const converter = createConverter({ isJS: false, isBrowser: false });
    return { converter, service, last: () => ({ steps, needs: needed }) };
  } finally {
    ts.sys.getCurrentDirectory = getCurrentDirectory;
  }
}

export type { Converter, ConvertResult };
