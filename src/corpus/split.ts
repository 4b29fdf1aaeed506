/**
 * Train and held-out parts, by document. The side depends on the document's key and the seed alone, so translations of one
 * document fall on the same side whatever languages are loaded together. Held-out documents whose text the train part of
 * their language already holds are dropped: they would measure memory.
 */
import { createHash } from "node:crypto";
import type { Document } from "./types.js";

export interface SplitOptions {
  /** Cleaned documents by language. */
  documents: Record<string, Document[]>;
  /** Share of documents to hold out, at least 0 and below 1. */
  heldOut: number;
  seed: number;
}

export interface Split {
  train: Record<string, Document[]>;
  heldOut: Record<string, Document[]>;
  /** Held-out documents dropped by language, for being in train already. */
  leaked: Record<string, number>;
  /** Share of the kept held-out text that is lines the train part has too: menu paths, standard notes. */
  repeatedShare: Record<string, number>;
}

/** A held-out document goes when at least this share of its text (in characters, line by line) is lines of the train part. */
const tooFamiliar = 0.8;

export function splitDocuments({ documents, heldOut, seed }: SplitOptions): Split {
  const held = heldOutKeys(documents, heldOut, seed);
  const split: Split = { train: {}, heldOut: {}, leaked: {}, repeatedShare: {} };
  for (const [language, all] of Object.entries(documents)) {
    const train = all.filter(({ key }) => !held.has(key));
    const candidates = all.filter(({ key }) => held.has(key));
    if (train.length === 0 || (heldOut > 0 && candidates.length === 0))
      throw new Error(
        `load: invalid number of documents in ${language}: ${all.length}; a split needs at least two, so cut the text into more documents or set heldOut to 0`,
      );
    const known = new Set(train.flatMap(({ text }) => text.split("\n")));
    const fresh = candidates.filter(({ text }) => familiarity(text, known) < tooFamiliar);
    if (heldOut > 0 && fresh.length === 0)
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
  const place = new Map<string, number>();
  for (const all of Object.values(documents))
    for (const { key } of all) {
      if (!place.has(key)) place.set(key, placeOf(key, seed, "split"));
      if (place.get(key)! < share) held.add(key);
    }
  for (const all of Object.values(documents)) {
    if (all.length < 2 || all.some(({ key }) => held.has(key))) continue;
    held.add(all.reduce((a, b) => (place.get(b.key)! < place.get(a.key)! ? b : a)).key);
  }
  return held;
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
