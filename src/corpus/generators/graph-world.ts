/** A world of invented people, each of whom has one mentor, one rival and so on, who is somebody else, and sentences that say so. */
import type { Rng } from "../../rng.js";
import { times } from "./counts.js";
import { inventedNames } from "./invented.js";
import { log2Factorial } from "./knowledge.js";

export const relationNouns = "mentor rival neighbour doctor tailor editor landlord cousin".split(" ");

/** Ways of saying one fact; the first is the one that questions go on from. */
const ways: readonly ((s: string, r: string, o: string) => string)[] = [
  (s, r, o) => `The ${r} of ${s} is ${o}.`,
  (s, r, o) => `${s} has ${o} as a ${r}.`,
  (s, r, o) => `${o} is the ${r} of ${s}.`,
  (s, r, o) => `Asked for a ${r}, ${s} names ${o}.`,
  (s, r, o) => `As a ${r}, ${o} is known to ${s}.`,
];

/** Numbers of a subject, a relation and an object. */
export interface Fact {
  s: number;
  r: number;
  o: number;
}

export interface World {
  names: string[];
  /** `of[r][s]` is the object; of each relation everybody is the object once. */
  of: number[][];
  /** log2 of the number of such worlds, names given. */
  bits: number;
}

export function worldOf(rng: Rng, entities: number, relations: number): World {
  const names = inventedNames(rng.fork("names"), entities, new Set());
  const of = times(relations, () => 0).map((_, r) => derangement(rng.fork(`relation ${r}`), entities));
  // Of n! orders, those that leave nothing in its place.
  let [share, term] = [1, 1];
  for (let k = 1; k <= entities; k++) share += term /= -k;
  return { names, of, bits: relations * (log2Factorial(entities) + Math.log2(share)) };
}

/** An order of 0 to n - 1 in which none is in its place, any as likely. */
export function derangement(rng: Rng, n: number): number[] {
  for (;;) {
    const order = rng.shuffle(Array.from({ length: n }, (_, i) => i));
    if (order.every((to, i) => to !== i)) return order;
  }
}

export const factsOf = ({ of }: World, s: number): Fact[] => of.map((row, r) => ({ s, r, o: row[s]! }));

/** In the first way, or in one by chance. */
export function say({ names }: World, { s, r, o }: Fact, rng?: Rng): string {
  const way = ways[rng ? rng.int(ways.length) : 0]!;
  return way(names[s]!, relationNouns[r]!, names[o]!);
}

/** In an order and in ways by chance. */
export const sayAll = (world: World, facts: readonly Fact[], rng: Rng): string =>
  rng
    .shuffle([...facts])
    .map((fact) => say(world, fact, rng))
    .join(" ");

/** `own` first, then others by chance, as choices in any order. */
export function choicesOf(
  rng: Rng,
  { names }: World,
  [right, ...near]: [number, ...number[]],
  count: number,
): { choices: string[]; gold: number } {
  const others = [...new Set([...near, ...rng.shuffle(names.map((_, i) => i))])].filter((i) => i !== right);
  const offered = rng.shuffle([right, ...others.slice(0, count - 1)]);
  return { choices: offered.map((i) => names[i]!), gold: offered.indexOf(right) };
}

/** Texts until they have that many characters; the last may go over. */
export function upTo(characters: number, next: () => string): string[] {
  const texts: string[] = [];
  for (let left = characters; left > 0; left -= texts.at(-1)!.length) texts.push(next());
  return texts;
}

/** One after another of a list in an order by chance, and again in another. */
export function round<T>(rng: Rng, all: readonly T[]): () => T {
  let order: T[] = [];
  return () => {
    if (order.length === 0) order = rng.shuffle([...all]);
    return order.pop()!;
  };
}
