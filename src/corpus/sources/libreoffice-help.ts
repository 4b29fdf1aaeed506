/**
 * LibreOffice Help from Debian's packages: one translated manual in 33 languages, aligned by file path. A language is
 * fetched once; what is kept of it is its documents as JSON lines, under a header that says which package they came from.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { writeAtomically } from "../../files.js";
import type { CorpusRow, Document, SourceRequest, SourceText } from "../types.js";
import { fetchPackage } from "./debian.js";
import { helpPageText } from "./help-page.js";

/** Names of the packages' languages; English is asked for as "en". Slovak has a package, but no pages in it. */
const names =
  "ca cs da de dz el en en-gb es et eu fi fr gl hi hu id it ja km ko nl om pl pt pt-br ru sl sv tr vi zh-cn zh-tw".split(
    " ",
  );

/** Goes up when `helpPageText` reads pages differently, so that older copies are read anew. */
const readerVersion = 1;

interface Header {
  reader: number;
  package: string;
  version: string;
  documents: number;
  /** Of all that follows the header; absent in copies of older versions. */
  sha256?: string;
}

export const libreofficeHelp: CorpusRow = {
  summary: "LibreOffice Help: one manual, translated and aligned by page",
  licence: "MPL-2.0",
  obtained: "Debian packages libreoffice-help-<language> (apt-get download, no root)",
  size: "about 2,500 documents; English 4.3 MB, German 4.8, Korean 2.2, Finnish 1.8 (datasets/README.md has them all)",
  languages: () => [...names],
  ready: (cacheDir) => names.filter((language) => existsSync(copyOf(cacheDir, language))),
  read,
};

async function read({ languages, cacheDir, signal, onProgress }: SourceRequest): Promise<SourceText> {
  // The English text is always needed: it tells which lines of the others were never translated.
  const wanted = [...new Set(["en", ...languages])];
  const notes: string[] = [];
  const copies = new Map<string, { header: Header; documents: Document[] }>();
  for (const [i, language] of wanted.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ label: "LibreOffice Help", done: i, total: wanted.length, note: language });
    const path = copyOf(cacheDir, language);
    const kept = readCopy(path);
    if (!kept && existsSync(path)) notes.push(`${language}: the kept copy was damaged or old, and is fetched anew`);
    copies.set(language, kept ?? (await fetchCopy(cacheDir, language, signal)));
  }
  onProgress?.({ label: "LibreOffice Help", done: wanted.length, total: wanted.length });
  const documents = Object.fromEntries(languages.map((language) => [language, copies.get(language)!.documents]));
  const version = copies.get("en")!.header.version;
  return {
    source: `LibreOffice Help ${version} (Debian)`,
    licence: libreofficeHelp.licence,
    documents,
    original: copies.get("en")!.documents,
    aligned: true,
    notes,
  };
}

const copyOf = (cacheDir: string, language: string): string => join(cacheDir, "libreoffice-help", `${language}.jsonl`);

/** The kept copy, or undefined when there is none, another reader made it, or it is not what was written. */
export function readCopy(path: string): { header: Header; documents: Document[] } | undefined {
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
    if (isWhole && header.reader === readerVersion && header.documents === documents.length)
      return { header, documents };
  } catch {
    // A damaged copy is made again, like a missing one.
  }
  return undefined;
}

const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");

async function fetchCopy(
  cacheDir: string,
  language: string,
  signal: AbortSignal | undefined,
): Promise<{ header: Header; documents: Document[] }> {
  const name = `libreoffice-help-${language === "en" ? "en-us" : language}`;
  mkdirSync(cacheDir, { recursive: true });
  const folder = mkdtempSync(join(cacheDir, `.${name}-`));
  try {
    const { version } = await fetchPackage({ name, folder, listsDir: join(cacheDir, "apt"), signal });
    const documents = readHelp(join(folder, "usr", "share", "libreoffice", "help"));
    if (documents.length === 0) throw new Error(`package ${name} ${version} has no help pages where they are expected`);
    const body = documents.map((row) => JSON.stringify(row) + "\n").join("");
    const about = { reader: readerVersion, package: name, version, documents: documents.length };
    const header: Header = { ...about, sha256: sha256Of(body) };
    writeAtomically(copyOf(cacheDir, language), `${JSON.stringify(header)}\n${body}`);
    return { header, documents };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(
      `load: cannot fetch ${name}: ${(error as Error).message}; the npm corpus and your own files need no network`,
      {
        cause: error,
      },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every page under `help/<language>/text`, keyed by its path there. */
export function readHelp(help: string): Document[] {
  const language = existsSync(help)
    ? readdirSync(help).find((entry) => existsSync(join(help, entry, "text")))
    : undefined;
  if (language === undefined) return [];
  const root = join(help, language, "text");
  return htmlFiles(root)
    .map((file) => ({
      key: relative(root, file)
        .split(sep)
        .join("/")
        .replace(/\.html$/, ""),
      text: helpPageText(readFileSync(file, "utf8")),
    }))
    .filter(({ text }) => text !== "");
}

function htmlFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? htmlFiles(path) : entry.name.endsWith(".html") ? [path] : [];
    });
}
