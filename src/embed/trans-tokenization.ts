/**
 * Trans-Tokenization (Remy et al. 2024, arXiv 2408.04303): a new row is the mean of the rows of its translations, weighed by
 * how often they were linked. A token that was not linked itself borrows from tokens that begin with it and from tokens
 * inside it, each as much as the others, and twice as much for a translation that begins a word. What is left gets the
 * mean of its pieces (there: the row of the unknown token).
 */
import { canonicalKey } from "./canonical.js";
import { combine, type Recipe } from "./combine.js";
import { need } from "./evidence.js";
import type { Growing } from "./types.js";

/** Weights by old id. */
type Links = Map<number, number>;

export function transTokenization(growing: Growing, rows: Float32Array): void {
  const { table, newIds, oldIds, base, tokenizer, evidence, miss } = growing;
  const trained = new Set(oldIds);
  const links = new Map<number, Links>();
  for (const [id, old, count] of need("trans-tokenization", evidence, "alignment")) {
    if (!(count >= 0 && Number.isFinite(count)))
      throw new RangeError(`trans-tokenization: invalid alignment: ${count} links of ${id} with ${old}`);
    if (count === 0 || !trained.has(old)) continue;
    const known = links.get(id) ?? new Map<number, number>();
    links.set(id, known.set(old, (known.get(old) ?? 0) + count));
  }
  const near = neighbours(links, (id) => canonicalKey(tokenizer, id));
  newIds.forEach((id, n) => {
    const own = links.get(id);
    const found = own ?? borrowed(near(canonicalKey(tokenizer, id)), (old) => base.bytesOf(old)[0] === 0x20);
    if (found.size > 0) combine(table, recipe(found), rows, n);
    else miss(n, "neither linked nor near a token that is");
  });
}

function recipe(links: Links): Recipe {
  const total = sum(links);
  return { ids: [...links.keys()], weights: [...links.values()].map((count) => count / total) };
}

const sum = (links: Links): number => [...links.values()].reduce((all, count) => all + count, 0);

function borrowed(lenders: Links[], initial: (old: number) => boolean): Links {
  const lent: Links = new Map();
  for (const links of lenders) {
    const total = sum(links);
    for (const [old, count] of links) lent.set(old, (lent.get(old) ?? 0) + ((initial(old) ? 2 : 1) * count) / total);
  }
  return lent;
}

/** The links of tokens that begin with a key, and of the longest tokens inside it, from left to right. */
function neighbours(links: ReadonlyMap<number, Links>, keyOf: (id: number) => string): (key: string) => Links[] {
  const exact = new Map<string, Links>();
  const beginning = new Map<string, Links[]>();
  let longest = 0;
  for (const [id, found] of links) {
    const key = keyOf(id);
    exact.set(key, found);
    longest = Math.max(longest, key.length);
    for (let end = 1; end < key.length; end++) {
      const prefix = key.slice(0, end);
      const known = beginning.get(prefix);
      if (known) known.push(found);
      else beginning.set(prefix, [found]);
    }
  }
  return (key) => {
    const found = [...(beginning.get(key) ?? [])];
    for (let at = 0; at < key.length;) {
      let length = Math.min(longest, key.length - at);
      while (length > 0 && !exact.has(key.slice(at, at + length))) length--;
      const inside = exact.get(key.slice(at, at + length));
      if (inside) found.push(inside);
      at += Math.max(1, length);
    }
    return found;
  };
}
