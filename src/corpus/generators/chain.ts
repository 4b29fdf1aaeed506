/** Markov chains as tables: row `c` has the shares of what follows context `c`, the last `order` symbols read as digits in base `states`. */

/** The table of chances; one row for each of `states ** order` contexts. */
export type Chain = readonly (readonly number[])[];

/** The context after symbol `next`. */
export const follow = (chain: Chain, context: number, next: number): number =>
  (context * chain[0]!.length + next) % chain.length;

/** Nats of one draw. */
export const entropy = (shares: readonly number[]): number =>
  shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);

/**
 * How often each context comes in the long run, by elimination of one context after another, which subtracts nothing and so loses
 * no digits (Grassmann, Taksar & Heyman 1985, https://doi.org/10.1287/opre.33.5.1107).
 */
export function stationary(chain: Chain): number[] {
  const n = chain.length;
  const rates = chain.map((row, c) => {
    const to = new Float64Array(n);
    row.forEach((p, next) => (to[follow(chain, c, next)]! += p));
    return to;
  });
  for (let k = n - 1; k > 0; k--) {
    const last = rates[k]!;
    const out = last.subarray(0, k).reduce((sum, p) => sum + p, 0);
    if (!(out > 0)) throw new Error("markov: invalid transitions: from some context others are never reached");
    for (let i = 0; i < k; i++) {
      const row = rates[i]!;
      const share = (row[k]! /= out);
      if (share > 0) for (let j = 0; j < k; j++) row[j]! += share * last[j]!;
    }
  }
  const weights: number[] = [1];
  for (let k = 1; k < n; k++) weights.push(weights.reduce((sum, w, i) => sum + w * rates[i]![k]!, 0));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

/** Nats a symbol in the long run: no model's loss is less. [[0.9, 0.1], [0.2, 0.8]] has 0.3835. */
export const entropyRate = (chain: Chain, often: readonly number[] = stationary(chain)): number =>
  often.reduce((sum, w, c) => sum + w * entropy(chain[c]!), 0);
