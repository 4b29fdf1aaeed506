/** The reader's own modules that a cell imports, compiled when they are new or were edited. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import ts from "typescript";
import { toCommonJs } from "./commonjs.js";
import { isReaders, type Service } from "./service.js";
import { awaitsAtTop } from "./top-level-await.js";
import type { Code, CompiledModule, Problem } from "./types.js";

export interface ReaderModules {
  /** Those that `source` imports, itself or by another; `from`: the path that it would have as a file. */
  compile(source: string, from: string): { problems: Problem[]; modules: CompiledModule[]; own: Code["own"] };
}

export function createReaderModules(service: Service, folder: string): ReaderModules {
  const ownOf = (text: string, file: string): Code["own"] =>
    Object.fromEntries(
      ts.preProcessFile(text, true, true).importedFiles.flatMap(({ fileName: name }) => {
        const path = service.resolve(name, file);
        return path !== undefined && isSource(path) ? [[name, path]] : [];
      }),
    );
  /** The texts that were compiled last. */
  const compiled = new Map<string, string>();
  return {
    compile: (source, from) => {
      const problems: Problem[] = [];
      const modules: CompiledModule[] = [];
      const seen = new Map<string, boolean>();
      /** Whether any of the modules that `text` imports had to be compiled. */
      const visit = (own: Code["own"]): boolean =>
        Object.values(own)
          .map((path) => seen.get(path) ?? renew(path))
          .includes(true);
      const renew = (path: string): boolean => {
        seen.set(path, false);
        const text = readFileSync(path, "utf8");
        // A module that is unchanged is to run again where one that it imports does.
        const own = ownOf(text, path);
        const renewed = visit(own) || compiled.get(path) !== text;
        seen.set(path, renewed);
        if (!renewed) return false;
        const found = problemsOf(service.program(), path, folder);
        problems.push(...found);
        if (found.length > 0) compiled.delete(path);
        else compiled.set(path, text);
        const { code, map, needs } = toCommonJs(text, path);
        const awaits = awaitsAtTop(text);
        modules.push({ source: path, code, map: { steps: [map], above: 0 }, awaits, needs, own });
        return true;
      };
      const own = ownOf(source, from);
      visit(own);
      return { problems, modules, own };
    },
  };
}

/** Neither a declaration nor what Node runs as it is. */
const isSource = (path: string): boolean => /(?<!\.d)\.tsx?$|\.jsx?$/.test(path) && isReaders(path);

function problemsOf(program: ts.Program, path: string, folder: string): Problem[] {
  const file = program.getSourceFile(path);
  if (!file) return [];
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    ({ start = 0, messageText }) => {
      const { line, character } = file.getLineAndCharacterOfPosition(start);
      const message = ts.flattenDiagnosticMessageText(messageText, "\n");
      return { file: relative(folder, path), line: line + 1, column: character + 1, message };
    },
  );
}
