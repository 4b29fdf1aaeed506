/**
 * Where labels go on the forgetting plane: for each point the side with the most room. Plotly places labels where it is
 * told, so this is worked out beforehand, on a plot of nominal size.
 */
import type { TextPosition } from "./types.js";

export type Range = [number, number];

const places: [TextPosition, number, number][] = [
  ["middle right", 30, 0],
  ["middle left", -30, 0],
  ["top center", 0, 18],
  ["bottom center", 0, -18],
];

/**
 * For each point the side where its label is farthest from the joining line, the other points and the frame; `widths` are the
 * labels' pixels, and none leaves the frame where it has another side.
 */
export function labelPlaces(
  x: readonly number[],
  y: readonly number[],
  [xRange, yRange]: [Range, Range],
  lines: readonly number[],
  widths: readonly number[] = [],
): TextPosition[] {
  // On a nominal plot of 660 by 340 pixels; a label is about twice as wide as high, so distances across count half.
  const points = x.map((value, i) => ({
    x: (660 * (value - xRange[0])) / (xRange[1] - xRange[0]),
    y: (340 * (y[i]! - yRange[0])) / (yRange[1] - yRange[0]),
  }));
  const between = points.slice(1).flatMap((b, i) => {
    const a = points[i]!;
    return Array.from({ length: 20 }, (_, k) => ({ x: a.x + ((b.x - a.x) * k) / 20, y: a.y + ((b.y - a.y) * k) / 20 }));
  });
  const heights = lines.map((line) => (340 * (line - yRange[0])) / (yRange[1] - yRange[0]));
  const taken: { x: number; y: number }[] = [];
  return points.map((point, i) => {
    const obstacles = [...points.filter((_, k) => k !== i), ...between, ...taken];
    const room = ([, dx, dy]: (typeof places)[number]): number => {
      const at = { x: point.x + dx, y: point.y + dy };
      const wide = widths[i] ?? 0;
      const middle = dx === 0 ? point.x : point.x + Math.sign(dx) * (12 + wide / 2);
      const beyond = Math.max(0, wide / 2 - middle, middle + wide / 2 - 660);
      const frame = Math.min(at.x / 2, (660 - at.x) / 2, at.y, 340 - at.y);
      const struck = heights.map((height) => Math.abs(height - at.y)).filter((off) => off < 11);
      return (
        Math.min(frame, ...struck, ...obstacles.map((o) => Math.hypot((o.x - at.x) / 2, o.y - at.y))) - 660 * beyond
      );
    };
    const best = places.reduce((a, b) => (room(b) > room(a) + 1e-9 ? b : a));
    taken.push({ x: point.x + best[1], y: point.y + best[2] });
    return best[0];
  });
}

/** Whether two labels of `widths` pixels, 13 high, on these sides of their points lie over each other, on the same nominal plot. */
export function crowded(
  x: readonly number[],
  y: readonly number[],
  [xRange, yRange]: [Range, Range],
  sides: readonly TextPosition[],
  widths: readonly number[],
): boolean {
  const middles = sides.map((side, i) => {
    const [, dx, dy] = places.find(([place]) => place === side)!;
    return {
      x: (660 * (x[i]! - xRange[0])) / (xRange[1] - xRange[0]) + Math.sign(dx) * (12 + widths[i]! / 2),
      y: (340 * (y[i]! - yRange[0])) / (yRange[1] - yRange[0]) + dy,
    };
  });
  return middles.some((a, i) =>
    middles.some((b, k) => k < i && Math.abs(a.x - b.x) < (widths[i]! + widths[k]!) / 2 && Math.abs(a.y - b.y) < 13),
  );
}

/** Keeps a label beside its mark clear of the mark's error bars. */
export function spaced(text: string, side: TextPosition, bars: boolean): string {
  if (!bars || !side.startsWith("middle")) return text;
  return side === "middle right" ? `\u2002${text}` : `${text}\u2002`;
}

/** The values with some room around them for marks and labels, a share of what they span, and zero inside unless it is far away. */
export function roomy(given: readonly number[], share = 0.1): Range {
  const values = given.filter(Number.isFinite);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const far = Math.min(Math.abs(least), Math.abs(most)) > 2 * (most - least) && least * most > 0;
  const [low, high] = far && most > least ? [least, most] : [Math.min(0, least), Math.max(0, most)];
  const pad = share * (high - low || 1);
  return [low - pad, high + pad];
}
