/**
 * Cleaning, as named steps. The built-in corpora get all of them; the user's own text gets those that are asked for, and
 * otherwise stays byte for byte. Steps run in the order of this table, whatever the order they are asked in. None judges
 * quality or language; a line that is text stays.
 */
import type { CleanName, CleanStep, Document } from "./types.js";

export interface CleanRow {
  summary: string;
  reference: string;
  apply(documents: readonly Document[]): Document[];
}

const eachText =
  (change: (text: string) => string) =>
  (documents: readonly Document[]): Document[] =>
    documents.map(({ key, text }) => ({ key, text: change(text) }));

const unicode = "https://www.unicode.org/versions/Unicode16.0.0/core-spec";

export const cleaning: Record<CleanName, CleanRow> = {
  lines: {
    summary: "line ends \\r\\n, \\r, U+2028 and U+2029 become \\n",
    reference: `${unicode}/chapter-5/ (5.8, newline guidelines)`,
    apply: eachText((text) => text.replace(/\r\n?|\u2028|\u2029/g, "\n")),
  },
  surrogates: {
    summary: "a surrogate without its other half, which UTF-8 cannot hold, becomes U+FFFD",
    reference: `${unicode}/chapter-3/ (3.9, U+FFFD substitution)`,
    apply: eachText((text) => text.replace(/\p{Surrogate}/gu, "\ufffd")),
  },
  controls: {
    summary:
      "control characters go, and byte order marks; those that part words (form feed, vertical tab, U+0085, U+001C to U+001F) become \\n; tabs and line ends stay",
    reference: `${unicode}/chapter-23/ (23.1, control codes)`,
    apply: eachText((text) =>
      text.replace(/[^\P{Cc}\t\n\r]|\ufeff/gu, (character) => (parting.has(character) ? "\n" : "")),
    ),
  },
  nfc: {
    summary: "Unicode's composed form",
    reference: "Unicode Standard Annex 15, https://www.unicode.org/reports/tr15/",
    apply: eachText((text) => text.normalize("NFC")),
  },
  spaces: {
    summary:
      "tabs and runs of spaces become one space, and what leads or ends a line goes: indentation is lost, so not for code",
    reference: "C4's and most filters' white-space rule, Raffel et al. 2020, https://arxiv.org/abs/1910.10683",
    apply: eachText((text) => text.replace(/\t[\t ]*| [\t ]+/g, " ").replace(/^ | $/gm, "")),
  },
  "blank-lines": {
    summary:
      "at most one blank line in a row, none at either end (\\n line ends: ask for lines too where a file has others)",
    reference: "as `spaces`, for lines",
    apply: eachText((text) => text.replace(/\n{3,}/g, "\n\n").replace(/^\n+|\n+$/g, "")),
  },
  repeats: {
    summary: "documents whose text an earlier one has go",
    reference: "exact duplicates of Lee et al. 2022, https://arxiv.org/abs/2107.06499",
    apply: (documents) => {
      const seen = new Set<string>();
      return documents.filter(({ text }) => !seen.has(text) && seen.add(text));
    },
  },
};

/** Control characters that stand between words, line separators of one convention or another. */
const parting = new Set("\v\f\u0085\u001c\u001d\u001e\u001f");

export interface Cleaned {
  documents: Document[];
  /** What each step changed that ran. */
  steps: CleanStep[];
  /** Documents that have no text, or of which none was left; always left out. */
  empty: number;
}

/** `steps` are names of `cleaning`, in any order. */
export function cleanDocuments(documents: readonly Document[], steps: readonly CleanName[]): Cleaned {
  const ran: CleanStep[] = [];
  let kept = documents.filter(hasText);
  for (const [step, row] of Object.entries(cleaning) as [CleanName, CleanRow][]) {
    if (!steps.includes(step)) continue;
    const after = row.apply(kept);
    ran.push({ step, ...difference(kept, after) });
    kept = after.filter(hasText);
  }
  const dropped = ran.reduce((sum, step) => sum + step.dropped, 0);
  return { documents: kept, steps: ran, empty: documents.length - kept.length - dropped };
}

/** What the built-in corpora get: every step, and words that a control character parts are joined, which their bytes rest on. */
export function cleanBuiltIn(documents: readonly Document[]): Cleaned {
  const joined = documents.map(({ key, text }) => ({ key, text: text.replace(/\p{Cc}/gu, joining) }));
  return cleanDocuments(joined, Object.keys(cleaning) as CleanName[]);
}

const joining = (character: string): string => (parting.has(character) ? "" : character);
const hasText = ({ text }: Document): boolean => text !== "";

/** A step changes texts or drops documents, never both. */
function difference(before: readonly Document[], after: readonly Document[]): Omit<CleanStep, "step"> {
  const dropped = before.length - after.length;
  if (dropped > 0) return { changed: 0, dropped, bytes: bytesOf(before) - bytesOf(after) };
  const changed = before.flatMap(({ text }, i) => (after[i]!.text === text ? [] : [i]));
  const at = (documents: readonly Document[]): Document[] => changed.map((i) => documents[i]!);
  return { changed: changed.length, dropped, bytes: bytesOf(at(before)) - bytesOf(at(after)) };
}

const bytesOf = (documents: readonly Document[]): number =>
  documents.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
