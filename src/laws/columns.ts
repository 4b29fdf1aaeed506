/**
 * What the optimiser sees of a law over fixed rows: how far the rows' predictions are off at given constants, and how they
 * move. A law that is a sum of exponentials of linear forms has its own way (term-columns.ts), any other goes row by row
 * (row-columns.ts). "θ" is what the optimiser's free numbers are transformed into: the constants themselves, or the
 * logarithm of a term's factor.
 */
import type { Transform } from "./transform.js";

export interface Columns {
  /** From now on only these rows are seen: `count` of them, by their places in `x`. The first so many numbers of a column are theirs. */
  see(rows: Int32Array, count: number): void;
  logarithm: boolean;
  /** From the optimiser's free numbers to θ. */
  links: Transform[];
  /** From θ to the law's constants and back. */
  toNatural(theta: Float64Array): number[];
  toTheta(natural: readonly number[]): Float64Array;
  /** Fills `out` with prediction − loss, or ln prediction − ln loss; where there is no prediction it holds NaN or an infinity. */
  residuals(theta: Float64Array, losses: Float64Array, out: Float64Array): void;
  /** Right after `residuals` at the same θ: a column of derivatives per constant, valid until the next call. */
  slopes(theta: Float64Array): readonly Float64Array[];
  /**
   * Right after `slopes`: adds Σ_i weight_i ∂²out_i/∂θ² to the lower triangle of `into`, but for the part −slope·slopeᵀ that
   * is in every logarithm where `logarithm` is set: whoever multiplies slopes anyway takes it along.
   */
  bends(theta: Float64Array, weight: Float64Array, into: Float64Array): void;
}
