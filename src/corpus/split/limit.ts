/** Some of a language's documents, whole ones, up to a number of bytes. */
import { placeOf } from "./split.js";
import type { Document } from "../types.js";

/** Documents in an order that the seed shuffles, until the next would not fit; handed back in their own order. Those of one marked row go together. */
export function limit(documents: Document[], maxBytes: number, seed: number): Document[] {
  if (maxBytes === Infinity) return documents;
  const units: Document[][] = [];
  for (const document of documents)
    if (document.marks && units.at(-1)?.[0]!.key === document.key) units.at(-1)!.push(document);
    else units.push([document]);
  const order = units
    .map((unit, i) => ({ unit, i, place: placeOf(unit[0]!.key, seed, "limit") }))
    .sort((a, b) => a.place - b.place || a.i - b.i);
  let left = maxBytes;
  const size = (unit: Document[]): number => unit.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const kept = order.filter(({ unit }) => (left -= size(unit)) >= 0);
  return kept.sort((a, b) => a.i - b.i).flatMap(({ unit }) => unit);
}
