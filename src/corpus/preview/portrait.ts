/** What a stream of documents is like, found in one pass: counts, lengths, languages, repeats, dates, and the first of them. */
import { createHash } from "node:crypto";
import { rng } from "../../rng.js";
import type { LanguageIdentifier } from "../language/identifier.js";
import type { Document } from "../types.js";

export interface Portrait {
  documents: number;
  /** Documents without text, which are not counted besides. */
  empty: number;
  /** UTF-8. */
  bytes: number;
  /** Unicode code points. */
  characters: number;
  /** Characters of a document: the shortest, the longest, and what these shares of all are shorter than. */
  lengths: { shortest: number; p5: number; p25: number; median: number; p75: number; p95: number; longest: number };
  /** Shares of the documents in a sample by language, the largest first; "" is none that is known. */
  languages: Record<string, number>;
  /** How many documents that sample has. */
  sampled: number;
  /** Share of documents whose text an earlier one has. */
  repeats: number;
  /** The earliest date and the latest, and how many documents have one; absent where none has. */
  dates?: { first: string; last: string; documents: number };
  /** The first documents, cut short. */
  first: { key: string; text: string }[];
}

/** Documents whose language is looked at, and characters of each; drawn so that every document is as likely. */
const [sample, head] = [300, 1000];
/** Documents that are shown, and characters of each. */
const [shown, shownLength] = [3, 160];
/** Documents among which repeats are looked for; those beyond are not. */
const compared = 10_000_000;

export interface PortraitOptions {
  documents: AsyncIterable<Document> | Iterable<Document>;
  identify: LanguageIdentifier;
}

export async function portrait({ documents, identify }: PortraitOptions): Promise<Portrait> {
  const { int } = rng(1);
  const lengths: number[] = [];
  const seen = new Set<number>();
  const drawn: string[] = [];
  const first: Portrait["first"] = [];
  const dates: string[] = [];
  let [empty, bytes, characters, repeated, dated] = [0, 0, 0, 0, 0];
  for await (const { key, text, date } of documents) {
    if (text === "") {
      empty++;
      continue;
    }
    const length = pointsIn(text);
    const place = lengths.length < sample ? lengths.length : int(lengths.length + 1);
    if (place < sample) drawn[place] = text.slice(0, head);
    lengths.push(length);
    bytes += Buffer.byteLength(text);
    characters += length;
    const hash = createHash("md5").update(text).digest().readUIntBE(0, 6);
    if (seen.has(hash)) repeated++;
    else if (seen.size < compared) seen.add(hash);
    if (date !== undefined) {
      dated++;
      dates.push(date);
      if (dates.length > 2) dates.sort().splice(1, dates.length - 2);
    }
    if (first.length < shown)
      first.push({ key, text: [...text.slice(0, 2 * shownLength)].slice(0, shownLength).join("") });
  }
  const sorted = Float64Array.from(lengths).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  dates.sort();
  return {
    ...{ documents: sorted.length, empty, bytes, characters },
    lengths: {
      shortest: at(0),
      p5: at(0.05),
      p25: at(0.25),
      median: at(0.5),
      p75: at(0.75),
      p95: at(0.95),
      longest: at(1),
    },
    languages: shares(drawn.map(identify)),
    sampled: drawn.length,
    repeats: sorted.length === 0 ? 0 : repeated / sorted.length,
    ...(dated > 0 && { dates: { first: dates[0]!, last: dates.at(-1)!, documents: dated } }),
    first,
  };
}

function pointsIn(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) pairs++;
  }
  return text.length - pairs;
}

function shares(found: string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const language of found) counts.set(language, (counts.get(language) ?? 0) + 1);
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([language, n]) => [language, n / found.length]));
}
