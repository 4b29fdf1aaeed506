/**
 * LibreOffice Help from Debian's packages: one translated manual in 33 languages, aligned by file path. A language is
 * fetched once and kept as its documents.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { CorpusRow, Document, SourceRequest, SourceText } from "../types.js";
import { helpPageText } from "./help-page.js";
import { type Copy, debianCopy, keptCopy } from "./kept.js";

/** Names of the packages' languages; English is asked for as "en". Slovak has a package, but no pages in it. */
const names =
  "ca cs da de dz el en en-gb es et eu fi fr gl hi hu id it ja km ko nl om pl pt pt-br ru sl sv tr vi zh-cn zh-tw".split(
    " ",
  );

/** Goes up when `helpPageText` reads pages differently, so that older copies are read anew. */
const reader = 1;

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
  const copies = new Map<string, Copy>();
  for (const [i, language] of wanted.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ label: "LibreOffice Help", done: i, total: wanted.length, note: language });
    const path = copyOf(cacheDir, language);
    const kept = readCopy(path);
    if (!kept && existsSync(path)) notes.push(`${language}: the kept copy was damaged or old, and is fetched anew`);
    const name = `libreoffice-help-${language === "en" ? "en-us" : language}`;
    const readFolder = (folder: string): Document[] => readHelp(join(folder, "usr", "share", "libreoffice", "help"));
    copies.set(language, kept ?? (await debianCopy({ name, path, reader, cacheDir, readFolder, signal })));
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

/** The kept copy, as `keptCopy` reads it. */
export const readCopy = (path: string): Copy | undefined => keptCopy(path, reader);

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
