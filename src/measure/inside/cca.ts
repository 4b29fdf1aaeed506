/**
 * Canonical correlations between two sets of states of the same texts, plain and after keeping only directions of much variance
 * (SVCCA, Raghu et al. 2017, https://arxiv.org/abs/1706.05806). Every direction that is kept counts alike, however little of the
 * variance it holds, so many texts are needed: with as many dimensions as texts the correlations are 1 whatever the states are.
 */
import { leading, matmul, type Matrix, singular, transpose } from "../../embed/index.js";
import { centred, checkPair, type Pair } from "./states.js";

export interface CcaOptions extends Pair {
  /** Share of each side's variance that the kept directions hold: 0.99 is SVCCA's; defaults to 1, all. */
  keep?: number;
}

export interface Cca {
  /** Largest first, from 0 to 1. */
  coefficients: number[];
  /** Of them all; null where a side does not vary. */
  mean: number | null;
  /** Directions kept of each side. */
  dimensions: { a: number; b: number };
  /** How many coefficients are 1 whatever the states are: dimensions of a and b, less n − 1. More than none, and the mean says little. */
  forced: number;
}

/** Below this share of the largest singular value a direction is rounding: states are kept to about 1e-7. */
const NOISE = 1e-6;

export async function cca({ a, b, keep = 1 }: CcaOptions): Promise<Cca> {
  checkPair("cca", { a, b }, 3);
  if (!(keep > 0 && keep <= 1)) throw new Error(`cca: invalid keep: ${keep} (above 0, to 1)`);
  const [x, y] = [await directions(centred(a), keep), await directions(centred(b), keep)];
  const [n, ofA, ofB] = [a.shape[0]!, x.shape[0]!, y.shape[0]!];
  const few = Math.min(ofA, ofB);
  const dimensions = { a: ofA, b: ofB };
  if (few === 0) return { coefficients: [], mean: null, dimensions, forced: 0 };
  const between = await matmul(x, y);
  const { values } = await singular({ table: ofA < ofB ? transpose(between) : between, rank: few });
  const coefficients = Array.from(values, (value) => Math.min(1, value));
  const mean = coefficients.reduce((sum, value) => sum + value, 0) / few;
  return { coefficients, mean, dimensions, forced: Math.max(0, ofA + ofB - (n - 1)) };
}

/** Left singular vectors, a row each, that hold the share of variance. */
async function directions(table: Matrix<Float64Array>, keep: number): Promise<Matrix<Float64Array>> {
  const [n, width] = table.shape as [number, number];
  const { values, left } = await leading({ table, rank: Math.min(n - 1, width) });
  const all = values.reduce((sum, value) => sum + value * value, 0);
  let [count, held] = [0, 0];
  while (count < values.length && values[count]! > NOISE * values[0]! && held < keep * all * (1 - 1e-12))
    held += values[count++]! ** 2;
  return { shape: [count, n], data: left.data.subarray(0, count * n) };
}
