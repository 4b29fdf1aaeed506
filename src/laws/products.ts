/** Sums over rows of weighted products of two columns, for every pair of columns: Gauss–Newton matrices and the like. */
import { dot, fourDots } from "./elementary.js";

/** Adds Σ_i weight_i a_i b_i for every pair of columns to the lower triangle. */
export function products(
  columns: readonly Float64Array[],
  weight: Float64Array | undefined,
  n: number,
  [moved, other]: Float64Array[],
  into: Float64Array,
): void {
  const size = columns.length;
  const weighted = (p: number, to: Float64Array): Float64Array => {
    const column = columns[p]!;
    if (!weight) return column;
    for (let i = 0; i < n; i++) to[i] = weight[i]! * column[i]!;
    return to;
  };
  let p = 0;
  for (; p + 1 < size; p += 2) {
    const [a, b] = [weighted(p, moved!), weighted(p + 1, other!)];
    for (let q = 0; q <= p; q += 2) {
      fourDots(a, b, columns[q]!, columns[q + 1]!, n, four);
      into[p * size + q]! += four[0]!;
      into[p * size + q + 1]! += four[1]!;
      into[(p + 1) * size + q]! += four[2]!;
      into[(p + 1) * size + q + 1]! += four[3]!;
    }
  }
  if (p === size) return;
  const last = weighted(p, moved!);
  for (let q = 0; q <= p; q++) into[p * size + q]! += dot(last, columns[q]!, n);
}

const four = new Float64Array(4);

/** Adds Σ_i weight_i a_i b_i over the rows inside the bend for every pair of columns, to the lower triangle. */
export function insideProducts(
  weights: Float64Array | undefined,
  columns: readonly Float64Array[],
  inside: Int32Array,
  count: number,
  into: Float64Array,
): void {
  const size = columns.length;
  for (let p = 0; p < size; p++) {
    const a = columns[p]!;
    for (let q = 0; q <= p; q++) {
      const b = columns[q]!;
      let sum = 0;
      for (let j = 0; j < count; j++) {
        const i = inside[j]!;
        const product = a[i]! * b[i]!;
        sum += weights ? weights[i]! * product : product;
      }
      into[p * size + q]! += sum;
    }
  }
}
