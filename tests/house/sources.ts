/** What the house tests know of the tree: which files git tracks, and what each source imports. Reads; judges nothing. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

/** The folder of package.json. */
export const root: string = join(__dirname, "..", "..");

export const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Files of the project by their path from the root: what git tracks and what it would, or every file where git is not. */
export function projectFiles(): string[] {
  const git = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { status, stdout } = spawnSync("git", git, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  const listed = status === 0 ? stdout.split("\0") : walk(".");
  return [...new Set(listed)].filter((path) => path !== "" && existsSync(join(root, path))).sort();
}

const made = new Set([".git", "node_modules", "dist", "out", ".venv", ".cache"]);

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return made.has(entry.name) ? [] : walk(path);
    return [path];
  });
}

export interface Import {
  /** The path of the file that imports, from the root. */
  from: string;
  /** The specifier as written. */
  specifier: string;
  /** The path of the imported source from the root, for a relative specifier. */
  target?: string;
  line: number;
  /** Only its types are used, or its path (`require.resolve`): nothing is loaded. */
  loadsNothing: boolean;
}

/** Every import, re-export, `import()`, `require()` and `import("…")` type of one source. */
export function importsOf(path: string, text: string = read(path)): Import[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: Import[] = [];
  const add = (node: ts.Node | undefined, loadsNothing: boolean): void => {
    if (!node || !ts.isStringLiteralLike(node)) return;
    const specifier = node.text;
    const relative = specifier.startsWith(".");
    found.push({
      from: path,
      specifier,
      ...(relative && { target: posix.join(posix.dirname(path), specifier).replace(/\.js$/, ".ts") }),
      line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
      loadsNothing,
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, onlyTypes(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isCallExpression(node) && loads(node.expression)) add(node.arguments[0], false);
    else if (ts.isCallExpression(node) && resolves(node.expression)) add(node.arguments[0], true);
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
      add(node.moduleReference.expression, node.isTypeOnly);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `import type …`, or `import { type A, type B }`, which the compiler drops likewise unless told to keep it. */
function onlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  if (clause.name || !named || !ts.isNamedImports(named)) return false;
  return named.elements.length > 0 && named.elements.every((each) => each.isTypeOnly);
}

/** `import(…)` and `require(…)`. */
function loads(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === "require");
}

/** `require.resolve(…)`. */
function resolves(callee: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(callee) && callee.getText() === "require.resolve";
}
