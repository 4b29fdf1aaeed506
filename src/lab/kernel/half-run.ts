/**
 * What a cell that failed half-way leaves: the names that it came to. tslab knows the names of a cell only once it has ended
 * well, though their values are there; so the declarations that the cell wrote are cut down to those here.
 */
import ts from "typescript";

/** What tslab makes of a cell: the declarations of all names after it, and what runs. */
export interface Written {
  declared: string;
  code: string;
}

/** The declarations after a cell, without those of its variables and classes that are not among `names`, which have a value. */
export function reached({ declared, code }: Written, names: ReadonlySet<string>): string {
  // The compiler gives every name of a module this value before anything else.
  const own = [...code.matchAll(/^exports\..* = void 0;$/gm)].flatMap(([line]) => line.match(/[^.\s=]+(?= = )/g) ?? []);
  const missing = new Set(own.filter((name) => !names.has(name)));
  const file = ts.createSourceFile("declared.d.ts", declared, ts.ScriptTarget.Latest);
  const textOf = (node: ts.Node): string => node.getText(file);
  const isThere = ({ name }: ts.NamedDeclaration): boolean => !name || !missing.has(textOf(name));
  return file.statements
    .map((statement) => {
      if (ts.isClassDeclaration(statement)) return isThere(statement) ? textOf(statement) : "";
      if (!ts.isVariableStatement(statement)) return textOf(statement);
      const { declarations } = statement.declarationList;
      const before = declared.slice(statement.getStart(file), declarations[0]!.getStart(file));
      const there = declarations.filter(isThere).map(textOf);
      return there.length === 0 ? "" : `${before}${there.join(", ")};`;
    })
    .join("\n");
}
