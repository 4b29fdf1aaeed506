/**
 * The arc between two tensors seen as vectors (Shoemake 1985): with Ω the angle between them,
 *   sin((1 − t)Ω)/sin Ω · a + sin(tΩ)/sin Ω · b.
 * As merging tools have it, the angle is between directions but the tensors keep their own lengths, and the line stands in
 * where the arc is not defined or is the same thing: nearly parallel or opposite, or no length at all. A model and what
 * became of it after a little training are nearly parallel, so there this is mostly the line. Gains of norms and biases are on
 * the line, unless they are to be merged alike.
 */
import { made } from "../registry.js";
import { type Gram, gram, lengthsOf } from "./gram.js";
import { sumOf } from "./sum.js";
import type { MergeMethod } from "./types.js";
import { named, share, type Vectors, unlessVector } from "./weights.js";

export interface SlerpOptions extends Vectors {
  /** From 0, only the first model, to 1, only the second. */
  t: number;
}

/** Cosines beyond this count as parallel or opposite. */
const PARALLEL = 0.9995;
/** Lengths below this count as none. */
const NOTHING = 1e-8;

export function slerp({ t, vectors = "linear" }: SlerpOptions): MergeMethod {
  share("slerp", "t", t);
  return made({
    ...named("slerp", { t, vectors }),
    models: { least: 2, most: 2 },
    fromBase: false,
    begin: unlessVector(
      "slerp",
      { vectors },
      () => sumOf([1 - t, t]),
      (tensor) => sumOf(onArc(gram(tensor.pieces()), t)),
    ),
  });
}

function onArc(dots: Gram, t: number): [ofA: number, ofB: number] {
  const [a, b] = lengthsOf(dots) as [number, number];
  const cosine = dots[0]![1]! / a / b;
  if (!(Math.min(a, b) > NOTHING && Math.abs(cosine) <= PARALLEL)) return [1 - t, t];
  return arc(Math.acos(cosine), t);
}

/** The factors of both ends of an arc of this angle. */
export const arc = (angle: number, t: number): [ofA: number, ofB: number] => [
  Math.sin((1 - t) * angle) / Math.sin(angle),
  Math.sin(t * angle) / Math.sin(angle),
];
