/**
 * Whether a text's translation is the nearest of all texts in the other language: how far a layer's states are the same for the
 * same meaning. By cosine, or by the ratio margin, which takes from texts that are near to everything (Artetxe & Schwenk 2019,
 * https://arxiv.org/abs/1811.01136; xsim of https://github.com/facebookresearch/LASER). Chance is 1/n, so only tests of as many
 * texts compare. Shared names and numbers alone find many: layer 0 and shuffled pairs are the controls.
 */
import { matmul, type Matrix, transpose } from "../../embed/index.js";
import { checkPair, type Pair, unit } from "./states.js";

export interface RetrievalOptions extends Pair {
  /** Defaults to "cosine". The margin divides a cosine by the mean of both texts' cosines with their nearest, and ranks the nearest only. */
  by?: "cosine" | "margin";
  /** How many nearest the margin looks at; defaults to 4, or n where there are fewer. */
  neighbours?: number;
}

export interface Retrieval {
  /** Share of a's texts whose nearest in b is their own, from 0 to 1; xsim's error is 1 less this. */
  aToB: number;
  bToA: number;
  /** Of both. */
  mean: number;
  /** What states that know nothing would reach, 1/n. */
  chance: number;
}

/** Row `i` of b is the translation of row `i` of a. Of equally near ones the first counts. */
export async function retrieval(options: RetrievalOptions): Promise<Retrieval> {
  const { a, b, by = "cosine" } = options;
  checkPair("retrieval", { a, b }, 2);
  if (a.shape[1] !== b.shape[1])
    throw new Error(`retrieval: invalid b: width ${b.shape[1]} (that of a, ${a.shape[1]})`);
  const n = a.shape[0]!;
  const { neighbours = Math.min(4, n) } = options;
  if (!(Number.isInteger(neighbours) && neighbours >= 1 && neighbours <= n))
    throw new Error(`retrieval: invalid neighbours: ${neighbours} (1 to ${n})`);
  const cosines = await matmul(unit(a), unit(b));
  const few = by === "margin" ? neighbours : 1;
  const [aToB, bToA] = [found(cosines, few), found(transpose(cosines), few)];
  return { aToB, bToA, mean: (aToB + bToA) / 2, chance: 1 / n };
}

/** Share of rows whose own column comes first of its nearest: by the margin among `few`, which of one is the cosine. */
function found(cosines: Matrix<Float64Array>, few: number): number {
  const n = cosines.shape[0]!;
  const near = nearestOf(cosines, few);
  const level = means(cosines, near);
  const turned = transpose(cosines);
  const across = means(turned, nearestOf(turned, few));
  let right = 0;
  for (let i = 0; i < n; i++) {
    const margin = (j: number): number => cosines.data[i * n + j]! / ((level[i]! + across[j]!) / 2);
    right += Number(near[i]!.reduce((best, j) => (margin(j) > margin(best) ? j : best)) === i);
  }
  return right / n;
}

/** Columns of the highest entries of each row, highest first. */
function nearestOf({ shape, data }: Matrix<Float64Array>, few: number): number[][] {
  const n = shape[0]!;
  return Array.from({ length: n }, (_, i) => {
    const row = data.subarray(i * n, (i + 1) * n);
    return Array.from(row.keys())
      .sort((j, k) => row[k]! - row[j]! || j - k)
      .slice(0, few);
  });
}

const means = ({ shape, data }: Matrix<Float64Array>, near: number[][]): number[] =>
  near.map((columns, i) => columns.reduce((sum, j) => sum + data[i * shape[0]! + j]!, 0) / columns.length);
