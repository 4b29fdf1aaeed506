/**
 * How evenly a tokenizer uses its tokens: Rényi's entropy of the unigram distribution over its largest possible value
 * (Zouhar et al. 2023, "Tokenization and the Noiseless Channel", §4). High orders punish a few very frequent tokens.
 * The numbers in the README of the paper's package belong to order 3, its default, not to the 2.5 that stands beside them.
 */

export interface RenyiEfficiencyOptions {
  /** Occurrences of each token; zeros count for nothing. */
  counts: Iterable<number>;
  /** Order of the entropy, 0 or more; 1 is Shannon's. Defaults to the paper's 2.5. */
  alpha?: number;
  /** What the entropy could be at most is the logarithm of this. Defaults to the number of tokens that occur. */
  vocabSize?: number;
}

/** A share in 0…1, without unit. NaN where it is 0/0: fewer than two tokens occur. */
export function renyiEfficiency({ counts, alpha = 2.5, vocabSize }: RenyiEfficiencyOptions): number {
  const seen = [...counts].filter((count) => count > 0);
  const size = vocabSize ?? seen.length;
  if (!(alpha >= 0)) throw new RangeError(`renyiEfficiency: invalid alpha: ${alpha} (0 or more)`);
  if (!(size >= seen.length))
    throw new RangeError(`renyiEfficiency: invalid vocabSize: ${size} (${seen.length} tokens occur)`);
  const total = seen.reduce((sum, count) => sum + count, 0);
  const shares = seen.map((count) => count / total);
  return entropyOf(shares, alpha) / Math.log(size);
}

/** In nats. */
function entropyOf(shares: number[], alpha: number): number {
  if (alpha === 1) return -shares.reduce((sum, p) => sum + p * Math.log(p), 0);
  if (alpha === Infinity) return -Math.log(shares.reduce((most, p) => Math.max(most, p), 0));
  return Math.log(shares.reduce((sum, p) => sum + p ** alpha, 0)) / (1 - alpha);
}
