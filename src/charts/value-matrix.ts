/**
 * A table of numbers as shades of grey, each number written in its cell: scores by stage and domain, shift by layer and role,
 * cosines of gradients. The larger the darker, or the other way round. A cell without a number stays empty.
 */
import { figure } from "./figure.js";
import { type Rows, rowsOf } from "./rows.js";
import { axis, config, faint, ink, layout } from "./theme.js";
import type { Axis, Figure, Shape, Trace } from "./types.js";

export interface MatrixRow {
  /** Top to bottom in order of first sight. */
  row: string;
  /** Left to right in order of first sight. */
  column: string;
  value: number;
}

export interface ValueMatrixOptions {
  rows: Rows<MatrixRow>;
  /** Titles of the axes. */
  down: string;
  across: string;
  /** What the numbers are, with their unit. */
  value: string;
  /** Digits after the point; defaults to 2. */
  digits?: number;
  /** Which end is dark; defaults to "high". */
  dark?: "high" | "low";
  title?: string;
}

const CELL = 44;

export function valueMatrix(options: ValueMatrixOptions): Figure {
  const { down, across, value, digits = 2, dark = "high", title } = options;
  const given = rowsOf("charts.valueMatrix", options.rows, ["value"], ["row", "column"]);
  const [rows, columns] = [given.map(({ row }) => row), given.map(({ column }) => column)].map((of) => [
    ...new Set(of),
  ]) as [string[], string[]];
  const twice = given.find(
    (one, i) => given.findIndex(({ row, column }) => row === one.row && column === one.column) < i,
  );
  if (twice)
    throw new Error(`charts.valueMatrix: invalid rows: two of ${twice.row} and ${twice.column} (one is drawn)`);
  const cells = given
    .filter((cell) => Number.isFinite(cell.value))
    .map((cell) => ({ ...cell, x: columns.indexOf(cell.column), y: rows.indexOf(cell.row) }));
  if (cells.length === 0) throw new Error("charts.valueMatrix: invalid value: not one is a number");
  const values = cells.map((cell) => cell.value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const shade = (of: number): number => {
    const share = most > least ? (of - least) / (most - least) : 0.5;
    return dark === "high" ? share : 1 - share;
  };
  const texts = [false, true].map((onDark): Trace => {
    const own = cells.filter((cell) => shade(cell.value) > 0.55 === onDark);
    return {
      type: "scatter",
      mode: "text",
      x: own.map(({ x }) => x),
      y: own.map(({ y }) => y),
      text: own.map((cell) => cell.value.toFixed(digits).replace("-", "−")),
      textposition: "middle center",
      textfont: { size: 13, color: onDark ? "#ffffff" : ink },
      hovertemplate: `%{text}<extra></extra>`,
      showlegend: false,
    };
  });
  const squares = cells.map((cell): Shape => ({
    type: "rect",
    x0: cell.x - 0.5,
    x1: cell.x + 0.5,
    y0: cell.y - 0.5,
    y1: cell.y + 0.5,
    fillcolor: grey(shade(cell.value)),
    line: { color: "#ffffff", width: 1.5 },
    layer: "below",
  }));
  const ticks = (of: string[]): Axis => ({
    tickvals: of.map((_, i) => i),
    ticktext: of,
    ticks: "",
    tickcolor: undefined,
    ticklen: undefined,
    showline: false,
    linecolor: undefined,
  });
  const caption = `${value}; ${dark === "high" ? "the larger" : "the smaller"} the darker`;
  const left = 8 * Math.max(...rows.map(({ length }) => length)) + 70;
  const inner = Math.max(1.9 * CELL * columns.length, 7 * caption.length);
  return figure({
    data: texts.filter(({ x }) => x.length > 0),
    config,
    layout: layout({
      width: left + inner + 24,
      height: 150 + CELL * rows.length,
      margin: { l: left, r: 24, t: title ? 84 : 44, b: 64 },
      xaxis: axis(across, { range: [-0.5, columns.length - 0.5], ...ticks(columns) }),
      yaxis: axis(down, {
        title: { text: down, font: { size: 15, color: ink }, standoff: 22 },
        range: [rows.length - 0.5, -0.5],
        ...ticks(rows),
      }),
      shapes: squares,
      annotations: [
        {
          text: caption,
          x: 0,
          y: 1,
          xref: "paper",
          yref: "paper",
          xanchor: "left",
          yanchor: "bottom",
          yshift: 6,
          showarrow: false,
          font: { size: 13, color: faint },
        },
      ],
      ...(title && { title: { text: title } }),
      showlegend: false,
    }),
  });
}

/** From nearly white to nearly black. */
function grey(share: number): string {
  const level = Math.round(240 - 195 * share)
    .toString(16)
    .padStart(2, "0");
  return `#${level}${level}${level}`;
}
