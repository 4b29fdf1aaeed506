/** The legend of a static picture: which traces it names, how much room it needs, and its marks. */
import type { Figure, Trace } from "../types.js";
import { lineOf, markersOf, type Drawn } from "./marks.js";
import { fit, type Label, label, round, spare, widthOf } from "./text.js";

interface Entry {
  trace: Trace;
  /** Its place in the figure's data. */
  index: number;
  /** Its name, shortened to the room there is. */
  name: string;
  color: string;
  /** From the legend's corner to the left end and the middle of its sample. */
  x: number;
  y: number;
}

export interface Legend {
  entries: Entry[];
  /** How many more there are than are named, and where that is said. */
  more: { count: number; x: number; y: number };
  title: string;
  /** Painted behind it, so that rules do not run through the words. */
  ground?: string;
  size: number;
  width: number;
  height: number;
  left: number;
  top: number;
}

const gap = 8;
/** Between two entries of a line. */
const apart = 22;

const keyOf = (size: number): number => 2.6 * size;
const linesIn = (name: string): number => name.split("<br>").length;

/** Pixels for a name in a legend so wide. */
export const nameRoom = (wide: number, size: number): number => (wide - keyOf(size) - gap) * spare;

/** `room` is what the picture leaves for it: names are shortened to its width, and what exceeds its height is counted. */
export function legendOf(
  { data, layout }: Figure,
  colors: readonly string[],
  room: { across: number; beside: number; height: number },
): Omit<Legend, "left" | "top"> | undefined {
  const size = layout.legend?.font?.size ?? 13;
  const horizontal = layout.legend?.orientation === "h";
  const most = horizontal ? room.across : room.beside;
  const all = data
    .map((trace, index) => ({
      trace,
      index,
      name: fit(trace.name ?? "", size, nameRoom(most, size)),
      color: colors[index]!,
    }))
    .filter(({ trace, name }) => trace.showlegend !== false && name);
  if (layout.showlegend === false || all.length === 0 || (all.length < 2 && layout.showlegend !== true))
    return undefined;
  const title = fit(layout.legend?.title?.text ?? "", size, most);
  const leading = size * (horizontal ? 1.7 : 1.55);
  const top = title ? (horizontal ? 1.35 : 1.85) * size : 0;
  const widths = all.map(({ name }) => keyOf(size) + gap + widthOf(name, size) / spare);
  const lines = horizontal ? rows(widths, room.across) : all.map((_, index) => [{ index, x: 0 }]);
  const height = (horizontal ? room.height / 2 : room.height) - top;
  const kept: Entry[] = [];
  let y = top;
  for (const line of lines) {
    const deep = leading + 1.25 * size * (Math.max(...line.map(({ index }) => linesIn(all[index]!.name))) - 1);
    const last = line === lines.at(-1);
    if (kept.length > 0 && y + deep + (last || horizontal ? 0 : leading) > top + height) break;
    for (const { index, x } of line) kept.push({ ...all[index]!, x, y: y + (horizontal ? deep / 2 : size / 2) });
    y += deep;
  }
  const count = all.length - kept.length;
  const end = kept.at(-1)!;
  const more = horizontal
    ? { count, x: end.x + widths[kept.length - 1]! + apart, y: end.y }
    : { count, x: 0, y: y + size / 2 };
  const shortened = kept.some(({ trace, name }) => name !== trace.name);
  const widest = Math.max(widthOf(title, size), widthOf(counted(count), size), ...widths.slice(0, kept.length));
  const width = horizontal ? room.across : shortened ? room.beside : Math.min(widest, room.beside);
  const rest = count > 0 && !horizontal ? leading : 0;
  return {
    entries: kept,
    more,
    title,
    ground: horizontal ? undefined : layout.legend?.bgcolor,
    size,
    width,
    height: y + rest,
  };
}

const counted = (more: number): string => (more > 0 ? `and ${more} more` : "");

/** Its title, the names and the count of the rest. */
export function legendLabels({ entries, more, title, size, left, top }: Legend): Label[] {
  const font = { size };
  const words = (text: string, x: number, y: number): Label => ({ text, x: left + x, y: top + y, at: "middle", font });
  return [
    ...(title ? [words(title, 0, size / 2)] : []),
    ...entries.map(({ name, x, y }) => words(name, x + keyOf(size) + gap, y)),
    ...(more.count > 0 ? [words(counted(more.count), more.x, more.y)] : []),
  ];
}

/** `id` begins the names of the picture's hatchings. */
export function drawLegend(legend: Legend, id: string): string {
  const { entries, size, left, top, width, height, ground } = legend;
  const long = keyOf(size);
  const sample = ({ trace, color, index, ...at }: Entry): string => {
    const [x, y] = [left + at.x, top + at.y];
    const line: Drawn = { trace, color, points: [x, x + long].map((end) => ({ x: end, y })) };
    const middle: Drawn = { trace, color, points: [{ x: x + long / 2, y }] };
    const [wide, high] = [1.4 * size, 0.92 * size];
    const box = (fill: string): string =>
      `<rect x="${round(x + (long - wide) / 2)}" y="${round(y - high / 2)}" width="${round(wide)}" height="${round(high)}" fill="${fill}"/>`;
    if (trace.type === "bar")
      return box(trace.marker?.color ?? color) + (trace.marker?.pattern?.shape ? box(`url(#${id}h${index})`) : "");
    const filled = trace.fill && trace.fill !== "none" ? box(trace.fillcolor ?? color) : "";
    return filled + lineOf(line) + markersOf(middle);
  };
  const back = ground
    ? `<rect x="${round(left - 4)}" y="${round(top - 2)}" width="${round(width + 8)}" height="${round(height)}" fill="${ground}"/>`
    : "";
  return back + entries.map(sample).join("") + legendLabels(legend).map(label).join("");
}

/** Entries in lines: in one where they fit, else in columns as wide as the widest. */
function rows(widths: readonly number[], room: number): { index: number; x: number }[][] {
  const whole = widths.reduce((sum, width) => sum + width + apart, -apart);
  const column = Math.max(...widths) + apart;
  const columns = whole <= room ? widths.length : Math.max(1, Math.floor((room + apart) / column));
  const lines: { index: number; x: number }[][] = [];
  let x = 0;
  widths.forEach((width, index) => {
    if (index % columns === 0) [x] = [0, lines.push([])];
    lines.at(-1)!.push({ index, x });
    x += whole <= room ? width + apart : column;
  });
  return lines;
}
