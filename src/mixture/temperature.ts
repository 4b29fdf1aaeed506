/**
 * Token shares in proportion to size^alpha: alpha 1 takes what there is, 0.5 is the square root, 0 treats all domains alike.
 * Others call alpha, its inverse or 1 - alpha "temperature": the number here is always the exponent.
 * The sampling of XLM and XLM-R (Lample & Conneau 2019, arXiv 1901.07291; Conneau et al. 2019, arXiv 1911.02116).
 */
import { normalised } from "./by-domain.js";
import { bySize, type Sized } from "./by-size.js";
import type { Mixture } from "./types.js";

export interface TemperatureOptions extends Sized {
  /** Defaults to 0.3. */
  alpha?: number;
}

export function temperature({ alpha = 0.3, ...sized }: TemperatureOptions): Mixture {
  if (!(alpha >= 0 && Number.isFinite(alpha)))
    throw new Error(`temperature: invalid alpha: ${alpha}; it is a number of 0 or more`);
  return bySize({
    name: "temperature",
    ...sized,
    options: { ...sized, alpha },
    shares(sizes) {
      const largest = Math.max(...sizes);
      return normalised(sizes.map((size) => (size / largest) ** alpha));
    },
  });
}
