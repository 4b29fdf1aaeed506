/**
 * What the compiler says of a cell, at places that the cell has. tslab writes a line below every cell, and where a bracket was
 * left open says that this line is wrong; so a cell that does not parse is parsed once more, alone.
 */
import { createRequire } from "node:module";
import type { Converter, Diagnostic, DiagnosticPos } from "tslab/dist/converter.js";

interface Parsed {
  start: number;
  length: number;
  messageText: string | { messageText: string };
  category: number;
  code: number;
}

interface Parser {
  createSourceFile(name: string, text: string, target: number): { parseDiagnostics: Parsed[] };
}

const fromTslab = createRequire(require.resolve("tslab/dist/converter.js"));
const parser = fromTslab("@tslab/typescript-for-tslab") as Parser;

/** The converter, but for where its diagnostics are. */
export function withOwnPlaces(converter: Converter): Converter {
  return {
    ...converter,
    convert: (declared, source) => {
      const converted = converter.convert(declared, source);
      if (converted.diagnostics.length === 0) return converted;
      const unparsed = syntaxErrors(source);
      return { ...converted, diagnostics: unparsed.length > 0 ? unparsed : converted.diagnostics };
    },
  };
}

function syntaxErrors(source: string): Diagnostic[] {
  // A module, so that `await` is a word of its language.
  const above = "export {};\n";
  const latest = 99;
  const { parseDiagnostics } = parser.createSourceFile("cell.ts", above + source, latest);
  const placeOf = (position: number): DiagnosticPos => {
    const offset = Math.min(Math.max(position - above.length, 0), source.length);
    const before = source.slice(0, offset).split("\n");
    return { offset, line: before.length - 1, character: before.at(-1)!.length };
  };
  return parseDiagnostics.map(({ start, length, messageText, category, code }) => ({
    start: placeOf(start),
    end: placeOf(start + length),
    messageText: typeof messageText === "string" ? messageText : messageText.messageText,
    category,
    code,
  }));
}
