/** What fills mean, as entries of a legend: squares with a word, or with the number that the shade stands for. */
import type { Shading } from "./shades.js";
import type { Trace } from "./types.js";

export const shadeKeys = (keys: readonly { word: string; fill: string }[]): Trace[] =>
  keys.map(({ word, fill }) => ({
    ...{ type: "scatter", mode: "markers", name: word, x: [null], y: [null], hoverinfo: "skip" },
    marker: { color: fill, symbol: "square", size: 13, line: { color: "#8a94a0", width: 1 } },
  }));

/** Five shades, evenly spaced from end to end. */
export const stepsOf = ({ range: [low, high], fill }: Shading, write: (value: number) => string): Trace[] =>
  shadeKeys(
    [0, 0.25, 0.5, 0.75, 1].map((part) => {
      const value = low + part * (high - low);
      return { word: write(value), fill: fill(value) };
    }),
  );
