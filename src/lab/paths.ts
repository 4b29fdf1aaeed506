/**
 * Where things are: the package itself, the compiled kernel, and the root from which a notebook's cells import.
 */
import { existsSync, lstatSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, sep } from "node:path";

/** The folder of package.json, whether this file runs from `src` or from `dist`. */
export const packageRoot: string = join(__dirname, "..", "..");

/** The compiled kernel; absent in a clone that was not built. */
export const kernelScript: string = join(packageRoot, "dist", "lab", "kernel", "kernel.js");

/**
 * The nearest folder at or above `folder` whose `node_modules` has palimpsest, so that cells also find that project's
 * own packages and files; else the project that holds this package; else the package. TypeScript in cells accepts only
 * files below this root, and it may not itself lie in a `node_modules` (its files would count as foreign).
 */
export function importRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules", "palimpsest", "package.json"))) return at;
    if (dirname(at) === at) break;
  }
  const inside = packageRoot.split(`${sep}node_modules${sep}`);
  return inside.length > 1 ? inside.slice(0, -1).join(`${sep}node_modules${sep}`) : packageRoot;
}

/** The folder of the user's project, where `.venv` and `.cache` go: never inside an installed package. */
export function projectFolder(folder: string): string {
  const root = importRoot(folder);
  const inside = folder === root || folder.startsWith(root + sep);
  return inside || root === packageRoot ? root : folder;
}

/**
 * Lets a clone import itself by its name. Node can do that unaided; TypeScript's Node10 resolution needs the link, which
 * `npm install` of something else removes. An installed package is where it should be and needs none.
 */
export function linkPackage(): void {
  const modules = join(packageRoot, "node_modules");
  const self = join(modules, "palimpsest");
  if (packageRoot.includes(`${sep}node_modules${sep}`) || !existsSync(modules)) return;
  if (existsSync(self) && realpathSync(self) === realpathSync(packageRoot)) return;
  if (lstatSync(self, { throwIfNoEntry: false })) rmSync(self, { recursive: true });
  symlinkSync(process.platform === "win32" ? packageRoot : "..", self, "junction");
}
