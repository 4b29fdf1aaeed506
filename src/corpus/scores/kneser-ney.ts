/**
 * An n-gram language model with interpolated Kneser-Ney smoothing and one absolute discount (Kneser & Ney 1995; Chen & Goodman
 * 1999): of the longest n-grams their counts are read, of shorter ones in how many contexts they stand. A sequence begins with a
 * mark that is context alone, and ends with one that is predicted. What was never seen shares, as one symbol, what the
 * discount leaves over.
 */
/** Of symbols, and so of Unicode's code points; ids of n-grams times this are whole numbers still. */
const width = 2 ** 21;
/** Entries of one map. */
const most = 2 ** 24;
const [begin, end, unknown] = [0, 1, width - 1];

export interface KneserNey {
  /** Sum of ln p of every symbol and of the end, and how many they are. */
  score(symbols: readonly string[]): { logProbability: number; predicted: number };
  /** p of a symbol, or of the end, after the beginning of a sequence. */
  next(before: readonly string[], symbol?: string): number;
}

export interface KneserNeyOptions {
  sequences: Iterable<readonly string[]>;
  /** Longest n-gram, from 1. */
  n: number;
  /** In (0, 1); defaults to 0.75. */
  discount?: number;
}

export function kneserNey({ sequences, n, discount = 0.75 }: KneserNeyOptions): KneserNey {
  const ids = new Map<string, number>();
  /** By length: the n-gram by the one that it continues, and its last symbol. */
  const grams = Array.from({ length: n }, () => new Map<number, number>());
  /** Of n-gram i as itself, and as a context: its count, the sum of counts of what continues it, and how many those are. */
  const [count, total, types] = [[0], [0], [0]];

  const idOf = (symbol: string): number => {
    let id = ids.get(symbol);
    if (id === undefined) ids.set(symbol, (id = ids.size + 2));
    if (id >= unknown) throw new Error(`ngram: invalid examples: more than ${unknown - 2} different symbols`);
    return id;
  };

  /** The n-gram `symbols[from..to)`, made where there is none yet; 0 is the empty one. */
  function nodeAt(symbols: readonly number[], from: number, to: number): number {
    let node = 0;
    for (let at = from; at < to; at++) {
      const map = grams[at - from]!;
      const key = node * width + symbols[at]!;
      let next = map.get(key);
      if (next === undefined) {
        if (map.size === most)
          throw new Error(
            `ngram: invalid examples: more than ${most} different ${at - from + 1}-grams (a smaller n, or less text)`,
          );
        map.set(key, (next = count.length));
        count.push(0);
        total.push(0);
        types.push(0);
      }
      node = next;
    }
    return node;
  }

  /** One more of it; where it is the first, one more context of the n-gram without its first symbol. */
  function add(symbols: readonly number[], from: number, to: number): void {
    const node = nodeAt(symbols, from, to);
    const context = nodeAt(symbols, from, to - 1);
    total[context]!++;
    if (count[node]!++ > 0) return;
    types[context]!++;
    if (to - from > 1) add(symbols, from + 1, to);
  }

  for (const sequence of sequences) {
    const symbols = [begin, ...sequence.map(idOf), end];
    for (let to = 2; to <= symbols.length; to++) add(symbols, Math.max(0, to - n), to);
  }
  if (types[0] === 0) throw new Error("ngram: invalid examples: there is nothing to count in them");

  function probability(symbols: readonly number[], at: number): number {
    const symbol = symbols[at]!;
    let p = 1 / (types[0]! + 1);
    for (let length = 0; length < n && length <= at; length++) {
      let context: number | undefined = 0;
      for (let i = 0; i < length && context !== undefined; i++)
        context = grams[i]!.get(context * width + symbols[at - length + i]!);
      if (context === undefined || total[context] === 0) break;
      const found = grams[length]!.get(context * width + symbol);
      const own = found === undefined ? 0 : count[found]!;
      p = (Math.max(own - discount, 0) + discount * types[context]! * p) / total[context]!;
    }
    return p;
  }

  const known = (symbol: string): number => ids.get(symbol) ?? unknown;
  return {
    score(sequence) {
      const symbols = [begin, ...sequence.map(known), end];
      let logProbability = 0;
      for (let at = 1; at < symbols.length; at++) logProbability += Math.log(probability(symbols, at));
      return { logProbability, predicted: symbols.length - 1 };
    },
    next: (before, symbol) =>
      probability([begin, ...before.map(known), symbol === undefined ? end : known(symbol)], before.length + 1),
  };
}
