/** Deltas that lost numbers by chance, scaled up so that each has the sum of magnitudes that it had: what merging tools do. */
import { deltasIn, type Sift } from "./deltas.js";
import type { Tensor } from "./types.js";

/** `sift` makes the same draws each time it begins. */
export function rescaled(tensor: Tensor, sift: (tensor: Tensor) => Sift): Sift {
  const trial = sift(tensor);
  const [before, after]: [number[], number[]] = [[], []];
  for (const deltas of deltasIn(tensor)) {
    deltas.forEach((delta, k) => (before[k] = (before[k] ?? 0) + magnitude(delta)));
    trial(deltas);
    deltas.forEach((delta, k) => (after[k] = (after[k] ?? 0) + magnitude(delta)));
  }
  const take = sift(tensor);
  return (deltas) => {
    take(deltas);
    deltas.forEach((delta, k) => {
      const factor = after[k]! > 0 ? before[k]! / after[k]! : 1;
      for (let i = 0; i < delta.length; i++) delta[i]! *= factor;
    });
  };
}

function magnitude(list: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < list.length; i++) sum += Math.abs(list[i]!);
  return sum;
}
