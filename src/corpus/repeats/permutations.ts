/**
 * The hash functions of MinHash, h(x) = (a·x + b mod 2⁶⁴) mod (2⁶¹ − 1), with datatrove's a and b and its product that wraps:
 * numpy's arithmetic of 64 bits, `pipeline/dedup/minhash.py`. Numbers are halves of 32 bits; a BigInt takes a hundred times longer.
 */

/** The 32-bit halves of 64-bit numbers. */
export interface Halves {
  high: Int32Array;
  low: Int32Array;
}

export const halvesOf = (length: number): Halves => ({ high: new Int32Array(length), low: new Int32Array(length) });

const prime = (1n << 61n) - 1n;

/** `count` pairs: numpy's RandomState(seed).randint, first all a from 1, then all b from 0, below 2⁶¹ − 1. */
function factors(seed: number, count: number): { a: Halves; b: Halves } {
  const next = mersenneTwister(seed);
  const below = (low: bigint): Halves => {
    const drawn = halvesOf(count);
    for (let i = 0; i < count; i++) {
      let value: bigint;
      do value = ((BigInt(next()) << 32n) | BigInt(next())) & prime;
      while (value >= prime - low);
      value += low;
      drawn.high[i] = Number(value >> 32n);
      drawn.low[i] = Number(value & 0xffffffffn);
    }
    return drawn;
  };
  return { a: below(1n), b: below(0n) };
}

/** MT19937, whole numbers of 32 bits; Matsumoto & Nishimura 1998, https://doi.org/10.1145/272991.272995. */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let i = 1; i < 624; i++) state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i;
  let at = 624;
  return () => {
    if (at === 624) {
      for (let i = 0; i < 624; i++) {
        const joined = (state[i]! & 0x80000000) | (state[(i + 1) % 624]! & 0x7fffffff);
        state[i] = state[(i + 397) % 624]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
      }
      at = 0;
    }
    let x = state[at++]!;
    x ^= x >>> 11;
    x ^= (x << 7) & 0x9d2c5680;
    x ^= (x << 15) & 0xefc60000;
    return (x ^ (x >>> 18)) >>> 0;
  };
}

/** What fills a signature: for each hash function the least value over the first `count` of `values`, as unsigned halves. */
export type Minima = (values: Halves, count: number, into: Halves) => void;

const upper = 0x1fffffff;

export function minima({ seed, hashes }: { seed: number; hashes: number }): Minima {
  const { a, b } = factors(seed, hashes);
  let whole = new Float64Array(0);
  return (values, count, into) => {
    if (whole.length < count) whole = new Float64Array(2 * count);
    for (let i = 0; i < count; i++) whole[i] = values.low[i]! >>> 0;
    for (let h = 0; h < hashes; h++) {
      const [aHigh, aLow, bHigh, bLow] = [a.high[h]!, a.low[h]!, b.high[h]!, b.low[h]! >>> 0];
      const aWhole = aLow >>> 0;
      const aScaled = aWhole * 2 ** -32;
      let [leastHigh, leastLow] = [upper, 0xffffffff];
      for (let i = 0; i < count; i++) {
        const x = values.low[i]!;
        const cross = (Math.imul(aHigh, x) + Math.imul(aLow, values.high[i]!) + bHigh) | 0;
        // The upper half but for what the lower one carries and a double rounds: too low by at most two, too high by one.
        const about = (cross + ((aScaled * whole[i]!) | 0) + 2) & upper;
        if (about > leastHigh + 3 && about !== upper) continue;
        const low = Math.imul(aLow, x) >>> 0;
        // A product's double has its upper bits; without the lower half, which is exact, it rounds to the upper one.
        const over = Math.round((aWhole * whole[i]! - low) * 2 ** -32);
        const sum = low + bLow;
        const high = (cross + over + (sum >= 2 ** 32 ? 1 : 0)) | 0;
        // Modulo 2⁶¹ − 1, the upper three bits are added to the others.
        let restHigh = high & upper;
        let restLow = (sum >>> 0) + (high >>> 29);
        if (restLow >= 2 ** 32) {
          restLow -= 2 ** 32;
          restHigh++;
        }
        if (restHigh > upper) [restHigh, restLow] = [0, restLow + 1];
        else if (restHigh === upper && restLow === 0xffffffff) restHigh = restLow = 0;
        if (restHigh > leastHigh || (restHigh === leastHigh && restLow >= leastLow)) continue;
        leastHigh = restHigh;
        leastLow = restLow;
      }
      into.high[h] = leastHigh;
      into.low[h] = leastLow;
    }
  };
}
