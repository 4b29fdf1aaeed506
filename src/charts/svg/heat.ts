/** The cells of a heat map. Neighbours of one colour in a row are one rectangle, so that a large map stays a small picture. */
import { colorAt } from "../shades.js";
import type { Placed } from "./marks.js";
import { round } from "./text.js";

export function heatOf({ trace, x, y }: Placed): string {
  const { z = [], zmin = 0, zmax = 1, colorscale = [], xgap = 0, ygap = 0 } = trace;
  const paint = (value: number | null): string =>
    value === null ? "" : colorAt(colorscale, (value - zmin) / (zmax - zmin));
  const cells = z.flatMap((row, r) => {
    const [from, to] = [-0.5, 0.5].map((half) => y.place(trace.y[r]! + half)) as [number, number];
    const [top, height] = [Math.min(from, to) + ygap / 2, Math.abs(to - from) - ygap];
    const parts: string[] = [];
    for (let c = 0; c < row.length;) {
      const fill = paint(row[c]!);
      let end = c + 1;
      while (xgap === 0 && end < row.length && paint(row[end]!) === fill) end++;
      const left = x.place(Number(trace.x[c]) - 0.5) + xgap / 2;
      const width = x.place(Number(trace.x[end - 1]) + 0.5) - xgap / 2 - left;
      if (fill)
        parts.push(
          `<rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" fill="${fill}"/>`,
        );
      c = end;
    }
    return parts;
  });
  return `<g shape-rendering="crispEdges">${cells.join("")}</g>`;
}
