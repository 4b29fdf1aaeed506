/**
 * The files behind a name that a cell imports: the one that makes it and all that one loads, so that a change in `src/laws`
 * is no change for a cell that only draws. Of this package its compiled files, of the notebook's own folder its modules;
 * other packages are behind the lock file, and are not looked at.
 */
import ts from "typescript";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { packageRoot } from "../paths.js";
import type { Imported } from "./cell-names.js";

/** A hash of all that is loaded for what a cell asks of its imports. */
export function libraryHash(asked: readonly { imported: Imported; members: string[] }[], folder: string): string {
  const files = new Set<string>();
  for (const { imported, members } of asked) {
    const file = fileOf(imported, members, folder);
    if (file !== undefined) addLoaded(file, files);
  }
  const hash = createHash("sha256");
  for (const file of [...files].sort()) hash.update(`${relative(packageRoot, file)}\n${read(file).hash}\n`);
  return hash.digest("hex").slice(0, 16);
}

function fileOf({ module, name }: Imported, members: string[], folder: string): string | undefined {
  if (module.startsWith(".")) return moduleAt(resolve(folder, module));
  if (module !== "palimpsest") return undefined;
  return madeIn(join(packageRoot, "dist", "index.js"), name === "*" ? members : [name, ...members]);
}

/** The file that makes `a.b` of those that `file` passes on, or the file itself; none of what is only a type. */
function madeIn(file: string, [first, ...rest]: string[]): string | undefined {
  if (first === undefined) return file;
  const { passed, exported } = read(file);
  for (const { from, name, as } of passed)
    if (as === first) return madeIn(join(dirname(file), from), name === "*" ? rest : [name, ...rest]);
  if (exported === undefined || exported.has(first)) return file;
  for (const { from, as } of passed) {
    const found = as === "*" ? madeIn(join(dirname(file), from), [first, ...rest]) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function addLoaded(file: string, files: Set<string>): void {
  if (files.has(file)) return;
  files.add(file);
  for (const { from, members } of read(file).loads)
    for (const each of members?.map((member) => madeIn(from, [member])) ?? [from])
      if (each !== undefined) addLoaded(each, files);
}

interface SourceFile {
  hash: string;
  /** Relative files that it imports, and what it asks of them; all of a file where that is not known. */
  loads: { from: string; members?: string[] }[];
  /** Names of values that a compiled file exports; undefined of other files. */
  exported?: ReadonlySet<string>;
  /** What it exports of other files, under which name; "*" is everything. */
  passed: { from: string; name: string; as: string }[];
}

/**
 * As the compiler wrote it, with the name that members are asked of, and as people write it in modules of their own; a text
 * that only looks so makes one more file count.
 */
const relativeImport =
  /(?:\b(?:const|var) (?<name>\w+) = )?(?:\brequire\(|\bimport\(|\b(?:from|import)\s*)["'](?<path>\.{1,2}\/[^"'\n]+)["']/g;

const compiledExport = /\bexports\.(\w+) =|defineProperty\(exports, "(\w+)"/g;

const known = new Map<string, SourceFile>();

function read(file: string): SourceFile {
  const before = known.get(file);
  if (before) return before;
  const text = readFileSync(file, "utf8");
  const found: SourceFile = {
    hash: createHash("sha256").update(text).digest("hex"),
    loads: [...text.matchAll(relativeImport)].flatMap(({ groups }) => {
      const { name, path } = groups as { name?: string; path: string };
      const from = moduleAt(resolve(dirname(file), path));
      return from === undefined ? [] : [{ from, ...(name && { members: membersOf(name, text) }) }];
    }),
    passed: passedOn(file),
    ...(file.endsWith(".js") && { exported: new Set([...text.matchAll(compiledExport)].map(([, a, b]) => (a ?? b)!)) }),
  };
  known.set(file, found);
  return found;
}

function membersOf(name: string, text: string): string[] {
  const asked = text.matchAll(new RegExp(`\\b${name}\\.(\\w+)`, "g"));
  return [...new Set([...asked].map(([, member]) => member!))];
}

/** Read from the declarations beside a compiled file, which still say it in TypeScript's words. */
function passedOn(file: string): SourceFile["passed"] {
  const types = file.replace(/\.js$/, ".d.ts");
  if (types === file || !existsSync(types)) return [];
  const { statements } = ts.createSourceFile(types, readFileSync(types, "utf8"), ts.ScriptTarget.ES2022);
  return statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.isTypeOnly || !statement.moduleSpecifier) return [];
    const from = (statement.moduleSpecifier as ts.StringLiteral).text;
    const { exportClause: clause } = statement;
    if (clause === undefined) return [{ from, name: "*", as: "*" }];
    if (ts.isNamespaceExport(clause)) return [{ from, name: "*", as: clause.name.text }];
    return clause.elements.map(({ name, propertyName }) => ({
      from,
      name: (propertyName ?? name).text,
      as: name.text,
    }));
  });
}

function moduleAt(path: string): string | undefined {
  const bare = path.replace(/\.js$/, "");
  return [path, `${bare}.ts`, `${bare}.js`, join(path, "index.ts"), join(path, "index.js")].find(
    (each) => existsSync(each) && statSync(each).isFile(),
  );
}
