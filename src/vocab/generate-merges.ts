/**
 * The merges that make SentencePiece's pieces: any two neighbours that together are a piece may merge, better pieces
 * first. A tokenizer.json lists such pairs, so each piece has one merge for every way to part it in two that are pieces.
 */
export interface Pieces {
  /** Ids of the pieces that may be halves of others. */
  ids: ReadonlyMap<string, number>;
  /** Pieces to be made, with their scores: the higher is merged first. */
  scores: ReadonlyMap<string, number>;
}

/** Pairs in order of score; of one score those with the longer left half first, then the longer right half. */
export function generateMerges({ ids, scores }: Pieces): [string, string][] {
  const all: { pair: [string, string]; score: number; left: number; right: number }[] = [];
  for (const [piece, score] of scores) {
    const characters = [...piece];
    const ways = splits(characters).filter(([left, right]) => ids.has(left) && ids.has(right));
    ways.sort(([a, b], [c, d]) => ids.get(a)! - ids.get(c)! || ids.get(b)! - ids.get(d)!);
    for (const pair of ways) {
      const left = [...pair[0]].length;
      all.push({ pair, score, left, right: characters.length - left });
    }
  }
  return all.sort((a, b) => b.score - a.score || b.left - a.left || b.right - a.right).map(({ pair }) => pair);
}

function splits(characters: string[]): [string, string][] {
  return characters.slice(1).map((_, at) => [characters.slice(0, at + 1).join(""), characters.slice(at + 1).join("")]);
}
