/**
 * The compiler of cells: tslab's converter, with what the files beside this one mend of it, as plain data. It runs nothing.
 */
import { maps, standingAt } from "./tslab-compiler.js";
import { createConverter, isCompleteCode, type Converter, type Diagnostic } from "tslab/dist/converter.js";
import { printQuickInfo } from "tslab/dist/inspect.js";
import { normalizeJoin } from "tslab/dist/tspath.js";
import { withOwnPlaces } from "./cell-syntax.js";
import { reached, type Written } from "./half-run.js";
import { withAwaits } from "./top-level-await.js";
import type { CellCompiler, CodeMap, Compilation, CompiledModule, Problem } from "./types.js";
import { watchSourcesOnly } from "./watching.js";

/** `root`: the folder from which cells import, see `importRoot`. */
export function createCompiler(root: string): CellCompiler {
  watchSourcesOnly();
  const converter = standingAt(root, () =>
    withAwaits(withOwnPlaces(createConverter({ isJS: false, isBrowser: false }))),
  );
  /** What the cells so far declare. */
  let declared = "";
  let last: Written | undefined;
  return {
    compile: (source) => {
      last = undefined;
      const converted = converter.convert(declared, source);
      const problems = problemsOf(converted.diagnostics, source);
      if (problems.length > 0) return { problems };
      last = { declared: converted.declOutput ?? "", code: converted.output ?? "" };
      return { problems, cell: cellOf(converted, root) };
    },
    ended: (well, names) => {
      if (!last) return;
      declared = well ? last.declared : reached(last, new Set(names));
      last = undefined;
    },
    complete: (source, at) => {
      const { start, end, candidates } = converter.complete(declared, source, at);
      return { start, end, matches: candidates };
    },
    inspect: (source, at) => {
      const info = converter.inspect(declared, source, at) as ReturnType<Converter["inspect"]> | undefined;
      return info && { "text/plain": printQuickInfo(info) };
    },
    isComplete: (source) => {
      const { completed, indent } = isCompleteCode(source);
      return completed ? { status: "complete" } : { status: "incomplete", ...(indent !== undefined && { indent }) };
    },
    close: () => converter.close(),
  };
}

function cellOf(converted: ReturnType<Converter["convert"]>, root: string): Compilation["cell"] {
  const { output, hasToplevelAwait: awaits = false, lastExpressionVar: last, sideOutputs = [] } = converted;
  if (!output) return undefined;
  const mapOf = (source: string, above: number): CodeMap => ({ steps: maps.get(source) ?? [], above });
  const modules = sideOutputs.map(({ path, data }): CompiledModule => {
    const stem = path.replace(/\.js$/, "");
    const [name = path] = [".ts", ".tsx"].map((ext) => stem + ext).filter((each) => maps.has(below(root, each)));
    return { path, source: name, code: data, map: mapOf(below(root, name), 0) };
  });
  // tslab writes one line above every cell.
  return { code: output, map: mapOf("__tslab__.ts", 1), awaits, ...(last !== undefined && { last }), modules };
}

const below = (root: string, path: string): string => path.slice(normalizeJoin(root, "x").length - 1);

/** Those of the compiler; but after a line for another kernel it says nothing but noise, and one is enough. */
function problemsOf(diagnostics: Diagnostic[], source: string): Problem[] {
  const problems = diagnostics.map(({ fileName: file, start, messageText: message }): Problem => {
    return { ...(file !== undefined && { file }), line: start.line + 1, column: start.character + 1, message };
  });
  const magic = problems.find(({ file, line }) => file === undefined && isMagic(lineOf(source, line)));
  if (!magic) return problems;
  const message = `no magics here: line ${magic.line} is ${lineOf(source, magic.line)}; this kernel runs TypeScript alone`;
  return [{ ...magic, message }];
}

const lineOf = (source: string, line: number): string => source.split("\n")[line - 1]?.trim() ?? "";

/** `%%bash`, `%time`, `!ls`. */
const isMagic = (line: string): boolean => /^(%%?|!\s*)[A-Za-z]/.test(line);
