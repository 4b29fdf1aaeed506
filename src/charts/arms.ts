/** Arms of a study in one panel: for each the mean over its seeds, in a band from the lowest to the highest. */
import { distinct, mean } from "./rows.js";
import { faded, styleOf } from "./theme.js";
import type { Trace } from "./types.js";

export interface ArmPoint {
  arm: string;
  x: number;
  y: number;
}

export interface ArmLinesOptions {
  /** One per seed and place. */
  points: readonly ArmPoint[];
  /** All arms of the figure, in the order of their colours. */
  arms: readonly string[];
  /** Names of the panel's axes, e.g. { xaxis: "x2", yaxis: "y2" }. */
  axes: { xaxis: string; yaxis: string };
  /** Of these the legend has an entry already; those drawn here are added. */
  shown: Set<string>;
  /** What a point says when it is pointed at, after the arm's name, e.g. "%{y:+.3f} after %{x} updates". */
  hover: string;
}

/** Three traces for each arm that has points: the band's two edges and the line. */
export function armLines({ points, arms, axes, shown, hover }: ArmLinesOptions): Trace[] {
  return arms.flatMap((arm, a): Trace[] => {
    const own = points.filter((point) => point.arm === arm);
    if (own.length === 0) return [];
    const places = distinct(own.map(({ x }) => x));
    const at = places.map((place) => own.filter(({ x }) => x === place).map(({ y }) => y));
    const { color, dash, symbol } = styleOf(a);
    const on = { type: "scatter", x: places, ...axes, legendgroup: arm } as const;
    const edge = { ...on, mode: "lines", name: arm, line: { color, width: 0 }, showlegend: false } as const;
    const legend = !shown.has(arm);
    shown.add(arm);
    return [
      { ...edge, y: at.map((values) => Math.min(...values)), hoverinfo: "skip" },
      {
        ...edge,
        y: at.map((values) => Math.max(...values)),
        fill: "tonexty",
        fillcolor: faded(color, 0.15),
        hoverinfo: "skip",
      },
      {
        ...on,
        mode: "lines+markers",
        name: arm,
        showlegend: legend,
        y: at.map(mean),
        line: { color, width: 2, dash },
        marker: { color, symbol, size: 6 },
        hovertemplate: `${arm}: ${hover}<extra></extra>`,
      },
    ];
  });
}
