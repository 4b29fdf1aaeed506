/**
 * New rows as a fresh model would have them: normal around zero with deviation 0.02, whatever the old rows are like
 * (Hugging Face's `initializer_range`, and its `resize_token_embeddings` with `mean_resizing=False`). The worst baseline
 * that is in use: around zero the logit is near 0, which can be the largest of all.
 */
import type { Growing } from "./types.js";

const deviation = 0.02;

export function random({ rng }: Growing, rows: Float32Array): void {
  const draw = rng();
  for (let at = 0; at < rows.length; at++) rows[at] = deviation * draw.normal();
}
