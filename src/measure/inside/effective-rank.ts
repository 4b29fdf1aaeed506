/**
 * How many directions a matrix uses: exp of the entropy of its singular values (Roy & Vetterli 2007). Of what training added to
 * a weight it says whether a low-rank update could have been enough. It counts directions and not how far the weight went.
 */
import { singular, transpose } from "../../embed/index.js";
import type { NdArray } from "../../types.js";

export interface EffectiveRankOptions {
  /** [rows, columns]. */
  after: NdArray;
  /** Of the same shape; what is measured is after − before. Defaults to zeros. */
  before?: NdArray;
}

/** From 1 to the smaller side; null where nothing changed. */
export async function effectiveRank({ after, before }: EffectiveRankOptions): Promise<number | null> {
  const [rows = 0, columns = 0] = after.shape;
  if (!(after.shape.length === 2 && rows > 0 && columns > 0))
    throw new Error(`effectiveRank: invalid after: [${after.shape}] (a matrix)`);
  if (before && String(before.shape) !== String(after.shape))
    throw new Error(`effectiveRank: invalid before: [${before.shape}] (the shape of after, [${after.shape}])`);
  const data = Float64Array.from(after.data, (value, i) => value - (before?.data[i] ?? 0));
  if (!data.every(Number.isFinite)) throw new Error("effectiveRank: invalid after: not all numbers are finite");
  const delta = { shape: [rows, columns], data };
  const { values } = await singular({
    table: rows < columns ? transpose(delta) : delta,
    rank: Math.min(rows, columns),
  });
  // What is smaller is rounding: see src/embed/svd.ts.
  const real = values.filter((value) => value > values[0]! * 1e-7);
  const all = real.reduce((sum, value) => sum + value, 0);
  return all > 0 ? Math.exp(real.reduce((sum, value) => sum - (value / all) * Math.log(value / all), 0)) : null;
}
