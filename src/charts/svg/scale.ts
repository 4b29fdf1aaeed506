/**
 * An axis of a static picture: from values to pixels, with ticks where a reader expects them. Linear, logarithmic and
 * categories, in Plotly's conventions (ranges of log axes in powers of ten).
 */
import type { Axis, Shape, Trace } from "../types.js";
import { autorange } from "./autorange.js";
import { ticksOf } from "./ticks.js";

export interface Scale {
  /** Pixels; NaN for what has no place (a gap, zero on a log axis). */
  place(value: number | string | null): number;
  ticks: { at: number; value: number | string; text: string }[];
  /** Values at the two ends, powers of ten on a log axis; none of categories. */
  range?: [number, number];
  /** Pixel ends, in the direction of growing values. */
  ends: [number, number];
  /** Width of one category in pixels; 0 on other axes. */
  band: number;
}

export interface ScaleOptions {
  axis: Axis;
  traces: readonly Trace[];
  /** Those that stand at values of the axis. */
  shapes?: readonly Shape[];
  which: "x" | "y";
  ends: [number, number];
}

export function scaleOf({ axis, traces, shapes, which, ends }: ScaleOptions): Scale {
  const categories = categoriesOf(axis, traces, which);
  if (categories) return categoryScale(categories, axis, ends);
  const log = axis.type === "log";
  const length = Math.abs(ends[1] - ends[0]);
  const [low, high] = axis.range ?? autorange({ axis, traces, shapes, which, length });
  const place = (value: number | string | null): number => {
    const v = typeof value !== "number" ? NaN : log ? Math.log10(value) : value;
    return Number.isFinite(v) ? ends[0] + ((v - low) / (high - low)) * (ends[1] - ends[0]) : NaN;
  };
  const given = axis.tickvals?.map((v, i) => ({ value: Number(v), text: axis.ticktext?.[i] }));
  const ticks = (given ?? ticksOf({ axis, range: [low, high], length, which }))
    .filter(({ value }) => place(value) >= Math.min(...ends) - 0.5 && place(value) <= Math.max(...ends) + 0.5)
    .map(({ value, text }) => ({ at: place(value), value, text: text ?? String(value) }));
  return { place, ticks, ends, range: [low, high], band: 0 };
}

function categoriesOf(axis: Axis, traces: readonly Trace[], which: "x" | "y"): string[] | undefined {
  if (axis.type && axis.type !== "category") return undefined;
  const values = traces.flatMap((trace): unknown[] => (which === "x" ? trace.x : trace.y));
  if (axis.type !== "category" && !values.some((value) => typeof value === "string")) return undefined;
  return [...new Set(values.map(String))];
}

function categoryScale(categories: string[], { tickvals, ticktext }: Axis, ends: [number, number]): Scale {
  const band = (ends[1] - ends[0]) / Math.max(1, categories.length);
  const place = (value: number | string | null): number => {
    const i = categories.indexOf(String(value));
    return i < 0 ? NaN : ends[0] + band * (i + 0.5);
  };
  const shown = (tickvals ?? categories).map((value, i) => ({
    at: place(value),
    value,
    text: ticktext?.[i] ?? String(value),
  }));
  return { place, ticks: shown.filter(({ at }) => Number.isFinite(at)), ends, band: Math.abs(band) };
}
