/**
 * What explains a number: a dot for each coefficient of a regression (`measure.regress`) with its interval, and a line at 0, which
 * an interval of something clear leaves out. A dot is hollow where permutations do as well more often than `level` allows.
 */
import { figure } from "./figure.js";
import { type Rows, rowsOf } from "./rows.js";
import { axis, config, faint, ink, layout, palette, rule } from "./theme.js";
import type { Figure, Shape, Trace } from "./types.js";

export interface CoefficientRow {
  name: string;
  value: number;
  /** Ends of the interval. */
  low: number;
  high: number;
  /** p by permutation; null of the intercept, which is not drawn. */
  permutation?: number | null;
}

export interface CoefficientDotsOptions {
  /** Top to bottom. */
  rows: Rows<CoefficientRow>;
  /** Of the horizontal axis, with its unit, e.g. "Change of the gain (bits per byte) by one standard deviation". */
  axis: string;
  /** Names in words by the rows' names; default to those. */
  names?: Readonly<Record<string, string>>;
  /** Of p; defaults to 0.05. */
  level?: number;
  title?: string;
}

export function coefficientDots(options: CoefficientDotsOptions): Figure {
  const { names = {}, level = 0.05, title } = options;
  const given = rowsOf("charts.coefficientDots", options.rows, ["value", "low", "high"], ["name"]);
  const rows = given.filter(({ name }) => name !== "(intercept)");
  if (rows.length === 0) throw new Error("charts.coefficientDots: invalid rows: an intercept alone");
  const isClear = ({ permutation }: CoefficientRow): boolean => (permutation ?? 0) <= level;
  const said = ({ permutation }: CoefficientRow): string =>
    typeof permutation === "number" && Number.isFinite(permutation)
      ? `p ${permutation < 0.001 ? "< 0.001" : permutation.toFixed(3)}`
      : "";
  const dots = (clear: boolean): Trace => {
    const own = rows.filter((row) => isClear(row) === clear);
    return {
      type: "scatter",
      mode: "markers",
      name: clear ? `p to ${level}` : "as often by chance",
      x: own.map(({ value }) => value),
      y: own.map((row) => rows.indexOf(row)),
      error_x: {
        type: "data",
        symmetric: false,
        array: own.map(({ value, high }) => high - value),
        arrayminus: own.map(({ value, low }) => value - low),
        color: ink,
        thickness: 1.2,
        width: 4,
      },
      marker: { color: palette[0]!, symbol: clear ? "circle" : "circle-open", size: 9 },
      text: own.map((row) => [names[row.name] ?? row.name, said(row)].filter(Boolean).join(", ")),
      hovertemplate: "%{text}: %{x:.4g}<extra></extra>",
    };
  };
  const ends = rows.flatMap(({ low, high }) => [low, high]).filter(Number.isFinite);
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const room = 0.06 * (most - least);
  const lines = rows.map((_, y): Shape => ({
    type: "line",
    ...{ xref: "x domain", x0: 0, x1: 1, y0: y, y1: y },
    line: { color: rule, width: 1 },
    layer: "below",
  }));
  return figure({
    data: [dots(true), dots(false)].filter(({ x }) => x.length > 0),
    config,
    layout: layout({
      height: 130 + 34 * rows.length + (title ? 40 : 0),
      margin: { l: 76, r: 90, t: title ? 84 : 32, b: 64 },
      xaxis: axis(options.axis, { range: [least - room, most + room] }),
      yaxis: axis("", {
        title: undefined,
        range: [rows.length - 0.5, -0.5],
        tickvals: rows.map((_, y) => y),
        ticktext: rows.map(({ name }) => names[name] ?? name),
        ticks: "",
        tickcolor: undefined,
        ticklen: undefined,
      }),
      shapes: [
        ...lines,
        {
          type: "line",
          yref: "y domain",
          x0: 0,
          x1: 0,
          y0: 0,
          y1: 1,
          line: { color: faint, width: 1.5, dash: "dash" },
        },
      ],
      annotations: rows.flatMap((row, y) =>
        said(row) === ""
          ? []
          : [
              {
                text: said(row),
                x: 1,
                y,
                xref: "paper",
                xanchor: "left" as const,
                xshift: 8,
                showarrow: false,
                font: { size: 13, color: faint },
              },
            ],
      ),
      ...(title && { title: { text: title } }),
      showlegend: false,
    }),
  });
}
