/** How much room the words of a figure take beyond its panels, and the figure laid out in such room. */
import { legendOf, nameRoom } from "../svg/legend.js";
import { labelsOf, placesOf } from "../svg/places.js";
import { cornersOf, type Label, wrap } from "../svg/text.js";
import type { Panel } from "../svg/types.js";
import type { Annotation, Axis, Figure, Layout } from "../types.js";
import { above } from "./clear.js";
import { axisKey, type Cell } from "./grid.js";
import { named, ticked } from "./ticks.js";

/** Pixels that words take beyond the panels of each column and row, and the height of each row. */
export interface Room {
  left: number[];
  right: number[];
  top: number[];
  bottom: number[];
  heights: number[];
}

/** Pixels between the words of two panels, and around the picture. */
const apart = 8;
export const edge = 1.5;
/** Pixels that a title has at least: it may be longer than a short axis. */
const titleRoom = 90;
/** A panel's height over its width, unless it is drawn as high as wide. */
const [flattest, steepest] = [0.58, 0.9];

export function firstRoom(cells: readonly Cell[], width: number): Room {
  const [columns, rows] = countOf(cells);
  const each = (count: number, pixels: number): number[] => Array.from({ length: count }, () => pixels);
  const inner = width / columns - 40;
  const heights = each(rows, 0).map((_, row) => {
    const ratios = cells.filter((cell) => cell.row === row).map(({ ratio }) => ratio);
    return inner * Math.min(steepest, Math.max(flattest, ...ratios));
  });
  return { left: each(columns, 32), right: each(columns, 4), top: each(rows, 12), bottom: each(rows, 28), heights };
}

const countOf = (cells: readonly Cell[]): [columns: number, rows: number] => [
  1 + Math.max(...cells.map(({ column }) => column)),
  1 + Math.max(...cells.map(({ row }) => row)),
];

export interface LaidOutOptions {
  cells: readonly Cell[];
  room: Room;
  /** Pixels of the page. */
  width: number;
}

/** Panels in the room that is left, titles and headings wrapped to them, the legend below. */
export function laidOut(given: Figure, { cells, room, width }: LaidOutOptions): Figure {
  const { left, right, top, bottom, heights } = room;
  const [columns, rows] = countOf(cells);
  const inner = (width - sum(left) - sum(right) - apart * (columns - 1)) / columns;
  const across = width - left[0]! - right[columns - 1]!;
  const down = sum(heights) + sum(top) - top[0]! + sum(bottom) - bottom[rows - 1]! + apart * (rows - 1);
  const axes: Record<string, Axis> = {};
  const heads = new Map<string, number>([["paper", across]]);
  for (const { x, y, row, column } of cells) {
    const from = sum(left.slice(0, column + 1)) - left[0]! + sum(right.slice(0, column)) + (inner + apart) * column;
    const over =
      sum(heights.slice(0, row)) + sum(top.slice(0, row + 1)) - top[0]! + sum(bottom.slice(0, row)) + apart * row;
    const height = heights[row]!;
    const axisOf = (name: string, domain: [number, number], length: number): void => {
      const axis: Axis = given.layout[axisKey(name)] ?? {};
      const { title } = axis;
      const text = title && wrap(title.text, title.font?.size ?? 13, Math.max(titleRoom, length));
      axes[axisKey(name)] = { ...axis, domain, ...(title && { title: { ...title, text: text! } }) };
    };
    axisOf(x, [from / across, (from + inner) / across], inner);
    axisOf(y, [Math.max(0, 1 - (over + height) / down), 1 - over / down], height);
    heads.set(`${x} domain`, inner);
  }
  const annotations = given.layout.annotations?.map((note): Annotation => {
    const length = above(note) ? heads.get(note.xref ?? "") : undefined;
    return length === undefined ? note : { ...note, text: wrap(note.text, note.font?.size ?? 13, length) };
  });
  const size = given.layout.legend?.font?.size ?? 13;
  const data = given.data.map((trace) => ({
    ...trace,
    ...(trace.name && { name: wrap(trace.name, size, nameRoom(across, size)) }),
  }));
  const layout: Layout = { ...given.layout, ...axes, annotations, width };
  const named = legendBelow({ ...given, data, layout }, { across, start: left[0]!, under: bottom[rows - 1]!, down });
  const margin = { l: left[0]!, r: right[columns - 1]!, t: top[0]!, b: bottom[rows - 1]! + named.height };
  return {
    ...given,
    data,
    layout: { ...layout, legend: named.legend, margin, height: margin.t + down + margin.b },
  };
}

/** Under the axes' words: from their left edge where it fits in a line there, else from the page's. */
function legendBelow(
  figure: Figure,
  { across, start, under, down }: { across: number; start: number; under: number; down: number },
): { legend: Layout["legend"]; height: number } {
  const given = figure.layout.legend;
  const legend = { ...given, orientation: "h", x: 0, y: -(under + 4) / down, xanchor: "left", yanchor: "top" } as const;
  const heightIn = (room: number): number =>
    legendOf({ ...figure, layout: { ...figure.layout, legend } }, [], { across: room, beside: room, height: 1e6 })
      ?.height ?? 0;
  const [beside, below] = [heightIn(across), heightIn(start + across)];
  if (beside === 0) return { legend: given, height: 0 };
  const wide = below < beside;
  return { legend: { ...legend, x: wide ? -(start - edge) / across : 0 }, height: 6 + (wide ? below : beside) };
}

