/**
 * What was changed in Debian's packages and when, from the changelogs of those that are installed here: an entry of one version is
 * a document. Names and addresses of people are left out; packages of one source repeat its changelog, which is taken once.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { isoDate } from "../split/dates.js";
import type { CorpusRow, Document, SourceRequest, SourceText } from "../types.js";

const folder = "/usr/share/doc";
/** Bytes that one changelog may have unpacked; a longer one is passed over. */
const most = 2 ** 25;

export const changelogs: CorpusRow = {
  summary: "changelogs of the Debian packages that are installed here, dated by day: the vocabulary drifts",
  licence: "each package's own (/usr/share/doc/*/copyright)",
  obtained: "files of this machine, where it is Debian or Ubuntu and keeps documentation",
  size: "by what is installed; 1 to 25 MB since 1995",
  languages: () => (files().length > 0 ? ["en"] : []),
  ready: () => (files().length > 0 ? ["en"] : []),
  read,
};

const files = (): string[] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .sort()
    .flatMap((name) =>
      ["changelog.Debian.gz", "changelog.gz"]
        .map((file) => join(folder, name, file))
        .filter((path) => existsSync(path)),
    );

async function read({ signal, onProgress }: SourceRequest): Promise<SourceText> {
  const all = files();
  const entries = new Map<string, Document>();
  let passed = 0;
  for (const [i, path] of all.entries()) {
    if (i % 100 === 0) {
      await new Promise(setImmediate);
      signal?.throwIfAborted();
      onProgress?.({ label: "changelogs", done: i, total: all.length });
    }
    try {
      const text = gunzipSync(readFileSync(path), { maxOutputLength: most }).toString("utf8");
      for (const entry of entriesOf(text)) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    } catch {
      passed++;
    }
  }
  onProgress?.({ label: "changelogs", done: all.length, total: all.length });
  const notes = passed > 0 ? [`${passed} changelogs that are damaged or over ${most / 2 ** 20} MB passed over`] : [];
  const source = `${all.length} changelogs of ${folder}`;
  return { source, licence: changelogs.licence, documents: { en: [...entries.values()] }, aligned: false, notes };
}

/** Entries as Debian policy 4.4 writes them; text of any other form has none. Their key is source and version. */
export function entriesOf(text: string): Document[] {
  const documents: Document[] = [];
  let open: { key: string; lines: string[] } | undefined;
  for (const line of text.split("\n")) {
    const [, source, version] = /^(\w[\w+.-]*) \(([^()\s]+)\)[^;]*;/.exec(line) ?? [];
    const date = open && signedOn(line);
    if (source !== undefined) open = { key: `${source} ${version}`, lines: [] };
    else if (open && date !== undefined) {
      const body = open.lines
        .join("\n")
        .replace(/\s*<[^<>\s]+@[^<>\s]+>/g, "")
        .trim();
      if (body !== "") documents.push({ key: open.key, text: `${open.key}\n\n${body}`, date });
      open = undefined;
    } else if (open && !/^\s*\[ .* \]\s*$/.test(line)) open.lines.push(line);
  }
  return documents;
}

/** Of the line that signs an entry: " -- Name <address>  Mon, 02 Jan 2023 13:06:21 +0100". */
function signedOn(line: string): string | undefined {
  if (!line.startsWith(" -- ")) return undefined;
  const [, day, month, year] = /\b(\d{1,2}) ([A-Z][a-z]{2})\w* (\d{4})\b/.exec(line) ?? [];
  return day === undefined ? undefined : isoDate(day, month!, year!);
}
