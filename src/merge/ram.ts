/**
 * Reinforced Agent Merging (https://arxiv.org/abs/2601.13572), for deltas that leave most numbers where they were: what one model
 * alone moved is taken whole, what several moved is averaged. `ramPlus` makes up for the averaging: what a model moved alone is
 * taken 1 + boost · r times, r being how many it moved with others for each of those, at most `most`. Tensor by tensor.
 */
import { made } from "../registry.js";
import { deltasIn, differences } from "./deltas.js";
import type { MergeMethod, Tensor } from "./types.js";
import { named } from "./weights.js";

export interface RamOptions {
  /** Numbers count as moved beyond this. Defaults to 0. */
  threshold?: number;
}
export interface RamPlusOptions extends RamOptions {
  /** Defaults to 0.1. */
  boost?: number;
  /** Defaults to 0.2. */
  most?: number;
}

export const ram = ({ threshold = 0 }: RamOptions = {}): MergeMethod =>
  moved("ram", { threshold }, (_, count) => Array<number>(count).fill(1));

export function ramPlus({ threshold = 0, boost = 0.1, most = 0.2 }: RamPlusOptions = {}): MergeMethod {
  for (const [name, value] of Object.entries({ boost, most }))
    if (!(value >= 0 && value < Infinity)) throw new Error(`ram-plus: invalid ${name}: ${value} (a number from 0)`);
  return moved("ram-plus", { threshold, boost, most }, (tensor) => {
    const [alone, shared]: [number[], number[]] = [[], []];
    for (const deltas of deltasIn(tensor))
      deltas.forEach((delta, k) => {
        let [own, both] = [0, 0];
        for (let i = 0; i < delta.length; i++) {
          if (!(Math.abs(delta[i]!) > threshold)) continue;
          if (deltas.some((other, j) => j !== k && Math.abs(other[i]!) > threshold)) both++;
          else own++;
        }
        alone[k] = (alone[k] ?? 0) + own;
        shared[k] = (shared[k] ?? 0) + both;
      });
    return alone.map((own, k) => 1 + boost * (own > 0 ? Math.min(most, shared[k]! / own) : 0));
  });
}

function moved(
  name: string,
  options: { threshold: number; boost?: number; most?: number },
  factorsOf: (tensor: Tensor, count: number) => number[],
): MergeMethod {
  const { threshold } = options;
  if (!(threshold >= 0)) throw new Error(`${name}: invalid threshold: ${threshold} (a number from 0)`);
  return made({
    ...named(name, { ...options }),
    models: { least: 1, most: Infinity },
    fromBase: true,
    begin: (tensor) => {
      const deltasOf = differences();
      let factors: number[] | undefined;
      return (inputs, out) => {
        const [base, deltas] = [inputs[0]!, deltasOf(inputs)];
        factors ??= factorsOf(tensor, deltas.length);
        for (let i = 0; i < out.length; i++) {
          let [sum, count, last] = [0, 0, 0];
          for (let k = 0; k < deltas.length; k++) {
            if (!(Math.abs(deltas[k]![i]!) > threshold)) continue;
            sum += deltas[k]![i]!;
            count++;
            last = k;
          }
          out[i] = base[i]! + (count > 1 ? sum / count : sum * factors[last]!);
        }
      };
    },
  });
}