/** Ticks written down in every axis, as the panels now have them. */
export function withTicks(figure: Figure): Figure {
  const [width, height] = [figure.layout.width!, figure.layout.height!];
  const places = placesOf(figure, { width, height });
  const written = places.panels.flatMap((panel) => {
    const { x, y } = ticked(panel, width);
    return [
      [axisKey(panel.xName), x],
      [axisKey(panel.yName), y],
    ];
  });
  return { ...figure, layout: { ...figure.layout, ...(Object.fromEntries(written) as Layout) } };
}

/** The room that the words of `sheet` take; with `growing` none less than they had. */
export function roomOf(sheet: Figure, cells: readonly Cell[], had: Room, growing: boolean): Room {
  const [width, height] = [sheet.layout.width!, sheet.layout.height!];
  const places = placesOf(sheet, { width, height });
  const labels = labelsOf(sheet, places);
  const [columns, rows] = countOf(cells);
  const zero = (count: number): number[] => Array.from({ length: count }, () => edge);
  const room: Room = {
    left: zero(columns),
    right: zero(columns),
    top: zero(rows),
    bottom: zero(rows),
    heights: zero(rows),
  };
  const most = (all: number[], at: number, pixels: number): void =>
    void (all[at] = Math.max(all[at]!, round(pixels + edge)));
  const see = (words: readonly Label[], { box, from, to }: { box: Frame; from: Cell; to: Cell }): void => {
    for (const [x, y] of words.flatMap(cornersOf)) {
      most(room.left, from.column, box.left - x);
      most(room.right, to.column, x - box.right);
      most(room.top, from.row, box.top - y);
      most(room.bottom, to.row, y - box.bottom);
    }
  };
  places.panels.forEach((panel, i) => {
    const cell = cells.find(({ x, y }) => x === panel.xName && y === panel.yName)!;
    see([...labels.axes[i]!, ...labels.marks[i]!], { box: frameOf(panel), from: cell, to: cell });
    const wanted = heightOf(panel, had.heights[cell.row]!);
    most(room.heights, cell.row, (wanted ?? had.heights[cell.row]!) - edge);
  });
  labels.notes.forEach((label, i) => {
    if (!label) return;
    const { xref = "x", yref = "y" } = sheet.layout.annotations![i]!;
    const own = cells.find(({ x, y }) => xref.split(" ")[0] === x && yref.split(" ")[0] === y);
    const panel = own && places.panels.find(({ xName, yName }) => xName === own.x && yName === own.y);
    if (own && panel) see([label], { box: frameOf(panel), from: own, to: own });
    else see([label], { box: places.box, from: cells[0]!, to: lastOf(cells, columns, rows) });
  });
  if (growing)
    for (const key of ["left", "right", "top", "bottom"] as const)
      room[key] = room[key].map((pixels, i) => Math.max(pixels, had[key][i]!));
  return room;
}

type Frame = { left: number; right: number; top: number; bottom: number };

const frameOf = ({ x, y }: Panel): Frame => ({ left: x.ends[0], right: x.ends[1], top: y.ends[1], bottom: y.ends[0] });

const lastOf = (cells: readonly Cell[], columns: number, rows: number): Cell => ({
  ...cells[0]!,
  column: columns - 1,
  row: rows - 1,
});

/** Pixels that a panel needs so that the names up its side have their lines, and what is written at its marks too. */
function heightOf({ y, yAxis, traces }: Panel, height: number): number | undefined {
  const size = yAxis.tickfont?.size ?? 13;
  const text = traces.find(({ trace }) => trace.mode === "text")?.trace;
  // Lines of a text: one high each.
  if (yAxis.tickvals?.length === 0 && text)
    return 1.85 * (text.textfont?.size ?? size) * Math.abs(y.range![1] - y.range![0]);
  if (!named(yAxis, y.ticks)) return undefined;
  const lines = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.split("<br>").length));
  const alone = y.band || height / Math.abs(y.range![1] - y.range![0]);
  const pitch = Math.min(alone, ...y.ticks.slice(1).map(({ at }, i) => Math.abs(at - y.ticks[i]!.at)));
  const beside = traces.some(({ trace }) => trace.mode === "markers+text") ? 0.9 : 0.35;
  const inside = lines(traces.flatMap(({ trace }) => (trace.mode?.includes("text") ? (trace.text ?? []) : [])));
  const wanted = Math.max(1.25 * lines(y.ticks.map(({ text }) => text)) + beside, 1.25 * inside + 0.6);
  return Math.max(40, (height * size * wanted) / pitch);
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
/** Tenths of a pixel, up. */
const round = (pixels: number): number => Math.ceil(10 * pixels - 1e-6) / 10;
