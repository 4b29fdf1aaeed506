/**
 * A folder of source code, one document a file. Files that others wrote or that a program made are left out: whatever lies in
 * a folder of a package manager's or of a build's, and minified text by the rule of Chen et al. 2021 (Codex, 3.1,
 * https://arxiv.org/abs/2107.03374): a line of over 1,000 characters, or 100 a line on average.
 */
import { extname, join, relative } from "node:path";
import { globSync } from "tinyglobby";
import { codeLanguages } from "./code-languages.js";
import type { PlacedRow, RowsOptions } from "./rows.js";
import { allOf, chunksOf } from "./unpack.js";
import { decodeUtf8 } from "./utf8.js";

/** Folders of what others wrote, or of what a build made. */
export const vendored = [
  ...["node_modules", "bower_components", "vendor", "third_party", "third-party", "site-packages", "venv", "Pods"],
  ...["dist", "build", "out", "target", "coverage", "__pycache__"],
];

export interface CodeFile {
  path: string;
  /** E.g. "TypeScript/src/index.ts": the language and the place in the folder. */
  key: string;
}

export interface CodeFilesOptions {
  folder: string;
  /** Globs of what is taken; defaults to all files of a known ending. */
  take?: string[] | undefined;
  /** Globs of what is left out besides. */
  leave?: string[] | undefined;
}

/** In the order of their paths; hidden files are passed over. */
export function codeFiles({ folder, take, leave = [] }: CodeFilesOptions): CodeFile[] {
  const found = globSync(take ?? ["**"], {
    cwd: folder,
    onlyFiles: true,
    expandDirectories: false,
    ignore: [...vendored.map((name) => `**/${name}/**`), "**/*.min.*", ...leave],
  });
  return found
    .map((file) => relative(folder, join(folder, file)).replaceAll("\\", "/"))
    .filter((file) => take !== undefined || languageOf(file) !== undefined)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((file) => ({ path: join(folder, file), key: `${languageOf(file) ?? "other"}/${file}` }));
}

export const languageOf = (file: string): string | undefined => {
  const ending = extname(file).toLowerCase();
  return Object.hasOwn(codeLanguages, ending) ? codeLanguages[ending] : undefined;
};

/** The file as one row with a `text`; none where it is minified, which `onMinified` hears. */
export async function* codeRows({
  path,
  longest,
  signal,
  onMinified,
}: RowsOptions & { onMinified(): void }): AsyncGenerator<PlacedRow> {
  const bytes = await allOf(chunksOf(path, signal), longest).catch((error: unknown) => {
    if (!(error instanceof RangeError)) throw error;
    throw new Error(`load: ${path} is longer than ${longest} bytes (longest: a larger number of bytes)`, {
      cause: error,
    });
  });
  const text = decodeUtf8(bytes, path);
  if (isMinified(text)) onMinified();
  else yield { row: { text }, where: path };
}

function isMinified(text: string): boolean {
  let [lines, longest] = [0, 0];
  for (let from = 0; from < text.length; lines++) {
    const newline = text.indexOf("\n", from);
    const end = newline < 0 ? text.length : newline;
    longest = Math.max(longest, end - from);
    from = end + 1;
  }
  return longest > 1000 || text.length > 100 * lines;
}
