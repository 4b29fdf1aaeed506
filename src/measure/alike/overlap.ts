/** How alike two texts are by what occurs in them, from counts of the same kind: tokens of one tokenizer, scripts, n-grams. */
import type { Counts } from "./counts.js";

export interface Overlap {
  /** Jaccard index of the different things: those of both over those of either. */
  types: number;
  /** Share of what occurs in a that b has too, each as often as it occurs, and the same the other way. They differ. */
  aInB: number;
  bInA: number;
  /** Σ min(p, q) of the two distributions, from 0 to 1. */
  least: number;
  /** Jensen–Shannon divergence in bits: 0 of the same distribution, 1 where nothing is shared. */
  divergence: number;
  /** Of the counts as vectors. */
  cosine: number;
  /** Whether the same thing is the most frequent in both: of scripts, the same script. */
  sameFirst: boolean;
}

export function overlap<Key>({ a, b }: { a: Counts<Key>; b: Counts<Key> }): Overlap {
  const [ofA, ofB] = [totalOf("a", a), totalOf("b", b)];
  let [shared, aInB, bInA, least, divergence, product] = [0, 0, 0, 0, 0, 0];
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const [x, y] = [a.get(key) ?? 0, b.get(key) ?? 0];
    const [p, q] = [x / ofA, y / ofB];
    if (x > 0 && y > 0) {
      shared++;
      aInB += x;
      bInA += y;
    }
    least += Math.min(p, q);
    product += p * q;
    for (const share of [p, q]) if (share > 0) divergence += (share * Math.log2((2 * share) / (p + q))) / 2;
  }
  const length = (of: Counts<Key>, total: number): number =>
    Math.sqrt([...of.values()].reduce((sum, count) => sum + (count / total) ** 2, 0));
  const kinds = (of: Counts<Key>): number => [...of.values()].filter((count) => count > 0).length;
  return {
    types: shared / (kinds(a) + kinds(b) - shared),
    aInB: aInB / ofA,
    bInA: bInA / ofB,
    least,
    divergence,
    cosine: product / (length(a, ofA) * length(b, ofB)),
    sameFirst: firstOf(a) === firstOf(b),
  };
}

function totalOf(name: string, counts: Counts<unknown>): number {
  let total = 0;
  for (const [key, count] of counts) {
    if (!(count >= 0 && count < Infinity)) throw new Error(`overlap: invalid ${name}: ${String(key)} has ${count}`);
    total += count;
  }
  if (!(total > 0)) throw new Error(`overlap: invalid ${name}: nothing is counted`);
  return total;
}

const firstOf = <Key>(counts: Counts<Key>): Key =>
  [...counts].reduce((one, other) => (other[1] > one[1] ? other : one))[0];
