/** Marker symbols by Plotly's names, as SVG shapes. */
import type { Marker } from "../types.js";
import { round } from "./text.js";

/** Shapes on a unit radius; Plotly's sizes are diameters of the circle of like weight. */
const outlines: Record<string, [number, number][]> = {
  square: [
    [-0.89, -0.89],
    [0.89, -0.89],
    [0.89, 0.89],
    [-0.89, 0.89],
  ],
  diamond: [
    [0, -1.3],
    [1.3, 0],
    [0, 1.3],
    [-1.3, 0],
  ],
  "triangle-up": [
    [0, -1.2],
    [1.15, 0.8],
    [-1.15, 0.8],
  ],
  "triangle-down": [
    [0, 1.2],
    [1.15, -0.8],
    [-1.15, -0.8],
  ],
  cross: [
    [-0.4, -1.2],
    [0.4, -1.2],
    [0.4, -0.4],
    [1.2, -0.4],
    [1.2, 0.4],
    [0.4, 0.4],
    [0.4, 1.2],
    [-0.4, 1.2],
    [-0.4, 0.4],
    [-1.2, 0.4],
    [-1.2, -0.4],
    [-0.4, -0.4],
  ],
};
outlines.x = outlines.cross!.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]);
outlines.star = Array.from({ length: 10 }, (_, i) => {
  const [radius, angle] = [i % 2 === 0 ? 1.4 : 0.56, (i * Math.PI) / 5];
  return [radius * Math.sin(angle), -radius * Math.cos(angle)];
});

export function symbol(x: number, y: number, marker: Marker, fallback: string): string {
  const color = marker.color ?? fallback;
  const name = marker.symbol ?? "circle";
  const radius = (marker.size ?? 6) / 2;
  const open = name.endsWith("-open");
  const width = marker.line?.width ?? (open ? 1.5 : 0);
  const paint = `fill="${open ? "#ffffff" : color}"${width > 0 ? ` stroke="${open ? color : (marker.line?.color ?? color)}" stroke-width="${width}"` : ""}`;
  const outline = outlines[name.replace("-open", "")];
  if (!outline) return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" ${paint}/>`;
  return `<polygon points="${outline.map(([dx, dy]) => `${round(x + dx * radius)},${round(y + dy * radius)}`).join(" ")}" ${paint}/>`;
}
