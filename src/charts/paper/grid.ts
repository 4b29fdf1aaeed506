/**
 * The panels of a figure as a grid, in fewer columns where the paper's is narrow. A panel that took its ticks or its title
 * from a neighbour gets its own where it no longer stands beside it.
 */
import type { Axis, Figure, Layout } from "../types.js";

export interface Cell {
  /** Names of its axes, e.g. "x2" and "y2". */
  x: string;
  y: string;
  row: number;
  column: number;
  /** Its height over its width in the figure as it was. */
  ratio: number;
}

/** Pixels that a panel has at least, with the words beside it. */
const least = 130;

export const axisKey = (name: string): "xaxis" => `${name[0]}axis${name.slice(1)}` as "xaxis";
const axisOf = (layout: Layout, name: string): Axis => layout[axisKey(name)] ?? {};

const domainOf = (layout: Layout, name: string): [number, number] => axisOf(layout, name).domain ?? [0, 1];

/** The figure with the axes that its panels now need, and its panels in reading order. */
export function gridOf({ data, layout, ...rest }: Figure, width: number): { figure: Figure; cells: Cell[] } {
  const { margin = { l: 72, r: 24, t: 40, b: 64 }, width: wide = 760, height = 440 } = layout;
  const [across, down] = [wide - margin.l - margin.r, height - margin.t - margin.b];
  const pairs = [...new Set(data.map((trace) => `${trace.xaxis ?? "x"} ${trace.yaxis ?? "y"}`))];
  const panels = pairs.map((pair) => {
    const [x, y] = pair.split(" ") as [string, string];
    const [dx, dy] = [domainOf(layout, x), domainOf(layout, y)];
    return { x, y, left: dx[0], top: dy[1], ratio: ((dy[1] - dy[0]) * down) / ((dx[1] - dx[0]) * across) };
  });
  const lefts = places(panels.map(({ left }) => left));
  const tops = places(panels.map(({ top }) => -top));
  const before = panels
    .map((panel) => ({ ...panel, row: indexOf(tops, -panel.top), column: indexOf(lefts, panel.left) }))
    .sort((a, b) => a.row - b.row || a.column - b.column);
  const columns = Math.max(1, Math.min(lefts.length, Math.floor(width / least)));
  if (columns === lefts.length) return { figure: { data, layout, ...rest }, cells: before.map(cellOf) };
  const cells = before.map((panel, i) => cellOf({ ...panel, row: Math.floor(i / columns), column: i % columns }));
  const axes: Record<string, Axis> = {};
  before.forEach((panel, i) => {
    const { row, column } = cells[i]!;
    const xAxis = axisOf(layout, panel.x);
    const below = before.filter((one) => one.column === panel.column && one.row > panel.row).at(-1);
    const under = cells.find((one) => one.column === column && one.row > row);
    if (!under && below && !xAxis.title?.text)
      axes[axisKey(panel.x)] = { ...xAxis, title: axisOf(layout, below.x).title, ...shown(axisOf(layout, below.x)) };
    const again =
      under && xAxis.title?.text && !before.some((one) => one.column === panel.column && one.row > panel.row);
    if (again && axisOf(layout, under.x).title?.text === xAxis.title!.text)
      axes[axisKey(panel.x)] = { ...xAxis, title: undefined };
    const yAxis = axisOf(layout, panel.y);
    const first = before.find((one) => one.row === panel.row)!;
    if (column > 0 || first === panel) return;
    const { title, tickvals, ticktext } = axisOf(layout, first.y);
    const shared = yAxis.tickvals?.length === 0 && tickvals !== undefined;
    axes[axisKey(panel.y)] = {
      ...yAxis,
      title: yAxis.title ?? title,
      ...shown(axisOf(layout, first.y)),
      ...(shared && { tickvals, ticktext }),
    };
  });
  return { figure: { data, layout: { ...layout, ...axes } as Layout, ...rest }, cells };
}

/** Tick labels as another axis has them. */
const shown = ({ tickfont }: Axis): Axis => ({ showticklabels: undefined, tickfont });

const cellOf = ({ x, y, row, column, ratio }: Cell): Cell => ({ x, y, row, column, ratio });

/** Places that differ by more than a hundredth, in order. */
function places(of: number[]): number[] {
  return [...of].sort((a, b) => a - b).filter((value, i, all) => i === 0 || value - all[i - 1]! > 0.01);
}

const indexOf = (all: readonly number[], value: number): number => all.filter((one) => one <= value + 0.01).length - 1;
