/** Finding an installed npm package's folder and version, whatever its `exports` would let through, and reading its files. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { foreignJson } from "../../foreign.js";

export interface PackageFolder {
  folder: string;
  version: string;
}

/** Looks in the node_modules folders above this library, then above the working directory. */
export function findPackage(name: string): PackageFolder | undefined {
  for (const start of [__dirname, process.cwd()])
    for (let folder = start; ; folder = dirname(folder)) {
      const candidate = join(folder, "node_modules", name);
      const file = join(candidate, "package.json");
      if (existsSync(file)) return { folder: candidate, version: String(packageJson(file).version) };
      if (dirname(folder) === folder) break;
    }
  return undefined;
}

/** A file of a package as text. Throws one line where it cannot be read. */
export function packageText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return damaged(path, `it cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** A file of a package as a JSON object. Throws one line where it is none. */
export function packageJson(path: string): Record<string, unknown> {
  const text = packageText(path);
  let value: unknown;
  try {
    value = foreignJson(text);
  } catch (error) {
    return damaged(path, (error as Error).message);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) damaged(path, "it is not a JSON object");
  return value as Record<string, unknown>;
}

/** Throws the line that names the file. */
export function damaged(path: string, what: string): never {
  throw new Error(`load: damaged package: ${path}: ${what} (npm install brings it anew)`);
}
