/** The marks of a trace: line, fill, markers, error bars, bars, text. Each is a string of SVG inside the axes' clip. */
import type { Dash, ErrorBars, Trace } from "../types.js";
import type { Scale } from "./scale.js";
import { symbol } from "./symbols.js";
import { type Label, round } from "./text.js";

export interface Placed {
  trace: Trace;
  color: string;
  x: Scale;
  y: Scale;
  points: { x: number; y: number }[];
}

/** What a line or a marker needs to know. */
export type Drawn = Pick<Placed, "trace" | "color" | "points">;

export function placed(trace: Trace, color: string, x: Scale, y: Scale): Placed {
  const points = trace.x.map((value, i) => ({ x: x.place(value), y: y.place(trace.y[i] ?? null) }));
  return { trace, color, x, y, points };
}

const isGap = ({ x, y }: { x: number; y: number }): boolean => !Number.isFinite(x) || !Number.isFinite(y);

function pathOf(points: readonly { x: number; y: number }[]): string {
  let path = "";
  let pen = false;
  for (const point of points) {
    if (!isGap(point)) path += `${pen ? "L" : "M"}${round(point.x)},${round(point.y)}`;
    pen = !isGap(point);
  }
  return path;
}

/** Plotly's dashes, in line widths. */
const patterns: Record<Dash, number[]> = {
  solid: [],
  dot: [1.2, 2.4],
  dash: [4, 2.5],
  longdash: [8, 3.5],
  dashdot: [5, 2.5, 1.2, 2.5],
  longdashdot: [8, 3, 1.2, 3],
};

export function stroke(color: string, width: number, dash: Dash = "solid"): string {
  const pattern = patterns[dash].map((part) => round(part * width)).join(" ");
  return `stroke="${color}" stroke-width="${width}"${pattern ? ` stroke-dasharray="${pattern}"` : ""}`;
}

export function fillOf({ trace, points, color }: Placed, before: Placed | undefined): string {
  if (!trace.fill || trace.fill === "none") return "";
  // "toself" closes every stretch between gaps by itself; a band goes over its gaps.
  const band = trace.fill === "tonexty" && before ? [...before.points, ...[...points].reverse()] : undefined;
  const path = band ? pathOf(band.filter((point) => !isGap(point))) : pathOf(points).replace(/(?<=.)M/g, "ZM");
  return `<path d="${path}Z" fill="${trace.fillcolor ?? color}" fill-opacity="${trace.fillcolor ? 1 : 0.2}"/>`;
}

export function lineOf({ trace, points, color }: Drawn): string {
  if (trace.type !== "scatter" || !(trace.mode ?? "lines").includes("lines") || trace.line?.width === 0) return "";
  const look = stroke(trace.line?.color ?? color, trace.line?.width ?? 2, trace.line?.dash);
  return `<path d="${pathOf(points)}" fill="none" ${look} stroke-linejoin="round"/>`;
}

export function markersOf({ trace, points, color }: Drawn): string {
  if (trace.type !== "scatter" || !trace.mode?.includes("markers")) return "";
  return points
    .filter((point) => !isGap(point))
    .map((point) => symbol(point.x, point.y, trace.marker ?? {}, color))
    .join("");
}

export function errorsOf({ trace, points, color, x, y }: Placed): string {
  const bars = (errors: ErrorBars | undefined, along: "x" | "y"): string => {
    if (!errors) return "";
    const scale = along === "x" ? x : y;
    const values = along === "x" ? trace.x : trace.y;
    return points
      .map((point, i) => {
        const value = values[i];
        const up = errors.array[i] ?? 0;
        const down = (errors.symmetric === false ? errors.arrayminus?.[i] : up) ?? 0;
        if (isGap(point) || typeof value !== "number" || !(up > 0 || down > 0)) return "";
        const [a, b] = [scale.place(value - down), scale.place(value + up)];
        const half = errors.width ?? 4;
        const line = (x1: number, y1: number, x2: number, y2: number): string =>
          `M${round(x1)},${round(y1)}L${round(x2)},${round(y2)}`;
        const path =
          along === "x"
            ? line(a, point.y, b, point.y) +
              line(a, point.y - half, a, point.y + half) +
              line(b, point.y - half, b, point.y + half)
            : line(point.x, a, point.x, b) +
              line(point.x - half, a, point.x + half, a) +
              line(point.x - half, b, point.x + half, b);
        return `<path d="${path}" fill="none" ${stroke(errors.color ?? color, errors.thickness ?? 1.5)}/>`;
      })
      .join("");
  };
  return bars(trace.error_x, "x") + bars(trace.error_y, "y");
}

export interface Column {
  /** Which of how many bars side by side, and how much room a group leaves. */
  index: number;
  of: number;
  gap: number;
}

/** `pattern` is the identifier of the hatching in the picture's definitions. */
export function barsOf({ trace, points, color, x, y }: Placed, { index, of, gap }: Column, pattern?: string): string {
  const width = (x.band * (1 - gap)) / of;
  const base = y.place(0);
  return points
    .map((point) => {
      if (isGap(point)) return "";
      const left = point.x - (width * of) / 2 + width * index + width * 0.04;
      const [top, height] = [Math.min(point.y, base), Math.abs(point.y - base)];
      const box = `x="${round(left)}" y="${round(top)}" width="${round(width * 0.92)}" height="${round(height)}"`;
      const hatch = pattern ? `<rect ${box} fill="url(#${pattern})"/>` : "";
      return `<rect ${box} fill="${trace.marker?.color ?? color}"/>${hatch}`;
    })
    .join("");
}

/** What is written over bars. */
export function barLabels({ trace, points, x, y }: Placed, { index, of, gap }: Column): Label[] {
  const width = (x.band * (1 - gap)) / of;
  return points.flatMap((point, i): Label[] => {
    const text = trace.text?.[i];
    if (!text || isGap(point)) return [];
    const top = Math.min(point.y, y.place(0)) - 5;
    return [
      { text, x: point.x - (width * of) / 2 + width * (index + 0.5), y: top, font: trace.textfont, anchor: "middle" },
    ];
  });
}

/** What is written beside markers, or in their place. */
export function textLabels({ trace, points }: Placed): Label[] {
  if (trace.type !== "scatter" || !trace.mode?.includes("text")) return [];
  const away = (trace.marker?.size ?? 6) / 2 + 4;
  return points.flatMap((point, i): Label[] => {
    const text = trace.text?.[i];
    if (!text || isGap(point)) return [];
    const position = (Array.isArray(trace.textposition) ? trace.textposition[i] : trace.textposition) ?? "top center";
    const [vertical, horizontal] = position.split(" ");
    return [
      {
        text,
        x: point.x + (horizontal === "left" ? -away : horizontal === "right" ? away : 0),
        y: point.y + (vertical === "top" ? -away : vertical === "bottom" ? away : 0),
        anchor: horizontal === "left" ? "end" : horizontal === "right" ? "start" : "middle",
        at: vertical === "top" ? "bottom" : vertical === "bottom" ? "top" : "middle",
        font: trace.textfont,
      },
    ];
  });
}
