/**
 * What a cell that failed half-way leaves: the names that it came to. tslab knows the names of a cell only once it has ended
 * well, though their values are there; so the converter is told them here.
 */
import { createRequire } from "node:module";
import type * as ts from "@tslab/typescript-for-tslab";
import type { Converter } from "tslab/dist/converter.js";

const fromTslab = createRequire(require.resolve("tslab/dist/converter.js"));
const compiler = fromTslab("@tslab/typescript-for-tslab") as typeof ts;

export interface Keeping {
  converter: Converter;
  /** A cell has ended, well or not; `values` are those of all names. */
  ended(well: boolean, values: Readonly<Record<string, unknown>>): void;
}

/** The converter, with the names of failed cells beside those that it is given. */
export function keepNames(converter: Converter): Keeping {
  /** What tslab goes on declaring after a failure, and what is declared in its place. */
  let instead: { of: string; declared: string } | undefined;
  let last: { given: string; declared: string; output: string } | undefined;
  const known = (declared: string): string => (instead?.of === declared ? instead.declared : declared);
  return {
    converter: {
      ...converter,
      convert: (given, source) => {
        const converted = converter.convert(known(given), source);
        const { declOutput: declared, output } = converted;
        last = declared === undefined || output === undefined ? undefined : { given, declared, output };
        return converted;
      },
      inspect: (given, ...rest) => converter.inspect(known(given), ...rest),
      complete: (given, ...rest) => converter.complete(known(given), ...rest),
    },
    ended: (well, values) => {
      if (well) instead = undefined;
      else if (last) instead = { of: last.given, declared: reached(last, values) };
      last = undefined;
    },
  };
}

/** The declarations after a cell, without those of its variables and classes that have no value. */
function reached({ declared, output }: { declared: string; output: string }, values: object): string {
  // The compiler gives every name of a module this value before anything else.
  const own = [...output.matchAll(/^exports\..* = void 0;$/gm)].flatMap(
    ([line]) => line.match(/[^.\s=]+(?= = )/g) ?? [],
  );
  const missing = new Set(own.filter((name) => (values as Record<string, unknown>)[name] === undefined));
  const file = compiler.createSourceFile("declared.d.ts", declared, compiler.ScriptTarget.Latest);
  const textOf = (node: ts.Node): string => node.getText(file);
  const isThere = ({ name }: ts.NamedDeclaration): boolean => !name || !missing.has(textOf(name));
  return file.statements
    .map((statement) => {
      if (compiler.isClassDeclaration(statement)) return isThere(statement) ? textOf(statement) : "";
      if (!compiler.isVariableStatement(statement)) return textOf(statement);
      const { declarations } = statement.declarationList;
      const before = declared.slice(statement.getStart(file), declarations[0]!.getStart(file));
      const there = declarations.filter(isThere).map(textOf);
      return there.length === 0 ? "" : `${before}${there.join(", ")};`;
    })
    .join("\n");
}
