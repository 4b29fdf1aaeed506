/**
 * UNKs Everywhere (Pfeiffer et al. 2021, arXiv 2012.15562): the old table is factorised, E ≈ G·F with G ≥ 0, and a new
 * token gets random amounts of the old directions F. Tokens of both vocabularies keep their rows. The paper then trains G
 * with F frozen; this is only where that begins. Each amount is that of an old token drawn at random, so that a new row
 * uses each direction as much as old rows do.
 */
import { semiNmf } from "./semi-nmf.js";
import type { Growing } from "./types.js";

export async function unksEverywhere(growing: Growing, rows: Float32Array): Promise<void> {
  const { table, oldIds, newIds, mean, matmul, signal, rng } = growing;
  const width = mean.length;
  const x = new Float64Array(oldIds.length * width);
  oldIds.forEach((id, n) => x.set(table.row(id), n * width));
  const rank = Math.min(100, Math.ceil(width / 2), oldIds.length);
  const draw = rng();
  const { g, f } = await semiNmf({ x: { shape: [oldIds.length, width], data: x }, rank, rng: draw, matmul, signal });
  for (let n = 0; n < newIds.length; n++) {
    const row = new Float64Array(width);
    for (let k = 0; k < rank; k++) {
      const amount = g.data[draw.int(oldIds.length) * rank + k]!;
      for (let j = 0; j < width; j++) row[j]! += amount * f.data[k * width + j]!;
    }
    rows.set(row, n * width);
  }
}
