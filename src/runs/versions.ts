/** The versions that can change a run's bytes, read from the packages themselves; "absent" where one is not installed. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export function versions(): { palimpsest: string; node: string; onnxruntime: string } {
  return {
    palimpsest: versionIn(join(__dirname, "..", "..", "package.json")),
    node: process.versions.node,
    onnxruntime: installed("onnxruntime-node"),
  };
}

/** Walks up from the package's entry, since not every package exports its package.json. */
function installed(name: string): string {
  try {
    let folder = dirname(createRequire(__filename).resolve(name));
    while (folder !== dirname(folder)) {
      const file = join(folder, "package.json");
      if (nameIn(file) === name) return versionIn(file);
      folder = dirname(folder);
    }
  } catch {
    // Not installed: said below.
  }
  return "absent";
}

function nameIn(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as { name?: string }).name;
  } catch {
    return undefined;
  }
}

function versionIn(path: string): string {
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
