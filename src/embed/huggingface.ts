/**
 * What `resize_token_embeddings` of Hugging Face's transformers does by default (since 4.46): draws from N(μ, 1e-9·Σ), or
 * copies of μ where Σ is not positive definite, which is so whenever there are not more rows than dimensions. μ and the biased Σ
 * are over all rows of the old table, padding and reserved rows included; that is its way, and no other row of this
 * registry does it. Where a new id falls on a row that the table already had, transformers leaves that row as it was;
 * here it is drawn like the others.
 */
import { centred, drawAround } from "./multivariate.js";
import { meanOf } from "./mean.js";
import { transpose } from "./matmul.js";
import { gather } from "./table.js";
import type { Growing } from "./types.js";

const epsilon = 1e-9;

export async function huggingFace(growing: Growing, rows: Float32Array): Promise<void> {
  const { table, matmul } = growing;
  const all = Int32Array.from({ length: table.shape[0]! }, (_, id) => id);
  const mean = meanOf(table, all);
  const columns = transpose(centred(gather(table, all), mean));
  const { data } = await matmul(columns, columns);
  const scale = positiveDefinite(Float64Array.from(data), mean.length) ? epsilon : 0;
  if (scale > 0) await drawAround(growing, all, scale, rows);
  else for (let at = 0; at < rows.length; at += mean.length) rows.set(mean, at);
}

/** Whether Cholesky's factor of the symmetric `a`, [n, n], exists in single precision, where torch looks for it. Changes `a`. */
export function positiveDefinite(a: Float64Array, n: number): boolean {
  const rounding = n * 2 ** -24;
  for (let j = 0; j < n; j++) {
    const diagonal = a[j * n + j]!;
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= a[j * n + k]! ** 2;
    if (!(pivot > rounding * diagonal)) return false;
    const root = Math.sqrt(pivot);
    a[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = sum / root;
    }
  }
  return true;
}
