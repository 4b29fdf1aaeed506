/**
 * A table of numbers as shades: scores by stage and domain, change since the start, shift by layer and role, cosines of
 * gradients. Each number is written in its cell where there is room; of several seeds it is the mean, with one standard deviation
 * under it; else shades have a key. A cell without a number stays empty.
 */
import { figure } from "./figure.js";
import { note } from "./heading.js";
import { deviation, distinct, mean, type Rows, rowsOf } from "./rows.js";
import { stepsOf } from "./shade-keys.js";
import { type ShadeScale, shading } from "./shades.js";
import { fit, spare, widthOf } from "./svg/text.js";
import { axis, bare, config, ink, layout } from "./theme.js";
import type { Figure, Trace } from "./types.js";

export interface HeatMapRow {
  /** Top to bottom in order of first sight. */
  row: string;
  /** Left to right in order of first sight. */
  column: string;
  value: number;
  /** Of several in one cell. */
  seed?: number;
}

export interface HeatMapOptions {
  rows: Rows<HeatMapRow>;
  /** Titles of the axes. */
  down: string;
  across: string;
  /** What the numbers are, with their unit. */
  value: string;
  /** Digits after the point; defaults to 2. */
  digits?: number;
  /** "diverging" is white at 0, and writes signs: for changes. Defaults to it where there are numbers on both sides of 0. */
  scale?: ShadeScale;
  /** Which end of a sequential scale is dark; defaults to "high". */
  dark?: "high" | "low";
  /** Whether numbers are written in the cells; defaults to where there are 200 at most. */
  numbers?: boolean;
  title?: string;
}

/** Pixels: least width and height of a cell with and without its number, and most of all columns together. */
const [WIDE, HIGH, SMALL, MOST] = [64, 40, 22, 760];

export function heatMap(options: HeatMapOptions): Figure {
  const { down, across, value: what, digits = 2, scale, dark, title } = options;
  const given = rowsOf("charts.heatMap", options.rows, ["value"], ["row", "column"]);
  const [rows, columns] = [distinct(given.map(({ row }) => row)), distinct(given.map(({ column }) => column))];
  const { numbers = rows.length * columns.length <= 200 } = options;
  const found = new Map<string, number[]>();
  const seen = new Set<string>();
  for (const { row, column, value, seed } of given) {
    const [cell, one] = [JSON.stringify([row, column]), JSON.stringify([row, column, seed])];
    if (seen.has(one))
      throw new Error(`charts.heatMap: invalid rows: two of ${row} and ${column} (one, or one for each seed)`);
    seen.add(one);
    if (Number.isFinite(value)) found.set(cell, [...(found.get(cell) ?? []), value]);
  }
  const valuesAt = (row: string, column: string): number[] => found.get(JSON.stringify([row, column])) ?? [];
  const z = rows.map((row) =>
    columns.map((column) => ((own) => (own.length > 0 ? mean(own) : null))(valuesAt(row, column))),
  );
  const shades = shading(
    z.flat().filter((value) => value !== null),
    { scale, dark },
  );
  const sign = shades.scale === "diverging" ? "+" : "";
  const write = (value: number): string => `${value > 0 ? sign : ""}${value.toFixed(digits).replace("-", "−")}`;
  const cells = rows.flatMap((row, y) =>
    columns.flatMap((column, x) => {
      const own = valuesAt(row, column);
      const text = own.length > 0 ? write(mean(own)) : "";
      const spread = own.length > 1 ? `± ${deviation(own).toFixed(digits)}` : "";
      return { x, y, row, column, value: z[y]![x]!, text, spread };
    }),
  );
  const texts = distinct(cells.map(({ value }) => (value === null ? "" : shades.ink(value)))).filter(Boolean);
  const written = texts.map((color): Trace => {
    const own = cells.filter(({ value }) => value !== null && shades.ink(value) === color);
    return {
      ...{ type: "scatter", mode: "text", textposition: "middle center", hoverinfo: "skip", showlegend: false },
      x: own.map(({ x }) => x),
      y: own.map(({ y }) => y),
      text: own.map(({ text, spread }) => (spread ? `${text}<br>${spread}` : text)),
      textfont: { size: 12, color },
    };
  });
  const map: Trace = {
    ...{ type: "heatmap", x: columns.map((_, x) => x), y: rows.map((_, y) => y), z },
    ...{ zmin: shades.range[0], zmax: shades.range[1], colorscale: shades.stops, showscale: false },
    ...(numbers && { xgap: 2, ygap: 2 }),
    customdata: rows.map((_, y) =>
      cells
        .filter((cell) => cell.y === y)
        .map(({ row, column, text, spread }) => `${row}, ${column}: ${text} ${spread}`),
    ),
    hovertemplate: "%{customdata}<extra></extra>",
  };
  const widest = (of: string[]): number => Math.max(...of.map((text) => widthOf(text, 13)));
  const needed = numbers ? Math.max(WIDE, ...cells.map(({ text }) => widthOf(text, 12) + 12)) : SMALL;
  const cellWide = Math.max(needed, Math.min(84, MOST / columns.length));
  const turned = widest(columns) > cellWide - 6;
  const caption = numbers ? `${what}: ${shades.words(write)}` : what;
  const margin = {
    ...{ l: Math.min(340, widest(rows) / spare) + 64, r: 24, t: (title ? 84 : 44) + (numbers ? 0 : 24) },
    b: 64 + (turned ? Math.min(160, 0.71 * widest(columns)) : 0),
  };
  const inner = Math.max(cellWide * columns.length, 7 * caption.length);
  return figure({
    data: [map, ...(numbers ? written : stepsOf(shades, write))],
    config,
    layout: layout({
      width: margin.l + inner + margin.r,
      height: margin.t + margin.b + (numbers ? HIGH : SMALL) * rows.length,
      margin,
      xaxis: axis(across, {
        ...bare,
        ...{
          range: [-0.5, columns.length - 0.5],
          tickvals: columns.map((_, x) => x),
          ticktext: columns.map((name) => fit(name, 13, 220)),
        },
        ...(turned && { tickangle: -45 }),
      }),
      yaxis: axis(down, {
        ...bare,
        title: { text: down, font: { size: 15, color: ink }, standoff: 22 },
        ...{ range: [rows.length - 0.5, -0.5], tickvals: rows.map((_, y) => y), ticktext: rows },
      }),
      annotations: [note(caption, { x: "paper", y: "paper", above: numbers ? 6 : 28, size: 13 })],
      ...(title && { title: { text: title } }),
      showlegend: !numbers,
      ...(!numbers && { legend: { orientation: "h", x: 0, y: 1, xanchor: "left", yanchor: "bottom" } }),
    }),
  });
}
