/**
 * Whether vectors use all directions alike: rows of an embedding table, states of a layer. Three numbers, since each is blind
 * to something: the mean cosine sees a common shift and little else, IsoScore the spread of variance and no shift, the
 * partition function what a softmax over the rows would see. New rows with a mean cosine near 1 began all alike.
 */
import { eigen, matmul, type Matrix, transpose } from "../../embed/index.js";
import { centred, checkStates, type StatesTable, unit } from "./states.js";

export interface Isotropy {
  /** Mean cosine of all pairs of rows that are not 0, from −1 to 1; a common shift alone makes it high. Null where there are not two. */
  cosine: number | null;
  /** The same after the mean of the rows is taken away. */
  centredCosine: number | null;
  /**
   * IsoScore (Rudman et al. 2022, https://arxiv.org/abs/2108.07344): 0 where all variance is in one direction, 1 where it is
   * the same in all. Needs many more rows than dimensions; null of one dimension or where nothing varies.
   */
  isoScore: number | null;
  /**
   * min Z(c) / max Z(c), Z(c) = Σ exp(c·w), over eigenvectors c of WᵀW (Mu & Viswanath 2018, https://arxiv.org/abs/1702.01417), in
   * both signs, which is our choice: an eigenvector has none. From 0 to 1; it depends on how long the rows are.
   */
  partition: number;
}

/** Eigenvectors of [width, width] are what it costs: seconds from about a thousand dimensions. */
export async function isotropy({ table }: { table: StatesTable }): Promise<Isotropy> {
  checkStates("isotropy", "table", table, 2);
  const middle = centred(table);
  return {
    cosine: meanCosine({ table }),
    centredCosine: meanCosine({ table, centre: true }),
    isoScore: isoScore(eigen(await inner(middle)).values),
    partition: await partition({ shape: [...table.shape], data: Float64Array.from(table.data) }),
  };
}

/** XᵀX. */
async function inner(x: Matrix<Float64Array>): Promise<Matrix<Float64Array>> {
  const turned = transpose(x);
  return matmul(turned, turned);
}

export interface MeanCosineOptions {
  table: StatesTable;
  /** Whether the mean of the rows is taken away first; defaults to false. */
  centre?: boolean;
}

/** The two cosines of `isotropy` alone, which cost nothing: of m unit vectors with sum s, (s·s − m) / m(m − 1). */
export function meanCosine({ table, centre = false }: MeanCosineOptions): number | null {
  checkStates("meanCosine", "table", table, 1);
  const { shape, data } = unit(centre ? centred(table) : table);
  const width = shape[1]!;
  const sum = new Float64Array(width);
  let count = 0;
  for (let from = 0; from < data.length; from += width) {
    const row = data.subarray(from, from + width);
    if (row.some((value) => value !== 0)) count++;
    for (let j = 0; j < width; j++) sum[j]! += row[j]!;
  }
  return count < 2 ? null : (sum.reduce((all, value) => all + value * value, 0) - count) / (count * (count - 1));
}

/** From the variances along principal directions, to any scale. */
function isoScore(variances: Float64Array): number | null {
  const d = variances.length;
  const length = Math.sqrt(variances.reduce((sum, value) => sum + value * value, 0));
  if (d < 2 || length === 0) return null;
  const scale = Math.sqrt(d) / length;
  const defect = variances.reduce((sum, value) => sum + (value * scale - 1) ** 2, 0) / (2 * (d - Math.sqrt(d)));
  return ((d - defect * (d - Math.sqrt(d))) ** 2 - d) / (d * (d - 1));
}

async function partition(table: Matrix<Float64Array>): Promise<number> {
  const { vectors } = eigen(await inner(table));
  const { shape, data } = await matmul(vectors, table);
  const [directions, rows] = [shape[0]!, shape[1]!];
  const logs = Array.from({ length: directions }, (_, i) => {
    const along = data.subarray(i * rows, (i + 1) * rows);
    return [logSum(along), logSum(along.map((value) => -value))];
  }).flat();
  return Math.exp(Math.min(...logs) - Math.max(...logs));
}

/** ln Σ exp. */
function logSum(values: Float64Array): number {
  const most = values.reduce((a, b) => Math.max(a, b));
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
