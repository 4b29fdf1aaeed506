/**
 * Seeded random numbers (xoshiro128**, seeded through splitmix32): the only source of chance in the lab.
 * The state is four integers, so a run can save it and go on from the same place.
 */
export interface Rng {
  /** Uniform in [0, 1) with 32 bits of resolution. */
  uniform(): number;
  /** Uniform integer in [0, n). */
  int(n: number): number;
  /** Standard normal (Box–Muller, one value per two draws, so that the state alone determines what follows). */
  normal(): number;
  /** Fisher–Yates, in place; returns its argument. */
  shuffle<T>(items: T[]): T[];
  /** An independent stream named by `label`; does not advance this one. */
  fork(label: string): Rng;
  readonly state: RngState;
}
export type RngState = [number, number, number, number];

export function rng(seed: number | RngState): Rng {
  const s = Array.isArray(seed) ? ([...seed] as RngState) : expand(seed);
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11);
    return result;
  };
  const self: Rng = {
    uniform: () => next() / 4294967296,
    int: (n) => Math.floor((next() / 4294967296) * n),
    normal: () => Math.sqrt(-2 * Math.log((next() + 1) / 4294967297)) * Math.cos(2 * Math.PI * (next() / 4294967296)),
    shuffle(items) {
      for (let i = items.length - 1; i > 0; i--) {
        const j = self.int(i + 1);
        [items[i], items[j]] = [items[j]!, items[i]!];
      }
      return items;
    },
    fork: (label) => rng(s.map((word, i) => hash(label, word + i)) as RngState),
    get state() {
      return [...s] as RngState;
    },
  };
  return self;
}

const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

function expand(seed: number): RngState {
  if (!Number.isInteger(seed)) throw new Error(`rng: invalid seed: ${seed}`);
  let z = seed | 0;
  const word = (): number => {
    z = (z + 0x9e3779b9) | 0;
    let t = z ^ (z >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return t ^ (t >>> 15);
  };
  return [word(), word(), word(), word()];
}

/** FNV-1a over UTF-16 units, started from `from`. */
function hash(text: string, from: number): number {
  let h = (0x811c9dc5 ^ from) | 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}
