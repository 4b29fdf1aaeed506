/**
 * Sobol points in the order of Gray codes (Antonov and Saleev 1979) with Joe and Kuo's direction numbers: any power of two of
 * them has as many in each half, quarter … of every range. With a seed each digit is mixed with those before it and all
 * points are shifted alike (Matoušek 1998), which keeps that and avoids the corner where the plain ones begin.
 */
import { rng, type Rng } from "../../rng.js";
import { atPoints } from "./at-once.js";
import { directions } from "./sobol-directions.js";
import type { Search } from "./types.js";

const bits = 30;

export interface SobolOptions {
  /** A power of two is best. */
  runs: number;
  /** Left out: not scrambled. */
  seed?: number;
}

export const sobol = ({ runs, seed }: SobolOptions): Search =>
  atPoints({
    name: "sobol",
    options: { runs, ...(seed !== undefined && { seed }) },
    points: (dimensions) => sobolPoints({ count: runs, dimensions, rng: seed === undefined ? undefined : rng(seed) }),
  });

export interface SobolPointsOptions {
  count: number;
  dimensions: number;
  /** Scrambles. */
  rng?: Rng;
}

export function sobolPoints({ count, dimensions, rng: chance }: SobolPointsOptions): number[][] {
  if (dimensions > directions.length + 1)
    throw new Error(
      `sobol: invalid vary: ${dimensions} dimensions (at most ${directions.length + 1}; "random" or "latin" take more)`,
    );
  const columns = Array.from({ length: dimensions }, (_, d) => {
    const plain = directionsOf(d);
    const own = chance?.fork(`sobol dimension ${d}`);
    const numbers = own ? mixed(plain, own) : plain;
    let value = own ? own.int(2 ** bits) : 0;
    return Array.from({ length: count }, (_, i) => {
      if (i > 0) value ^= numbers[trailingZeros(i)]!;
      return value / 2 ** bits;
    });
  });
  return Array.from({ length: count }, (_, i) => columns.map((column) => column[i]!));
}

const trailingZeros = (i: number): number => 31 - Math.clz32(i & -i);

/** v of one dimension, the first binary digit as the highest bit. */
function directionsOf(dimension: number): number[] {
  if (dimension === 0) return Array.from({ length: bits }, (_, j) => 2 ** (bits - 1 - j));
  const [polynomial, m] = directions[dimension - 1]!;
  const degree = m.length;
  const v = m.map((odd, j) => odd * 2 ** (bits - 1 - j));
  for (let j = degree; j < bits; j++) {
    let next = v[j - degree]! ^ (v[j - degree]! >>> degree);
    for (let k = 1; k < degree; k++) if ((polynomial >>> (degree - k)) & 1) next ^= v[j - k]!;
    v.push(next);
  }
  return v;
}

/** Times a random lower triangular matrix of binary digits with ones on its diagonal. */
function mixed(numbers: readonly number[], chance: Rng): number[] {
  const rows = Array.from({ length: bits }, (_, row) => {
    const above = row === 0 ? 0 : chance.int(2 ** row) * 2 ** (bits - row);
    return above + 2 ** (bits - 1 - row);
  });
  return numbers.map((number) =>
    rows.reduce((sum, mask, row) => sum + (parity(mask & number) ? 2 ** (bits - 1 - row) : 0), 0),
  );
}

function parity(word: number): boolean {
  let odd = false;
  for (let left = word; left !== 0; left &= left - 1) odd = !odd;
  return odd;
}
