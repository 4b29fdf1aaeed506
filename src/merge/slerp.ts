/**
 * The arc between two tensors seen as vectors (Shoemake 1985): with Ω the angle between them,
 *   sin((1 − t)Ω)/sin Ω · a + sin(tΩ)/sin Ω · b.
 * As merging tools have it, the angle is between directions but the tensors keep their own lengths, and the line stands in
 * where the arc is not defined or is the same thing: nearly parallel or opposite, or no length at all. A model and what
 * became of it after a little training are nearly parallel, so there this is mostly the line.
 */
import { made } from "../registry.js";
import type { MergeMethod, Tensor } from "./types.js";
import { named, share } from "./weights.js";

export interface SlerpOptions {
  /** From 0, only the first model, to 1, only the second. */
  t: number;
}

/** Cosines beyond this count as parallel or opposite. */
const PARALLEL = 0.9995;
/** Lengths below this count as none. */
const NOTHING = 1e-8;

export function slerp({ t }: SlerpOptions): MergeMethod {
  share("slerp", "t", t);
  return made({
    ...named("slerp", { t }),
    models: { least: 2, most: 2 },
    fromBase: false,
    begin: (tensor) => {
      const [ofA, ofB] = parts(tensor, t);
      return ([a, b], out) => {
        for (let i = 0; i < out.length; i++) out[i] = ofA * a![i]! + ofB * b![i]!;
      };
    },
  });
}

function parts(tensor: Tensor, t: number): [ofA: number, ofB: number] {
  let [aa, ab, bb] = [0, 0, 0];
  for (const [a, b] of tensor.pieces())
    for (let i = 0; i < a!.length; i++) {
      const [x, y] = [a![i]!, b![i]!];
      aa += x * x;
      ab += x * y;
      bb += y * y;
    }
  const cosine = ab / Math.sqrt(aa) / Math.sqrt(bb);
  if (!(Math.sqrt(Math.min(aa, bb)) > NOTHING && Math.abs(cosine) <= PARALLEL)) return [1 - t, t];
  const angle = Math.acos(cosine);
  return [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
}
