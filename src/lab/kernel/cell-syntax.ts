/**
 * What the compiler says of a cell, at places that the cell has. tslab writes a line below every cell, and where a bracket was
 * left open says that this line is wrong; so a cell that does not parse is parsed once more, alone.
 */
import ts from "typescript";
import type { Converter, Diagnostic, DiagnosticPos } from "tslab/dist/converter.js";

/** Not declared, though it is there. */
type Parsed = ts.SourceFile & { parseDiagnostics: ts.DiagnosticWithLocation[] };

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
  const { parseDiagnostics } = ts.createSourceFile("cell.ts", above + source, ts.ScriptTarget.Latest) as Parsed;
  const placeOf = (position: number): DiagnosticPos => {
    const offset = Math.min(Math.max(position - above.length, 0), source.length);
    const before = source.slice(0, offset).split("\n");
    return { offset, line: before.length - 1, character: before.at(-1)!.length };
  };
  return parseDiagnostics.map(({ start, length, messageText, category, code }) => ({
    start: placeOf(start),
    end: placeOf(start + length),
    messageText: ts.flattenDiagnosticMessageText(messageText, "\n"),
    category,
    code,
  }));
}
