/**
 * NearSwap (alchemonaut's QuartetAnemoi, https://huggingface.co/alchemonaut/QuartetAnemoi-70B-t0.0001): each number goes to the
 * other model's where both are near, and no further than t where they are not: base + clip(delta, −t, t).
 */
import { made } from "../registry.js";
import type { MergeMethod } from "./types.js";
import { named } from "./weights.js";

export interface NearswapOptions {
  /** The longest way of a number, from 0. */
  t: number;
}

export function nearswap({ t }: NearswapOptions): MergeMethod {
  if (!(t >= 0 && t < Infinity)) throw new Error(`nearswap: invalid t: ${t} (a number from 0)`);
  return made({
    ...named("nearswap", { t }),
    models: { least: 1, most: 1 },
    fromBase: true,
    begin:
      () =>
      ([base, model], out) => {
        for (let i = 0; i < out.length; i++) out[i] = base![i]! + Math.max(-t, Math.min(t, model![i]! - base![i]!));
      },
  });
}
