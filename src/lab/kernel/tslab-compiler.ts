/**
 * tslab's compiler of cells, asked to keep what it throws away: of which line of a cell each line of its output is. It compiles
 * twice (TypeScript to modules, those to CommonJS) and neither leaves a source map; here both do. Modules of the reader's
 * that a cell imports go the same way. Import this before what of tslab loads the compiler.
 */
import { createRequire, type SourceMapPayload } from "node:module";
import type { BindingElement, Diagnostic, Node } from "@tslab/typescript-for-tslab";
import { withoutLoops } from "./top-level-await.js";

interface Compiler {
  isIdentifier(node: Node): boolean;
  isBindingElement(node: Node): node is BindingElement;
  sys: { getCurrentDirectory(): string };
  createWatchCompilerHost(files: string[], options: object, ...rest: unknown[]): unknown;
  getPreEmitDiagnosticsOfFiles(...given: unknown[]): readonly Diagnostic[];
  transpileModule(code: string, options: Transpiling): { outputText: string; sourceMapText?: string };
}

interface Transpiling {
  fileName: string;
  compilerOptions: object;
}

/** The maps of what was compiled last, by the path of its source below the root. */
export const maps = new Map<string, string[]>();

const fromTslab = createRequire(require.resolve("tslab/dist/converter.js"));
const name = "@tslab/typescript-for-tslab";
const compiler = fromTslab(name) as Compiler;
const comment = /\n\/\/# sourceMappingURL=(?:data:[^,\n]*,)?([^\n]*)\s*$/;

require.cache[fromTslab.resolve(name)]!.exports = {
  ...compiler,
  isIdentifier: (node: Node): boolean => compiler.isIdentifier(node) && !isRenamed(node),
  createWatchCompilerHost: (files: string[], options: object, ...rest: unknown[]) =>
    // With a source root, sources are named from `rootDir` on.
    compiler.createWatchCompilerHost(files, { ...options, inlineSourceMap: true, sourceRoot: "/" }, ...rest),
  getPreEmitDiagnosticsOfFiles: (...given: unknown[]) => withoutLoops(compiler.getPreEmitDiagnosticsOfFiles(...given)),
  transpileModule: (code: string, { fileName, compilerOptions }: Transpiling) => {
    const encoded = comment.exec(code)?.[1];
    if (encoded === undefined) return compiler.transpileModule(code, { fileName, compilerOptions });
    const inner = Buffer.from(encoded, "base64").toString("utf8");
    const options = { fileName, compilerOptions: { ...compilerOptions, sourceMap: true } };
    const { outputText, sourceMapText = "" } = compiler.transpileModule(code.replace(comment, "\n"), options);
    maps.set((JSON.parse(inner) as SourceMapPayload).sources[0]!, [sourceMapText, inner]);
    return { outputText: outputText.replace(comment, "\n") };
  },
};

/** `a` in `({ a: b }) => …` names no variable; tslab takes it for one where an earlier cell says what has an `a`. */
function isRenamed(node: Node): boolean {
  const { parent } = node as { parent?: Node };
  return parent !== undefined && compiler.isBindingElement(parent) && parent.propertyName === node;
}

/** Calls `make` with the compiler standing at `folder`. */
export function standingAt<T>(folder: string, make: () => T): T {
  const { getCurrentDirectory } = compiler.sys;
  compiler.sys.getCurrentDirectory = () => folder;
  try {
    return make();
  } finally {
    compiler.sys.getCurrentDirectory = getCurrentDirectory;
  }
}
