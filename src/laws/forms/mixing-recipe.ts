/**
 * The recipe by which Ye et al. (2024, 2403.16952) find the critical share of two domains in their released notebook: the
 * floor that makes ln(L − c) most nearly a straight line in the share, then that line by least squares. Quick and close to a
 * fit, but it weighs the rows nearest the floor most; `laws.fit` of "data-mixing" is the law's own fit.
 */
export interface MixingRecipe {
  c: number;
  k: number;
  t: number;
  /** The share at which the line meets a loss: (ln(loss − c) − ln k)/t; null at or below the floor. */
  shareAt(loss: number): number | null;
}

export interface MixingRecipeOptions {
  shares: readonly number[];
  losses: readonly number[];
  /** Floors tried, from 0 to below the least loss; defaults to their 1000. */
  floors?: number;
}

export function mixingRecipe(options: MixingRecipeOptions): MixingRecipe {
  const { shares, losses, floors = 1000 } = options;
  if (!(shares.length === losses.length && new Set(shares).size >= 3))
    throw new Error(`mixingRecipe: invalid shares: ${shares.join(", ")} (three or more different, as many as losses)`);
  if (!losses.every((loss) => loss > 0 && loss < Infinity))
    throw new Error(`mixingRecipe: invalid losses: ${losses.join(", ")} (all above 0)`);
  if (!(Number.isInteger(floors) && floors > 0)) throw new Error(`mixingRecipe: invalid floors: ${floors}`);
  const least = Math.min(...losses);
  let best = { correlation: -1, c: 0, k: 0, t: 0 };
  for (let i = 0; i < floors; i++) {
    const c = (i / floors) * least;
    const logs = losses.map((loss) => Math.log(loss - c));
    const line = straight(shares, logs);
    if (line.correlation > best.correlation)
      best = { correlation: line.correlation, c, k: Math.exp(line.offset), t: line.slope };
  }
  const { c, k, t } = best;
  return { c, k, t, shareAt: (loss) => (loss > c ? Math.log((loss - c) / k) / t : null) };
}

function straight(x: readonly number[], y: readonly number[]): { slope: number; offset: number; correlation: number } {
  const n = x.length;
  const [mx, my] = [x, y].map((values) => values.reduce((a, b) => a + b, 0) / n) as [number, number];
  let [xx, xy, yy] = [0, 0, 0];
  x.forEach((value, i) => {
    xx += (value - mx) ** 2;
    xy += (value - mx) * (y[i]! - my);
    yy += (y[i]! - my) ** 2;
  });
  return { slope: xy / xx, offset: my - (xy / xx) * mx, correlation: Math.abs(xy) / Math.sqrt(xx * yy) };
}
