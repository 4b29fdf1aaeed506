/** The legend of a static picture: which traces it names, how much room it needs, and its marks. */
import type { Figure, Trace } from "../types.js";
import { lineOf, markersOf, type Drawn } from "./marks.js";
import { label, round, widthOf } from "./text.js";

interface Entry {
  trace: Trace;
  color: string;
  /** Identifier of its hatching. */
  hatch?: string;
}

export interface Legend {
  entries: Entry[];
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

export function legendOf(
  { data, layout }: Figure,
  colors: readonly string[],
  id: string,
  room: number,
): Legend | undefined {
  const entries = data
    .map((trace, i): Entry => ({ trace, color: colors[i]!, hatch: trace.marker?.pattern?.shape && `${id}h${i}` }))
    .filter(({ trace }) => trace.showlegend !== false && trace.name);
  if (layout.showlegend === false || entries.length === 0 || (entries.length < 2 && layout.showlegend !== true))
    return undefined;
  const size = layout.legend?.font?.size ?? 13;
  const title = layout.legend?.title?.text ?? "";
  const horizontal = layout.legend?.orientation === "h";
  const ground = layout.legend?.bgcolor ?? "none";
  const widths = entries.map(({ trace }) => keyWidth + gap + widthOf(trace.name!, size));
  if (!horizontal) {
    const width = Math.max(widthOf(title, size), ...widths);
    return {
      entries,
      horizontal,
      title,
      ground,
      size,
      width,
      height: (entries.length + (title ? 1.2 : 0)) * size * 1.55,
    };
  }
  const lines = rows(widths, room).length;
  return { entries, horizontal, title, ground, size, width: room, height: lines * size * 1.7 };
}

export function drawLegend(legend: Legend, left: number, top: number): string {
  const { entries, size, title, horizontal } = legend;
  const key = ({ trace, color, hatch }: Entry, x: number, y: number): string => {
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
    return mark + label({ text: trace.name!, x: x + keyWidth + gap, y, at: "middle", font: { size } });
  };
  if (!horizontal) {
    const head = title ? label({ text: title, x: left, y: top + size / 2, at: "middle", font: { size } }) : "";
    const from = top + (title ? size * 1.85 : 0) + size / 2;
    const back = `<rect x="${round(left - 4)}" y="${round(top - 2)}" width="${round(legend.width + 8)}" height="${round(legend.height)}" fill="${legend.ground}"/>`;
    return back + head + entries.map((entry, i) => key(entry, left, from + i * size * 1.55)).join("");
  }
  const widths = entries.map(({ trace }) => keyWidth + gap + widthOf(trace.name!, size));
  return rows(widths, legend.width)
    .flatMap((row, r) => row.map(({ index, x }) => key(entries[index]!, left + x, top + (r + 0.5) * size * 1.7)))
    .join("");
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
