/** Finding an installed npm package's folder and version, whatever its `exports` would let through. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

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
      if (existsSync(file))
        return { folder: candidate, version: (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version };
      if (dirname(folder) === folder) break;
    }
  return undefined;
}
