/**
 * This package as the tarball that `npm pack` would make, from a clone as from an install: the files that package.json names, and
 * the packages that it bundles with what they need. Equal files give equal bytes. Neither npm nor the network has a part in it.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { create } from "tar";
import { globSync } from "tinyglobby";
import { packageRoot } from "./paths.js";

interface Manifest {
  name: string;
  version: string;
  files: string[];
  bundleDependencies?: string[];
  dependencies?: Record<string, string>;
}

/** Files that npm takes whatever a package lists, and those that it never takes. */
const always = ["package.json", "README*", "LICENSE*"];
const never = ["**/.git*", "**/.npmrc", "**/.DS_Store", "**/*.orig", "**/.*.swp"];

/** Writes it into the folder, and returns its name there. */
export async function tarball(folder: string): Promise<string> {
  const { name, version } = manifestOf(packageRoot);
  const file = `${name}-${version}.tgz`;
  const options = { cwd: packageRoot, prefix: "package", gzip: true, portable: true, noDirRecurse: true };
  await create({ ...options, file: join(folder, file), mtime: new Date("1985-10-26T08:15:00Z") }, packedFiles());
  return file;
}

/** Paths relative to the package, sorted. */
export function packedFiles(): string[] {
  const { files, bundleDependencies = [] } = manifestOf(packageRoot);
  const own = filesIn(packageRoot, [...always, ...files]);
  const bundled = closure(bundleDependencies).flatMap((folder) =>
    filesIn(folder, ["**"]).map((path) => join(relative(packageRoot, folder), path)),
  );
  return [...new Set([...own, ...bundled])].sort();
}

const filesIn = (cwd: string, patterns: string[]): string[] =>
  globSync(patterns, { cwd, ignore: [...never, ...(cwd === packageRoot ? [] : ["node_modules/**"])], dot: true });

/** Folders of the packages and of all that they depend on. */
function closure(names: readonly string[]): string[] {
  const folders = new Set<string>();
  const visit = (name: string): void => {
    const folder = join(packageRoot, "node_modules", name);
    if (folders.has(folder)) return;
    if (!existsSync(folder)) throw new Error(`newStudy: ${name}, which belongs to this package, is not in ${folder}`);
    folders.add(folder);
    Object.keys(manifestOf(folder).dependencies ?? {}).forEach(visit);
  };
  names.forEach(visit);
  return [...folders];
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
