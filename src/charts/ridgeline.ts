/**
 * How values are spread over time: the density of the losses of tokens or of windows at each snapshot, one above another, the
 * first on top. A stroke is the median. A mean that stands still may be many that rose and many that fell; here that is seen.
 */
import { densityOf, quantile } from "./density.js";
import { figure } from "./figure.js";
import { note } from "./heading.js";
import { distinct, type Rows, rowsOf } from "./rows.js";
import { axis, bare, config, faded, ink, layout, orderedStyle, rule } from "./theme.js";
import type { Figure, Shape, Trace } from "./types.js";

export interface RidgeRow {
  /** Names a ridge: a step, a snapshot; numbers are put in order. */
  ridge: number | string;
  /** NaN is left out. */
  value: number;
}

export interface RidgelineOptions {
  rows: Rows<RidgeRow>;
  /** Of the values and of the ridges, e.g. "Loss of a token (bits)" and "Updates". */
  axis: string;
  down: string;
  /** Share of the values beyond which the axis ends, at the high end; defaults to 0.005. */
  beyond?: number;
  title?: string;
}

/** Ridges that the highest reaches over. */
const OVER = 1.7;

export function ridgeline({ rows: given, axis: title, down, beyond = 0.005, title: over }: RidgelineOptions): Figure {
  const rows = rowsOf("charts.ridgeline", given, ["value"], ["ridge"]).filter(({ value }) => Number.isFinite(value));
  if (!(beyond >= 0 && beyond < 0.5)) throw new Error(`charts.ridgeline: invalid beyond: ${beyond} (from 0 to 0.5)`);
  const by = new Map<number | string, number[]>();
  for (const { ridge, value } of rows) by.set(ridge, [...(by.get(ridge) ?? []), value]);
  const all = rows.map(({ value }) => value).sort((a, b) => a - b);
  const [least, most] = [all[0]!, quantile(all, 1 - beyond)];
  // Losses begin at 0, whether one is there or not.
  const range: [number, number] = [least > 0 && least < 0.2 * most ? 0 : least, most];
  if (!(most > least)) throw new Error(`charts.ridgeline: invalid value: all are ${least}`);
  const ridges = distinct([...by.keys()]).map((ridge) => {
    const sorted = [...by.get(ridge)!].sort((a, b) => a - b);
    return { name: String(ridge), count: sorted.length, median: quantile(sorted, 0.5), ...densityOf(sorted, range) };
  });
  const highest = Math.max(...ridges.flatMap(({ density }) => density));
  const height = (density: number): number => Math.round((1e4 * OVER * density) / highest) / 1e4;
  const data = ridges.flatMap(({ name, count, median, at, density }, y): Trace[] => {
    const { color } = orderedStyle(y, ridges.length);
    const place = Math.round(((median - range[0]) / (range[1] - range[0])) * (at.length - 1));
    const on = { type: "scatter", mode: "lines", name, hoverinfo: "skip", showlegend: false } as const;
    return [
      {
        ...on,
        x: [at[0]!, ...at, at.at(-1)!, at[0]!],
        y: [y, ...density.map((value) => y - height(value)), y, y],
        ...{ fill: "toself", fillcolor: faded(color, 0.8), line: { color: "#ffffff", width: 1 } },
      },
      { ...on, x: at, y: density.map((value) => y - height(value)), line: { color, width: 1.5 } },
      {
        ...{ type: "scatter", mode: "lines", name, showlegend: false, x: [median, median] },
        ...{ y: [y, y - height(density[place] ?? 0)], line: { color: ink, width: 1.5 } },
        hovertemplate: `${name}: median ${median.toPrecision(3)} of ${count}<extra></extra>`,
      },
    ];
  });
  return figure({
    data,
    config,
    layout: layout({
      height: (over ? 190 : 156) + 46 * ridges.length,
      margin: { l: 72, r: 24, t: over ? 84 : 44, b: 64 },
      xaxis: axis(title, { showgrid: true, gridcolor: rule, range }),
      yaxis: axis(down, {
        ...bare,
        range: [ridges.length - 0.8, -OVER - 0.1],
        ...{ tickvals: ridges.map((_, y) => y), ticktext: ridges.map(({ name }) => name) },
      }),
      shapes: ridges.map((_, y): Shape => {
        const ends = { x0: 0, x1: 1, xref: "paper", y0: y, y1: y };
        return { type: "line", ...ends, line: { color: rule, width: 1 }, layer: "below" };
      }),
      annotations: [note("density of each; stroke: its median", { x: "paper", y: "paper", above: 6, size: 12 })],
      ...(over && { title: { text: over } }),
      showlegend: false,
    }),
  });
}
