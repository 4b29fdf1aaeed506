/**
 * Numbers as shades: from white to dark blue, or from dark orange over white at 0 to dark blue. Lightness falls evenly to each
 * end, so grey print keeps how large a number is; what its sign is, the numbers say.
 */
import { ink } from "./theme.js";

export type ShadeScale = "sequential" | "diverging";

/** Places from 0 to 1 with their colours, as Plotly's `colorscale` has them; straight lines in RGB between. */
export type Stops = [place: number, color: string][];

const light = "#f6f8fa";
const blues: Stops = [
  [0, light],
  [0.5, "#7fa8cb"],
  [1, "#0c3460"],
];
const oranges: Stops = [
  [0, "#6a2800"],
  [0.5, "#d99a5e"],
  [1, light],
];

export interface ShadingOptions {
  /** Defaults to "diverging" where there are numbers on both sides of 0. */
  scale?: ShadeScale;
  /** The dark end of a sequential scale; defaults to "high". */
  dark?: "high" | "low";
}

export interface Shading {
  scale: ShadeScale;
  /** Values of the two ends. */
  range: [number, number];
  stops: Stops;
  /** What a cell of this value is painted with, and what is written on it. */
  fill(value: number): string;
  ink(value: number): string;
  /** What the shades mean, e.g. "pale 0.0 to strong 4.2", true in a dark theme too. */
  words(write: (value: number) => string): string;
}

/** Of finite numbers. */
export function shading(values: readonly number[], { scale: asked, dark = "high" }: ShadingOptions = {}): Shading {
  const [least, most] = values.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );
  const scale = asked ?? (least < 0 && most > 0 ? "diverging" : "sequential");
  const reach = Math.max(Math.abs(least), Math.abs(most)) || 1;
  const range: [number, number] =
    scale === "diverging" ? [-reach, reach] : most > least ? [least, most] : [least - 1, least + 1];
  const sequential =
    dark === "high" ? blues : blues.map(([place, color]): Stops[number] => [1 - place, color]).reverse();
  const stops: Stops =
    scale === "sequential"
      ? sequential
      : [
          ...oranges.map(([place, color]): Stops[number] => [place / 2, color]),
          ...blues.slice(1).map(([place, color]): Stops[number] => [0.5 + place / 2, color]),
        ];
  const fill = (value: number): string => colorAt(stops, (value - range[0]) / (range[1] - range[0]));
  const [low, high] = range;
  return {
    ...{ scale, range, stops, fill, ink: (value) => inkOn(fill(value)) },
    words: (write) =>
      scale === "diverging"
        ? `orange ${write(low)}, pale 0, blue ${write(high)}`
        : `pale ${write(dark === "high" ? low : high)} to strong ${write(dark === "high" ? high : low)}`,
  };
}

export function colorAt(stops: Stops, place: number): string {
  const last = stops.findIndex(([at], i) => i > 0 && place <= at);
  const i = last < 0 ? stops.length - 1 : last;
  const [[from, a], [to, b]] = [stops[i - 1]!, stops[i]!];
  const part = Math.min(1, Math.max(0, (place - from) / (to - from)));
  const [p, q] = [channels(a), channels(b)];
  return `#${p.map((value, k) => byte(value + part * (q[k]! - value))).join("")}`;
}

/** What can be read on a ground of this colour. */
export function inkOn(ground: string): string {
  const [red, green, blue] = channels(ground) as [number, number, number];
  return 0.299 * red + 0.587 * green + 0.114 * blue < 140 ? "#ffffff" : ink;
}

const channels = (hex: string): number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const byte = (value: number): string => Math.round(value).toString(16).padStart(2, "0");
