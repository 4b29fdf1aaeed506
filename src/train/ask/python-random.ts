/**
 * Draws without replacement as CPython's `random.Random(seed).sample` makes them, so that shots drawn here are those of programs
 * written in it. The generator is the Mersenne Twister MT19937, seeded by an array of one word (Matsumoto & Nishimura 1998,
 * https://doi.org/10.1145/272991.272995); nothing else in the lab draws from it.
 */
const N = 624;

export interface PythonRandom {
  /** `count` of the numbers 0 to n − 1, in the order in which they are drawn. */
  sample(n: number, count: number): number[];
}

export function pythonRandom(seed: number): PythonRandom {
  const words = seeded(seed);
  let next = N;
  const word = (): number => {
    if (next === N) {
      for (let i = 0; i < N; i++) {
        const y = (words[i]! & 0x80000000) | (words[(i + 1) % N]! & 0x7fffffff);
        words[i] = words[(i + 397) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      next = 0;
    }
    let y = words[next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  const below = (n: number): number => {
    const bits = 32 - Math.clz32(n);
    let drawn = word() >>> (32 - bits);
    while (drawn >= n) drawn = word() >>> (32 - bits);
    return drawn;
  };
  return {
    sample(n, count) {
      if (!(count <= n)) throw new Error(`sample: invalid count: ${count} (at most ${n})`);
      // Of few a list is kept, of many the set of those that are drawn: which of the two decides what is drawn.
      const few = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
      if (n > few) {
        const drawn = new Set<number>();
        while (drawn.size < count) drawn.add(below(n));
        return [...drawn];
      }
      const pool = Array.from({ length: n }, (_, i) => i);
      return Array.from({ length: count }, (_, i) => {
        const at = below(n - i);
        const drawn = pool[at]!;
        pool[at] = pool[n - i - 1]!;
        return drawn;
      });
    },
  };
}

function seeded(seed: number): Uint32Array {
  const words = new Uint32Array(N);
  words[0] = 19650218;
  const mixed = (i: number): number => words[i - 1]! ^ (words[i - 1]! >>> 30);
  for (let i = 1; i < N; i++) words[i] = Math.imul(1812433253, mixed(i)) + i;
  let i = 1;
  const turn = (factor: number, add: (i: number) => number): void => {
    words[i] = (words[i]! ^ Math.imul(mixed(i), factor)) + add(i);
    if (++i < N) return;
    words[0] = words[N - 1]!;
    i = 1;
  };
  for (let k = 0; k < N; k++) turn(1664525, () => seed);
  for (let k = 1; k < N; k++) turn(1566083941, (at) => -at);
  words[0] = 0x80000000;
  return words;
}
