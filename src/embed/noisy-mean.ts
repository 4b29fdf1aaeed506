/**
 * The mean of the old rows plus normal noise of deviation 1/√width in every dimension, as LLaMA-Factory resizes. At 4,096
 * dimensions that is 0.016, as large as a row's own entries: not a small disturbance of the mean.
 */
import type { Growing } from "./types.js";

export function noisyMean({ mean, rng }: Growing, rows: Float32Array): void {
  const [draw, width] = [rng(), mean.length];
  for (let at = 0; at < rows.length; at++) rows[at] = mean[at % width]! + draw.normal() / Math.sqrt(width);
}
