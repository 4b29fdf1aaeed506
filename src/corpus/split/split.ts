/**
 * Train and held-out parts, by document. The side depends on the document's key and the seed alone, so translations of one
 * document fall on the same side whatever languages are loaded together; documents with the same text go with the first of
 * them. Held-out documents whose text the train part of their language already holds are dropped: they would measure memory. Of marked
 * documents, whose lines a template makes alike, only those that the train part has word for word, and what is of one row with them.
 * Documents of one group fall on the same side as well. Where the user names the held-out documents, nothing is split and nothing
 * dropped. With `until` documents of a later date are held out, and those that may be later are in neither part.
 */
import { createHash } from "node:crypto";
import { asked, daysOf } from "./dates.js";
import type { Document } from "../types.js";

export interface SplitOptions {
  /** Documents by language. */
  documents: Record<string, Document[]>;
  /** Held-out documents of the languages that are not to be split. */
  given?: Record<string, Document[]>;
  /** Share of documents to hold out, at least 0 and below 1. */
  heldOut: number;
  seed: number;
  /** The last date to train on. */
  until?: string | undefined;
}

export interface Split {
  train: Record<string, Document[]>;
  heldOut: Record<string, Document[]>;
  /** Held-out documents dropped by language, for being in train already. */
  leaked: Record<string, number>;
  /** Share of the kept held-out text that is lines the train part has too: menu paths, standard notes. */
  repeatedShare: Record<string, number>;
  /** Documents left out with `until`, for they have no date or one that is known too roughly. */
  undated: Record<string, number>;
}

/** A held-out document goes when at least this share of its text (in characters, line by line) is lines of the train part. */
const tooFamiliar = 0.8;

export function splitDocuments({ documents: all, given = {}, heldOut, seed, until }: SplitOptions): Split {
  const { documents, later, undated } = byDate(all, given, until);
  const unsplit = Object.entries(documents).filter(([language]) => !given[language]);
  const held = heldOutKeys(Object.fromEntries(unsplit), heldOut, seed);
  const split: Split = { train: {}, heldOut: {}, leaked: {}, repeatedShare: {}, undated };
  for (const [language, all] of Object.entries(documents)) {
    const own = given[language];
    const train = own ? all : all.filter(({ key }) => !held.has(key));
    const candidates = own ?? [...all.filter(({ key }) => held.has(key)), ...(later[language] ?? [])];
    if (!own && until !== undefined && (train.length === 0 || candidates.length === 0))
      throw new Error(
        `load: invalid until: ${until} (${language} has ${train.length} documents dated to it, and ${candidates.length} to hold out)`,
      );
    if (!own && (train.length === 0 || (heldOut > 0 && candidates.length === 0)))
      throw new Error(
        `load: invalid number of documents in ${language}: ${all.length}; a split needs at least two different ones, so cut the text into more documents, name held-out files, or set heldOut to 0`,
      );
    const known = new Set(train.flatMap(({ text }) => text.split("\n")));
    const whole = new Set(train.flatMap(({ text, marks }) => (marks ? [text] : [])));
    const old = new Set(candidates.flatMap(({ key, text, marks }) => (marks && whole.has(text) ? [key] : [])));
    const fresh =
      own ??
      candidates.filter(({ key, text, marks }) => (marks ? !old.has(key) : familiarity(text, known) < tooFamiliar));
    if (!own && heldOut > 0 && fresh.length === 0)
      throw new Error(
        `load: invalid held-out part of ${language}: all ${candidates.length} of its documents repeat the train part; hold out more, or name more text`,
      );
    split.train[language] = train;
    split.heldOut[language] = fresh;
    split.leaked[language] = candidates.length - fresh.length;
    split.repeatedShare[language] =
      fresh.length === 0 ? 0 : familiarity(fresh.map(({ text }) => text).join("\n"), known);
  }
  return split;
}

/** By language, which may be called as a property of objects is. */
const none = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

/** Documents dated to `until`, those that are later, and how many are neither; all of them where it is absent or the split is given. */
function byDate(
  all: Record<string, Document[]>,
  given: Record<string, Document[]>,
  until: string | undefined,
): { documents: Record<string, Document[]>; later: Record<string, Document[]>; undated: Record<string, number> } {
  if (until === undefined) return { documents: all, later: none(), undated: none() };
  const { last } = asked("load", "until", until);
  const documents: Record<string, Document[]> = {};
  const later = none<Document[]>();
  const undated: Record<string, number> = {};
  for (const [language, ofAll] of Object.entries(all)) {
    documents[language] = ofAll;
    if (given[language]) continue;
    const days = ofAll.map(({ date }) => (date === undefined ? undefined : daysOf(date)));
    documents[language] = ofAll.filter((_, i) => days[i] && days[i].last <= last);
    later[language] = ofAll.filter((_, i) => days[i] && days[i].first > last);
    undated[language] = ofAll.length - documents[language].length - later[language].length;
  }
  return { documents, later, undated };
}

/** A number in [0, 1) that depends on nothing but these three. */
export function placeOf(key: string, seed: number, purpose: string): number {
  return (
    createHash("sha256")
      .update(JSON.stringify([purpose, seed, key]))
      .digest()
      .readUInt32BE(0) /
    2 ** 32
  );
}

/** Keys on the held-out side; where so few documents leave a language with none, its first key in hash order joins them for all. */
function heldOutKeys(documents: Record<string, Document[]>, share: number, seed: number): Set<string> {
  const held = new Set<string>();
  if (share === 0) return held;
  const firstOf = sameText(documents);
  const place = new Map<string, number>();
  const groups = new Map(Object.values(documents).flatMap((all) => all.map(({ key, group }) => [key, group])));
  const hold = (first: string): void => {
    for (const all of Object.values(documents)) for (const { key } of all) if (firstOf(key) === first) held.add(key);
  };
  for (const all of Object.values(documents))
    for (const { key } of all) {
      const first = firstOf(key);
      if (!place.has(first)) place.set(first, placeOf(groups.get(first) ?? first, seed, "split"));
      if (place.get(first)! < share) held.add(key);
    }
  for (const all of Object.values(documents)) {
    if (all.length < 2 || all.some(({ key }) => held.has(key))) continue;
    const firsts = all.map(({ key }) => firstOf(key));
    hold(firsts.reduce((a, b) => (place.get(b)! < place.get(a)! ? b : a)));
  }
  return held;
}

/** Each key's first among those that are tied together: equal texts of any language, translations of equal texts, and groups. */
function sameText(documents: Record<string, Document[]>): (key: string) => string {
  const before = new Map<string, string>();
  const firstOf = (key: string): string => {
    let first = key;
    for (let next = before.get(first); next !== undefined; next = before.get(first)) first = next;
    if (first !== key) before.set(key, first);
    return first;
  };
  for (const all of Object.values(documents)) {
    const texts = new Map<string, string>();
    const groups = new Map<string, string>();
    const tie = (known: Map<string, string>, value: string, key: string): void => {
      const first = known.get(value);
      if (first === undefined) known.set(value, key);
      else {
        const [a, b] = [firstOf(first), firstOf(key)];
        if (a !== b) before.set(b, a);
      }
    };
    for (const { key, text, group } of all) {
      tie(texts, text, key);
      if (group !== undefined) tie(groups, group, key);
    }
  }
  return firstOf;
}

/** The share of a text's characters that stand in lines of `known`. */
function familiarity(text: string, known: ReadonlySet<string>): number {
  let total = 0;
  let seen = 0;
  for (const line of text.split("\n")) {
    total += line.length;
    if (known.has(line)) seen += line.length;
  }
  return total === 0 ? 1 : seen / total;
}
