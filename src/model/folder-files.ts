/**
 * The files of a model's folder besides its weights, as bytes: chat template, generation settings, licence, and whatever
 * else is there. They are kept and never run. Not kept, and named instead: weights in other forms, which training makes
 * stale, and what is too large to carry along.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Origin } from "../types.js";
import { indexFile, otherWeights, singleFile } from "./weight-files.js";

const mostBytes = 2 ** 27;
const mostFiles = 1000;

/** Names that begin with a dot belong to a repository or a cache, not to the model, and are passed over. */
export function folderFiles(dir: string, weightFiles: string[]): Pick<Origin, "files" | "leftOut"> {
  const files: Origin["files"] = {};
  const leftOut: Origin["leftOut"] = {};
  let [bytes, count] = [0, 0];
  const isWeights = (name: string): boolean =>
    name.endsWith(".safetensors") || otherWeights.test(name.replace(/\.index\.json$/, ""));
  const walk = (folder: string): void => {
    for (const name of readdirSync(join(dir, folder)).sort()) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const stat = statSync(join(dir, path), { throwIfNoEntry: false });
      if (name.startsWith(".") || !stat || weightFiles.includes(path)) continue;
      if (isWeights(name)) leftOut[path] = "other weights";
      else if (path === indexFile && weightFiles.includes(singleFile)) leftOut[path] = "other weights";
      else if (stat.isDirectory()) {
        if (folder !== "") leftOut[path] = "a folder in a folder";
        else if (readdirSync(join(dir, path)).some(isWeights)) leftOut[path] = "other weights";
        else walk(path);
      } else if (!stat.isFile()) leftOut[path] = "not a file";
      else if ((bytes += stat.size) > mostBytes || ++count > mostFiles) {
        leftOut[path] = "too large";
        bytes -= stat.size;
      } else files[path] = readFileSync(join(dir, path));
    }
  };
  walk("");
  return { files, leftOut };
}
