/** One of several by chance, each as often as its share of all says. */
import type { Rng } from "../../../rng.js";

export function byShare<T extends { share?: number | undefined }>(all: readonly T[], rng: Rng): T {
  let left = rng.uniform() * all.reduce((sum, { share = 1 }) => sum + share, 0);
  return all.find(({ share = 1 }) => (left -= share) < 0) ?? all.at(-1)!;
}
