/**
 * OFA (Liu et al. 2024, https://arxiv.org/abs/2311.08849): the table is factorised, E ≈ FP with F its left singular vectors
 * (coordinates) and P the scaled right ones (primitives); new coordinates F′ are mixed from old ones as in WECHSEL, and the
 * new rows are F′P. That is the mixture of old rows, projected on the primitives; with as many of them as the table is wide
 * nothing is left out. The rows here are of full width: to train F and P apart, as the paper also does, takes a model with
 * that bottleneck, and `factorise` makes its tables.
 */
import { transpose } from "./matmul.js";
import { singular, type Singular } from "./svd.js";
import { gather } from "./table.js";
import { sharedSpace } from "./token-vectors.js";
import { mixTrained, neighbours, softly } from "./wechsel.js";
import type { Growing, Initialiser } from "./types.js";

export interface OfaOptions {
  /** Primitives. Defaults to 400, the paper's most below full width, or the table's width where that is less. */
  rank?: number;
}

/** Both halves of a row of the registry: `{ ...initialisers.ofa, ...ofa({ rank: 100 }) }` is OFA with 100 primitives. */
export function ofa({ rank }: OfaOptions = {}): Required<Pick<Initialiser, "initialise" | "fallback">> {
  /** One decomposition for the new rows of a table and for those that are drawn. */
  const known = new WeakMap<Int32Array, Promise<Singular>>();
  const factors = ({ table, oldIds, mean, matmul }: Growing): Promise<Singular> => {
    const width = mean.length;
    const found =
      known.get(oldIds) ?? singular({ table: gather(table, oldIds), rank: rank ?? Math.min(400, width), matmul });
    known.set(oldIds, found);
    return found;
  };

  return {
    async initialise(growing, rows) {
      const width = growing.mean.length;
      const space = await sharedSpace("ofa", growing, { weight: "one", capitals: true });
      await mixTrained("ofa", growing, space, rows, softly, neighbours);
      if ((rank ?? 400) >= width) return;
      const { vectors } = await factors(growing);
      const right = { shape: vectors.shape, data: Float32Array.from(vectors.data) };
      const along = await growing.matmul({ shape: [growing.newIds.length, width], data: rows }, right);
      rows.set((await growing.matmul(along, transpose(right))).data);
    },
    /** Coordinates with the mean and deviation (over n) that each has in F, times P; no division by small values is needed. */
    async fallback(growing, rows) {
      const { mean, oldIds, rng } = growing;
      const width = mean.length;
      const { values, vectors } = await factors(growing);
      const right = vectors.data;
      const centre = values.map((_, k) => mean.reduce((sum, value, j) => sum + value * right[k * width + j]!, 0));
      const deviation = values.map((value, k) => Math.sqrt(Math.max(0, value ** 2 / oldIds.length - centre[k]! ** 2)));
      const random = rng();
      const row = new Float64Array(width);
      for (let at = 0; at < rows.length; at += width) {
        row.fill(0);
        for (let k = 0; k < values.length; k++) {
          const coordinate = centre[k]! + deviation[k]! * random.normal();
          for (let j = 0; j < width; j++) row[j]! += coordinate * right[k * width + j]!;
        }
        rows.set(row, at);
      }
    },
  };
}
