/** The interval that a sample of draws gives. */

/** The central part of the draws, by linear interpolation between order statistics; infinities stay at the ends. */
export function interval(draws: readonly number[], level: number): [number, number] {
  if (!(level > 0 && level < 1)) throw new Error(`laws: invalid level: ${level}; give a number between 0 and 1`);
  const sorted = [...draws].sort((a, b) => a - b);
  return [quantile(sorted, (1 - level) / 2), quantile(sorted, (1 + level) / 2)];
}

function quantile(sorted: readonly number[], q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const [a, b] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return place === below || a === b ? a : a + (place - below) * (b - a);
}
