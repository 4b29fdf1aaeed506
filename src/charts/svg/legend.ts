/** The legend of a static picture: which traces it names, how much room it needs, and its marks. */
import type { Figure, Trace } from "../types.js";
import { lineOf, markersOf, type Drawn } from "./marks.js";
import { fit, label, round, widthOf } from "./text.js";

interface Entry {
  trace: Trace;
  /** Its name, shortened to the room there is. */
  name: string;
  color: string;
  /** Identifier of its hatching. */
  hatch?: string;
}

export interface Legend {
  entries: Entry[];
  /** How many more there are than are named. */
  more: number;
  horizontal: boolean;
  title: string;
  /** Painted behind it, so that rules do not run through the words. */
  ground: string;
  size: number;
  width: number;
  height: number;
}

const keyWidth = 34;
const gap = 8;
/** Of the room for a shortened name, for a reader whose font is wider than the one that is measured. */
const spare = 0.86;

/** `room` is what the picture leaves for it: names are shortened to its width, and what exceeds its height is counted. */
export function legendOf(
  { data, layout }: Figure,
  colors: readonly string[],
  id: string,
  room: { across: number; beside: number; height: number },
): Legend | undefined {
  const size = layout.legend?.font?.size ?? 13;
  const horizontal = layout.legend?.orientation === "h";
  const nameRoom = ((horizontal ? room.across : room.beside) - keyWidth - gap) * spare;
  const all = data
    .map((trace, i): Entry => {
      const name = fit(trace.name ?? "", size, nameRoom);
      return { trace, name, color: colors[i]!, hatch: trace.marker?.pattern?.shape && `${id}h${i}` };
    })
    .filter(({ trace, name }) => trace.showlegend !== false && name);
  if (layout.showlegend === false || all.length === 0 || (all.length < 2 && layout.showlegend !== true))
    return undefined;
  const title = fit(layout.legend?.title?.text ?? "", size, horizontal ? room.across : room.beside);
  const ground = layout.legend?.bgcolor ?? "none";
  if (horizontal) {
    const most = Math.max(1, Math.floor(room.height / 2 / (size * 1.7)));
    const lines = rows(widthsOf(all, size), room.across);
    const entries = lines.length > most ? all.slice(0, lines[most]![0]!.index - 1) : all;
    const more = all.length - entries.length;
    const height = Math.min(lines.length, most) * size * 1.7;
    return { entries, more, horizontal, title, ground, size, width: room.across, height };
  }
  const most = Math.max(1, Math.floor(room.height / (size * 1.55) - (title ? 1.2 : 0)));
  const entries = all.length > most ? all.slice(0, most - 1) : all;
  const more = all.length - entries.length;
  const shortened = entries.some(({ trace, name }) => name !== trace.name);
  const widths = [widthOf(title, size), widthOf(counted(more), size), ...widthsOf(entries, size)];
  const width = shortened ? room.beside : Math.max(...widths);
  const height = (entries.length + (more ? 1 : 0) + (title ? 1.2 : 0)) * size * 1.55;
  return { entries, more, horizontal, title, ground, size, width, height };
}

const counted = (more: number): string => (more > 0 ? `and ${more} more` : "");

const widthsOf = (entries: readonly Entry[], size: number): number[] =>
  entries.map(({ name }) => keyWidth + gap + widthOf(name, size));

export function drawLegend(legend: Legend, left: number, top: number): string {
  const { entries, more, size, title, horizontal } = legend;
  const key = ({ trace, name, color, hatch }: Entry, x: number, y: number): string => {
    const ends = [x, x + keyWidth].map((at) => ({ x: at, y }));
    const sample: Drawn = { trace, color, points: ends };
    const middle: Drawn = { ...sample, points: [{ x: x + keyWidth / 2, y }] };
    const box = (fill: string): string =>
      `<rect x="${round(x + 8)}" y="${round(y - 6)}" width="18" height="12" fill="${fill}"/>`;
    const bar = box(trace.marker?.color ?? color) + (hatch ? box(`url(#${hatch})`) : "");
    const mark =
      trace.type === "bar"
        ? bar
        : (trace.fill && trace.fill !== "none" ? box(trace.fillcolor ?? color) : "") +
          lineOf(sample) +
          markersOf(middle);
    return mark + label({ text: name, x: x + keyWidth + gap, y, at: "middle", font: { size } });
  };
  const rest = (x: number, y: number): string =>
    more > 0 ? label({ text: counted(more), x, y, at: "middle", font: { size } }) : "";
  if (!horizontal) {
    const head = title ? label({ text: title, x: left, y: top + size / 2, at: "middle", font: { size } }) : "";
    const from = top + (title ? size * 1.85 : 0) + size / 2;
    const back = `<rect x="${round(left - 4)}" y="${round(top - 2)}" width="${round(legend.width + 8)}" height="${round(legend.height)}" fill="${legend.ground}"/>`;
    const keys = entries.map((entry, i) => key(entry, left, from + i * size * 1.55)).join("");
    return back + head + keys + rest(left, from + entries.length * size * 1.55);
  }
  const widths = widthsOf(entries, size);
  const lines = rows(widths, legend.width);
  const middle = (line: number): number => top + (line + 0.5) * size * 1.7;
  const last = lines.at(-1)!.at(-1)!;
  return (
    lines.flatMap((row, r) => row.map(({ index, x }) => key(entries[index]!, left + x, middle(r)))).join("") +
    rest(left + last.x + widths.at(-1)! + 22, middle(lines.length - 1))
  );
}

function rows(widths: readonly number[], room: number): { index: number; x: number }[][] {
  const lines: { index: number; x: number }[][] = [[]];
  let x = 0;
  widths.forEach((width, index) => {
    if (x > 0 && x + width > room) {
      lines.push([]);
      x = 0;
    }
    lines.at(-1)!.push({ index, x });
    x += width + 22;
  });
  return lines;
}
