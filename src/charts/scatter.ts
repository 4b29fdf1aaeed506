/**
 * One number against another, a dot each: how alike two languages are and what carried over. The grey line is the least-squares
 * line through all dots, with their correlation; how sure it is says `measure.regress`, not this.
 */
import { figure } from "./figure.js";
import { distinct, mean, type Rows, rowsOf } from "./rows.js";
import { fit } from "./svg/text.js";
import { axis, config, faint, layout, ruledAxis, styleOf } from "./theme.js";
import type { Figure, Trace } from "./types.js";

export interface ScatterRow {
  /** Beside the dot, e.g. "en:ko"; "" writes nothing. */
  label: string;
  x: number;
  y: number;
  /** What the legend calls dots of one colour; defaults to one kind of dot. */
  group?: string;
}

export interface ScatterOptions {
  /** Rows with a NaN are left out. */
  rows: Rows<ScatterRow>;
  /** Titles of the axes, with units. */
  x: string;
  y: string;
  title?: string;
}

export function scatter({ rows: given, x, y, title }: ScatterOptions): Figure {
  const rows = rowsOf("charts.scatter", given, ["x", "y"], ["label"]).filter(
    (row) => Number.isFinite(row.x) && Number.isFinite(row.y),
  );
  if (rows.length < 2) throw new Error(`charts.scatter: invalid rows: ${rows.length} with numbers (two or more)`);
  const groups = distinct(rows.map(({ group = "" }) => group));
  const dots = groups.map((group, i): Trace => {
    const own = rows.filter((row) => (row.group ?? "") === group);
    const { color, symbol } = styleOf(i);
    return {
      type: "scatter",
      mode: "markers+text",
      name: group,
      x: own.map((row) => row.x),
      y: own.map((row) => row.y),
      marker: { color, symbol, size: 8 },
      text: own.map(({ label }) => fit(label, 11, 130)),
      customdata: own.map(({ label }) => label),
      textposition: "top center",
      textfont: { size: 11, color: faint },
      hovertemplate: "%{customdata}: %{x:.3g}, %{y:.3g}<extra></extra>",
    };
  });
  const [mx, my] = [mean(rows.map((row) => row.x)), mean(rows.map((row) => row.y))];
  const sum = (of: (row: ScatterRow) => number): number => rows.reduce((all, row) => all + of(row), 0);
  const [xx, yy] = [sum((row) => (row.x - mx) ** 2), sum((row) => (row.y - my) ** 2)];
  const xy = sum((row) => (row.x - mx) * (row.y - my));
  const ends = [Math.min(...rows.map((row) => row.x)), Math.max(...rows.map((row) => row.x))];
  const line: Trace = {
    type: "scatter",
    mode: "lines",
    x: ends,
    y: ends.map((at) => my + (xy / xx) * (at - mx)),
    line: { color: faint, width: 1.5, dash: "dash" },
    hoverinfo: "skip",
    showlegend: false,
  };
  return figure({
    data: xx > 0 ? [line, ...dots] : dots,
    config,
    layout: layout({
      xaxis: axis(x, { range: withRoom(rows.map((row) => row.x)) }),
      yaxis: ruledAxis(y, { range: withRoom(rows.map((row) => row.y)) }),
      annotations:
        xx > 0 && yy > 0
          ? [
              {
                text: `r = ${(xy / Math.sqrt(xx * yy)).toFixed(2).replace("-", "−")} of ${rows.length}`,
                ...{ x: 1, y: 1, xref: "paper", yref: "paper", xanchor: "right", yanchor: "bottom", yshift: 6 },
                showarrow: false,
                font: { size: 13, color: faint },
              },
            ]
          : [],
      ...(title && { title: { text: title } }),
      margin: { l: 76, r: 24, t: title ? 84 : 56, b: 64 },
      showlegend: groups.length > 1,
      legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom" },
    }),
  });
}

/** From the least to the most, with room for labels. */
function withRoom(values: readonly number[]): [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.1 * (most - least || 1);
  return [least - room, most + room];
}
