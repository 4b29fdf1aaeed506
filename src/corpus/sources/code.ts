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

/** Folders of what others wrote, or of what a build made; those that `take` names are the user's own. */
const vendored = [
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
  /** Globs of what is taken, "build/**" of a folder that is left out else; defaults to all files of a known ending. */
  take?: string[] | undefined;
  /** Globs of what is left out besides. */
  leave?: string[] | undefined;
}

/** In the order of their paths; hidden files and symbolic links are passed over. */
export function codeFiles({ folder, take, leave = [] }: CodeFilesOptions): CodeFile[] {
  const found = globSync(take ?? ["**"], {
    cwd: folder,
    onlyFiles: true,
    expandDirectories: false,
    followSymbolicLinks: false,
    ignore: [...namesLeft(take).map((name) => `**/${name}/**`), "**/*.min.*", ...leave],
  });
  return found
    .map((file) => relative(folder, join(folder, file)).replaceAll("\\", "/"))
    .filter((file) => take !== undefined || languageOf(file) !== undefined)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((file) => ({ path: join(folder, file), key: `${languageOf(file) ?? "other"}/${file}` }));
}

/** What a user writes of a folder of code. */
export const codeOptions = (
  folder: string,
  { take, leave }: { take?: string | string[]; leave?: string | string[] },
): CodeFilesOptions => ({ folder, take: take === undefined ? undefined : [take].flat(), leave: [leave ?? []].flat() });

/** A sentence on the outermost folders that nobody asked to leave out, where there are any. */
export function leftOut({ folder, take }: CodeFilesOptions): string[] {
  const names = namesLeft(take);
  const found = globSync(
    names.map((name) => `**/${name}`),
    {
      cwd: folder,
      onlyDirectories: true,
      expandDirectories: false,
      followSymbolicLinks: false,
      ignore: names.map((name) => `**/${name}/**/*`),
    },
  ).sort();
  if (found.length === 0) return [];
  const named = [...found.slice(0, 5), ...(found.length > 5 ? [`${found.length - 5} more`] : [])].join(", ");
  return [
    `${named} of ${folder} left out, as what others wrote or a build made (take: ${JSON.stringify(`${found[0]}**`)} takes it)`,
  ];
}

const namesLeft = (take: string[] = []): string[] =>
  vendored.filter((name) => !take.some((glob) => glob.split("/").includes(name)));

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
