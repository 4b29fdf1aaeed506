/**
 * The compiler of cells: tslab's converter, with what the files beside this one mend of it, as plain data. It runs nothing.
 */
import { createTslab } from "./tslab.js";
import { join } from "node:path";
import type { Diagnostic } from "tslab/dist/converter.js";
import { completenessOf } from "./completeness.js";
import { withOwnPlaces } from "./cell-syntax.js";
import { helpAt } from "./help.js";
import { reached, type Written } from "./half-run.js";
import { createReaderModules } from "./reader-modules.js";
import type { Where } from "./service.js";
import { awaitsAtTop } from "./top-level-await.js";
import type { CellCompiler, Problem } from "./types.js";

/** Cells stand in `folder`, the notebook's; packages that are not found from there are those of `root`, see `importRoot`. */
export function createCompiler({ root, folder }: Where): CellCompiler {
  const tslab = createTslab({ root, folder });
  const converter = withOwnPlaces(tslab.converter);
  const readers = createReaderModules(tslab.service, folder);
  /** What the cells so far declare. */
  let declared = "";
  let last: Written | undefined;
  return {
    compile: (source) => {
      last = undefined;
      const { diagnostics, output: code, declOutput, lastExpressionVar } = converter.convert(declared, source);
      const { modules, problems, own } = readers.compile(source, join(folder, "cell.ts"));
      problems.push(...problemsOf(diagnostics, source));
      if (problems.length > 0) return { problems };
      last = { declared: declOutput ?? "", code: code ?? "" };
      if (!code) return { problems };
      // tslab writes one line above every cell.
      const { steps, needs } = tslab.last();
      const cell = { code, map: { steps, above: 1 }, awaits: awaitsAtTop(source), needs, own, modules };
      return { problems, cell: { ...cell, ...(lastExpressionVar !== undefined && { last: lastExpressionVar }) } };
    },
    ended: (well, names) => {
      if (!last) return;
      declared = well ? last.declared : reached(last, new Set(names));
      last = undefined;
    },
    warm: () => {
      tslab.converter.convert(declared, 'import * as palimpsest from "palimpsest";\npalimpsest.lab;');
    },
    forget: () => {
      declared = "";
    },
    complete: (source, at) => {
      const { start, end, candidates, original } = converter.complete(declared, source, at);
      if (start !== end) return { start, end, matches: candidates };
      // tslab knows where a word begins; where a text in quotes does, TypeScript says, but for the path of a module.
      const text = original?.optionalReplacementSpan;
      const ofPath = original?.entries.some(({ kind }) => pathKinds.has(kind)) ? /[\w@.-]*$/ : /$/;
      const from = text?.start ?? at - ofPath.exec(source.slice(0, at))![0].length;
      const typed = source.slice(from, at).toLowerCase();
      const matches = candidates.filter((name) => name.toLowerCase().startsWith(typed));
      return { start: from, end: text ? from + text.length : at, matches };
    },
    inspect: (source, at) => {
      // This gives the service the source; a name that it finds is found below too.
      converter.inspect(declared, source, at);
      return helpAt(tslab.service, join(folder, "__tslab__.ts"), at + above.length);
    },
    isComplete: completenessOf,
    close: () => converter.close(),
  };
}

/** What TypeScript calls the completions of an import's path. */
const pathKinds: ReadonlySet<string> = new Set(["directory", "external module name", "script"]);

/** What tslab writes before every cell. */
const above = "export {};\n";

/** Those of the compiler; but after a line for another kernel it says nothing but noise, and one is enough. */
function problemsOf(diagnostics: Diagnostic[], source: string): Problem[] {
  const problems = diagnostics.map(({ start, messageText: message }): Problem => {
    return { line: start.line + 1, column: start.character + 1, message };
  });
  const magic = problems.find(({ line }) => isMagic(lineOf(source, line)));
  if (!magic) return problems;
  const message = `no magics here: line ${magic.line} is ${lineOf(source, magic.line)}; this kernel runs TypeScript alone`;
  return [{ ...magic, message }];
}

const lineOf = (source: string, line: number): string => source.split("\n")[line - 1]?.trim() ?? "";

/** `%%bash`, `%time`, `!ls`. */
const isMagic = (line: string): boolean => /^(%%?|!\s*)[A-Za-z]/.test(line);
