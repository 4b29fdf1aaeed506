/**
 * Metamath's databases from Debian's package: mathematics whose every step a program can check. A document is a statement with its
 * comment, hypotheses and proof, dated by the latest date that its comments name.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CorpusRow, Document, SourceRequest, SourceText } from "../types.js";
import { isoDate } from "../split/dates.js";
import { debianCopy, keptCopy } from "./kept.js";

const reader = 2;
const names = ["set", "iset", "nf", "ql"];

export const metamath: CorpusRow = {
  summary:
    "formal mathematics with proofs, dated by day: set theory (set), intuitionistic (iset), New Foundations (nf), quantum logic (ql)",
  licence: "CC0-1.0",
  obtained: "Debian package metamath-databases (apt-get download, no root, 13 MB)",
  size: "set 40 MB, iset 4, nf 3, ql 0.6",
  clean: ["lines", "repeats"],
  languages: () => [...names],
  ready: (cacheDir) => names.filter((name) => existsSync(copyOf(cacheDir, name))),
  read,
};

const copyOf = (cacheDir: string, name: string): string => join(cacheDir, "metamath", `${name}.jsonl`);

async function read({ languages, cacheDir, signal, onProgress }: SourceRequest): Promise<SourceText> {
  const documents: Record<string, Document[]> = {};
  let version = "";
  for (const [i, name] of languages.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ label: "Metamath", done: i, total: languages.length, note: name });
    const path = copyOf(cacheDir, name);
    const readFolder = (folder: string): Document[] => {
      const file = join(folder, "usr", "share", "metamath", "databases", `${name}.mm`);
      return existsSync(file) ? statementsOf(readFileSync(file, "latin1")) : [];
    };
    const copy =
      keptCopy(path, reader) ??
      (await debianCopy({ name: "metamath-databases", path, reader, cacheDir, readFolder, signal }));
    documents[name] = copy.documents;
    version = copy.header.version;
  }
  onProgress?.({ label: "Metamath", done: languages.length, total: languages.length });
  return {
    source: `metamath-databases ${version} (Debian)`,
    licence: metamath.licence,
    documents,
    aligned: false,
    notes: [],
  };
}

/** Blocks and statements outside of blocks that state something ($a, $p), each with the comment before it; the key is its first label. */
export function statementsOf(source: string): Document[] {
  const documents: Document[] = [];
  let [depth, begun, comment, commented] = [0, -1, -1, false];
  let [before, label]: [string, string | undefined] = ["", undefined];
  for (const { index, 0: token } of source.matchAll(/\S+/g)) {
    if (commented || token === "$(") {
      if (!commented && begun < 0) comment = index;
      commented = token !== "$)";
      continue;
    }
    if (begun < 0) begun = comment >= 0 ? comment : index;
    if (token === "$a" || token === "$p") label ??= before;
    before = token;
    if (token === "${") depth++;
    if (token === "$}") depth--;
    if (depth > 0 || (token !== "$}" && token !== "$.")) continue;
    const text = source.slice(begun, index + 2);
    if (label !== undefined) documents.push({ key: label, text: `${text}\n`, ...latest(text) });
    [begun, comment, label] = [-1, -1, undefined];
  }
  return documents;
}

/** Of the dates in its comments, such as "(Contributed by NM, 5-Aug-1993.)". */
function latest(text: string): { date?: string } {
  const dates = [...text.matchAll(/\b(\d{1,2})-([A-Z][a-z]{2})-(\d{4})\b/g)]
    .map(([, day, month, year]) => isoDate(day!, month!, year!))
    .filter((date) => date !== undefined);
  return dates.length === 0 ? {} : { date: dates.sort().at(-1)! };
}
