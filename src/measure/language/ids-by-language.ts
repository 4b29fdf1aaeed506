/**
 * Which ids of a tokenizer belong to which language, by where they occur: those that are written nearly always in one. What several
 * share (digits, names, pieces of words) belongs to none, and what hardly occurs is not told.
 */
import type { Counts } from "../alike/index.js";

export interface IdsByLanguageOptions {
  /** How often ids occur in text of each language, `countsOf`; texts of different lengths are made alike. */
  counts: Readonly<Record<string, Counts<number>>>;
  /** Share of an id's occurrences that are in its language, at least; above 0.5, defaults to 0.9. */
  share?: number;
  /** Occurrences in all, at least; defaults to 2. */
  least?: number;
}

export interface IdsByLanguage {
  /** In order. */
  ids: Record<string, number[]>;
  /** Those that occur enough and belong to none. */
  shared: number[];
}

export function idsByLanguage({ counts, share = 0.9, least = 2 }: IdsByLanguageOptions): IdsByLanguage {
  const languages = Object.keys(counts);
  if (languages.length < 2)
    throw new Error(`idsByLanguage: invalid counts: ${languages.length} languages (two or more)`);
  if (!(share > 0.5 && share <= 1)) throw new Error(`idsByLanguage: invalid share: ${share} (above 0.5, at most 1)`);
  const totals = languages.map((language) => [...counts[language]!.values()].reduce((a, b) => a + b, 0));
  const empty = totals.indexOf(0);
  if (empty >= 0) throw new Error(`idsByLanguage: invalid counts: nothing occurs in ${languages[empty]}`);
  const ids: Record<string, number[]> = Object.fromEntries(languages.map((language) => [language, []]));
  const shared: number[] = [];
  const all = new Set(languages.flatMap((language) => [...counts[language]!.keys()]));
  for (const id of [...all].sort((a, b) => a - b)) {
    const own = languages.map((language) => counts[language]!.get(id) ?? 0);
    if (own.reduce((a, b) => a + b, 0) < least) continue;
    const rates = own.map((count, i) => count / totals[i]!);
    const sum = rates.reduce((a, b) => a + b, 0);
    const most = rates.findIndex((rate) => rate / sum >= share);
    (most < 0 ? shared : ids[languages[most]!]!).push(id);
  }
  return { ids, shared };
}
