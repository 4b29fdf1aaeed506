/**
 * Program text that is on the machine: JavaScript and TypeScript of installed npm packages, and Python's standard library. A document
 * is a file; files of one package are held out together, for its files are written alike. Minified and very long files are left out,
 * packages whose licence is not among the permissive ones too, and of a package no more than some hundred kilobytes are taken.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, delimiter, dirname, join, sep } from "node:path";
import type { CorpusRow, Document, SourceRequest, SourceText } from "../types.js";

const permissive = /^\(?(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|Unlicense)\b/;
/** Bytes of the longest file, and of what is taken of one package. */
const [longest, share] = [100_000, 300_000];
const endings: Record<string, RegExp> = { javascript: /\.[cm]?js$/, typescript: /\.[cm]?ts$/, python: /\.py$/ };

export const code: CorpusRow = {
  summary: "JavaScript, TypeScript and Python of what is installed; held out by package",
  licence: "permissive ones by package (MIT, Apache-2.0, ISC, BSD and the like); Python's is PSF-2.0",
  obtained: "node_modules beside the lab, and the standard library of the machine's python3",
  size: "by what is installed; at most 300 kB of a package",
  clean: ["lines", "surrogates", "repeats"],
  languages,
  ready: languages,
  read,
};

function languages(): string[] {
  return ["javascript", "typescript", ...(pythonLibrary() === undefined ? [] : ["python"])];
}

async function read({ languages: wanted, signal, onProgress }: SourceRequest): Promise<SourceText> {
  const documents: Record<string, Document[]> = {};
  const sources: string[] = [];
  for (const [i, language] of wanted.entries()) {
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    onProgress?.({ label: "program text", done: i, total: wanted.length, note: language });
    const library = language === "python" ? pythonLibrary()! : undefined;
    const packages = library === undefined ? npmPackages() : pythonPackages(library);
    documents[language] = packages.flatMap((of) => filesOf(of, endings[language]!));
    const taken = new Set(documents[language].map(({ group }) => group)).size;
    sources.push(library === undefined ? `${taken} npm packages with ${language}` : `${taken} modules of ${library}`);
  }
  onProgress?.({ label: "program text", done: wanted.length, total: wanted.length });
  return { source: sources.join(", "), licence: code.licence, documents, aligned: false, notes: [] };
}

interface Package {
  name: string;
  /** A folder, or one file. */
  path: string;
}

function filesOf({ name, path }: Package, ending: RegExp): Document[] {
  let left = share;
  return (statSync(path).isFile() ? [""] : readdirSync(path, { recursive: true, encoding: "utf8" }))
    .filter((file) => ending.test(file || path) && !/node_modules|\.min\./.test(file))
    .sort()
    .flatMap((file) => {
      const full = file ? join(path, file) : path;
      const found = statSync(full, { throwIfNoEntry: false });
      if (!found?.isFile() || found.size > Math.min(longest, left)) return [];
      const text = readFileSync(full, "utf8");
      if (isMinified(text) || text.includes("\ufffd")) return [];
      left -= found.size;
      return [{ key: file ? `${name}/${file.split(sep).join("/")}` : name, text, group: name }];
    });
}

/** Lines of over 120 characters on average. */
const isMinified = (text: string): boolean => text.length > 120 * text.split("\n").length;

/** Those in the node_modules that the lab itself is in or has, whose licence is a permissive one. */
function npmPackages(): Package[] {
  let folder = __dirname;
  while (!existsSync(join(folder, "node_modules")) && dirname(folder) !== folder) folder = dirname(folder);
  const root = join(folder, "node_modules");
  const below = (name: string): string[] => (existsSync(join(root, name)) ? readdirSync(join(root, name)).sort() : []);
  return below("")
    .flatMap((name) => (name.startsWith("@") ? below(name).map((own) => `${name}/${own}`) : [name]))
    .filter((name) => !name.startsWith(".") && permissive.test(licenceOf(join(root, name, "package.json"))))
    .map((name) => ({ name, path: join(root, name) }));
}

function licenceOf(path: string): string {
  try {
    const { license, name } = JSON.parse(readFileSync(path, "utf8")) as { license?: unknown; name?: unknown };
    return typeof license === "string" && name !== "palimpsest" ? license : "";
  } catch {
    return "";
  }
}

/** The folder with os.py that belongs to a python3 of the PATH. */
function pythonLibrary(): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const program = join(folder, "python3");
    if (!existsSync(program)) continue;
    const own = realpathSync(program);
    const library = join(dirname(dirname(own)), "lib", basename(own));
    if (existsSync(join(library, "os.py"))) return library;
  }
  return undefined;
}

/** Top modules of the standard library; its tests are left out. */
const pythonPackages = (library: string): Package[] =>
  readdirSync(library)
    .filter((name) => !/^(test|idlelib|lib2to3|site-packages|dist-packages|__pycache__|__phello__)$/.test(name))
    .filter((name) => name.endsWith(".py") || existsSync(join(library, name, "__init__.py")))
    .sort()
    .map((name) => ({ name: name.replace(/\.py$/, ""), path: join(library, name) }));
