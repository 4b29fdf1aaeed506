/** In which order tokens leave a vocabulary, by name. Adding an order: a function, a row here, a test. */
import { leafOrder } from "./leaf-order.js";
import { scriptOf } from "./script.js";
import type { Splits } from "./splits.js";
import type { Tables } from "./types.js";

/** What an order is given. */
export interface Pruning {
  tables: Tables;
  /** Empty where there are no merges. */
  splits: Splits;
  /** Ids that may go, ascending: no added token, no byte, none that the caller keeps. */
  candidates: readonly number[];
  /** Whether an id is one character, which a fallback to bytes could replace. */
  isCharacter: (id: number) => boolean;
  /** Occurrences by id in the texts, as merges alone make them; all 0 without texts. */
  counts: Float64Array;
  /** Long names of scripts that stay, e.g. "Latin", "Common", "Inherited". */
  scripts: ReadonlySet<string>;
}

export interface PruneOrder {
  summary: string;
  reference: string;
  needs?: "texts" | "scripts";
  /** Whether it follows merges, which only BPE has. */
  merges?: true;
  /** Ids in the order in which they go; fewer than the candidates where the rest must stay. */
  order: (pruning: Pruning) => number[];
}

export type PruneOrderName = "last-n" | "frequency" | "leaf-frequency" | "leaf-last-n" | "merge-based" | "script";

const purason = "Purason et al. 2025, https://arxiv.org/abs/2512.03989";

export const pruneOrders: Record<PruneOrderName, PruneOrder> = {
  "last-n": {
    summary: "the highest ids first",
    reference: purason,
    order: (pruning) => tokensOf(pruning).reverse(),
  },
  frequency: {
    summary: "the rarest first, among equals the highest id; may leave tokens that nothing makes any more",
    reference: "Ushio et al. 2023 (vocabulary trimming), https://arxiv.org/abs/2305.15020",
    needs: "texts",
    order: (pruning) => sorted(tokensOf(pruning), ({ counts }, id) => [counts[id]!, -id], pruning),
  },
  "leaf-frequency": {
    summary: "the rarest of those that no other token is made from; its parts inherit its count (recommended)",
    reference: purason,
    merges: true,
    needs: "texts",
    order: (pruning) => leafOrder({ ...pruning, candidates: tokensOf(pruning) }),
  },
  "leaf-last-n": {
    summary: "the highest id of those that no other token is made from",
    reference: purason,
    merges: true,
    order: (pruning) =>
      leafOrder({ ...pruning, candidates: tokensOf(pruning), counts: new Float64Array(pruning.counts.length) }),
  },
  "merge-based": {
    summary: "the one that comes about least often while texts are merged, then the longest, then the highest id",
    reference: purason,
    merges: true,
    needs: "texts",
    order(pruning) {
      const made = timesMade(pruning);
      const lengthOf = (id: number): number => [...pruning.tables.tokens[id]!].length;
      return sorted(tokensOf(pruning), (_, id) => [made[id]!, -lengthOf(id), -id], pruning);
    },
  },
  script: {
    summary: "tokens with a character of another script, the highest ids first; parts of characters stay",
    reference: "Alabi et al. 2022 (MAFT), https://arxiv.org/abs/2204.06487",
    needs: "scripts",
    order: ({ tables, candidates, scripts }) =>
      candidates.filter((id) => !isWritten(tables.bytesOf(id)!, scripts)).reverse(),
  },
};

/** Single characters are what tokens are made from: only an order by script takes them. */
const tokensOf = ({ candidates, isCharacter }: Pruning): number[] => candidates.filter((id) => !isCharacter(id));

function sorted(ids: number[], key: (pruning: Pruning, id: number) => number[], pruning: Pruning): number[] {
  const keyed = ids.map((id) => ({ id, key: key(pruning, id) }));
  return keyed
    .sort((a, b) => a.key.map((value, i) => value - b.key[i]!).find((difference) => difference !== 0) ?? 0)
    .map(({ id }) => id);
}

/** How often each token came about: what is left of it at the end, and what went into longer tokens. */
function timesMade({ counts, splits: { left, right } }: Pruning): Float64Array {
  const made = Float64Array.from(counts);
  const waiting = new Int32Array(made.length);
  const each = (use: (part: number) => void, id: number): void => {
    if (left[id]! >= 0) [left[id]!, right[id]!].forEach(use);
  };
  for (let id = 0; id < made.length; id++) each((part) => waiting[part]!++, id);
  // A token's number is final once those of all that are made from it are.
  const ready = [...made.keys()].filter((id) => waiting[id] === 0);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    const times = made[id]!;
    each((part) => {
      made[part]! += times;
      if (--waiting[part]! === 0) ready.push(part);
    }, id);
  }
  return made;
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** A key of bytes says nothing of scripts until it is decoded; part of a character is U+FFFD, whose script is Common. */
function isWritten(bytes: Uint8Array, scripts: ReadonlySet<string>): boolean {
  for (const character of utf8.decode(bytes)) if (!scripts.has(scriptOf(character.codePointAt(0)!))) return false;
  return true;
}
