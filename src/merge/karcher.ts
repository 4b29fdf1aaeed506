/**
 * The Karcher mean (https://arxiv.org/abs/2603.04972): the point of the sphere whose squared angles to all models' directions have
 * the least sum, found by steps along the mean tangent, as long as the mean of their lengths. It stays a sum of the models, so
 * steps are made of their angles alone, and each model is read twice. Gains of norms and biases are averaged, unless they are to
 * be merged alike.
 */
import { made } from "../registry.js";
import { cosinesOf, type Gram, gram, lengthsOf } from "./gram.js";
import { quadratic } from "./multislerp.js";
import { sumBy, sumOf } from "./sum.js";
import type { MergeMethod } from "./types.js";
import { named, type Vectors, unlessVector } from "./weights.js";

/** Steps at the most, and the length of one that is none: mergekit's. */
const [STEPS, NONE] = [10, 1e-5];

export function karcher({ vectors = "linear" }: Vectors = {}): MergeMethod {
  return made({
    ...named("karcher", { vectors }),
    models: { least: 1, most: Infinity },
    fromBase: false,
    begin: unlessVector(
      "karcher",
      { vectors },
      () => sumBy((models) => Array<number>(models).fill(1 / models)),
      (tensor) => {
        const dots = gram(tensor.pieces());
        const lengths = lengthsOf(dots);
        const mean = lengths.reduce((a, b) => a + b, 0) / lengths.length;
        const towards = meanDirection(cosinesOf(dots), lengths);
        return sumOf(lengths.map((length, k) => (length > 0 ? (mean * towards[k]!) / length : 0)));
      },
    ),
  });
}

/** As factors of the directions. */
function meanDirection(cosines: Gram, lengths: readonly number[]): number[] {
  const some = lengths.map((length) => (length > 0 ? 1 : 0));
  const count = some.reduce<number>((a, b) => a + b, 0);
  if (count === 0) return lengths.map(() => 0);
  let point =
    unit(
      some.map((one) => one / count),
      cosines,
    ) ?? some.map((_, k) => (k === some.indexOf(1) ? 1 : 0));
  for (let step = 0; step < STEPS; step++) {
    const tangent = point.map(() => 0);
    some.forEach((one, k) => {
      const cosine = Math.max(
        -1,
        Math.min(
          1,
          point.reduce((sum, factor, j) => sum + factor * cosines[j]![k]!, 0),
        ),
      );
      const angle = Math.acos(cosine);
      if (one === 0 || angle < NONE) return;
      const factor = angle / Math.sin(angle) / count;
      point.forEach((own, j) => (tangent[j]! -= factor * cosine * own));
      tangent[k]! += factor;
    });
    const length = Math.sqrt(Math.max(0, quadratic(tangent, cosines)));
    if (length < NONE) break;
    const next = point.map((own, j) => Math.cos(length) * own + (Math.sin(length) / length) * tangent[j]!);
    point = unit(next, cosines) ?? next;
  }
  return point;
}

function unit(point: readonly number[], cosines: Gram): number[] | undefined {
  const length = Math.sqrt(Math.max(0, quadratic(point, cosines)));
  return length < NONE ? undefined : point.map((factor) => factor / length);
}
