/**
 * An axis of a static picture: from values to pixels, with ticks where a reader expects them. Linear, logarithmic and
 * categories, in Plotly's conventions (ranges of log axes in powers of ten), with the tick formats that this room uses.
 */
import type { Axis, Trace } from "../types.js";

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

export function scaleOf(axis: Axis, traces: readonly Trace[], which: "x" | "y", ends: [number, number]): Scale {
  const categories = categoriesOf(axis, traces, which);
  if (categories) return categoryScale(categories, axis, ends);
  const log = axis.type === "log";
  const [low, high] = axis.range ?? autorange(axis, traces, which, log);
  const place = (value: number | string | null): number => {
    const v = typeof value !== "number" ? NaN : log ? Math.log10(value) : value;
    return Number.isFinite(v) ? ends[0] + ((v - low) / (high - low)) * (ends[1] - ends[0]) : NaN;
  };
  const given = axis.tickvals?.map((v, i) => ({ value: Number(v), text: axis.ticktext?.[i] }));
  const room = Math.max(2, Math.abs(ends[1] - ends[0]) / (which === "x" ? 85 : 50));
  const chosen =
    given ??
    (log ? logTicks(low, high, room) : linearTicks(low, high, room)).map((value) => ({ value, text: undefined }));
  const step = chosen.length > 1 ? chosen[1]!.value - chosen[0]!.value : 1;
  const ticks = chosen
    .filter(({ value }) => place(value) >= Math.min(...ends) - 0.5 && place(value) <= Math.max(...ends) + 0.5)
    .map(({ value, text }) => ({
      at: place(value),
      value,
      text: text ?? format(value, axis.tickformat ?? axis.exponentformat, log ? value : step),
    }));
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

function autorange(axis: Axis, traces: readonly Trace[], which: "x" | "y", log: boolean): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  const see = (value: unknown): void => {
    const v = typeof value !== "number" ? NaN : log ? Math.log10(value) : value;
    if (!Number.isFinite(v)) return;
    low = Math.min(low, v);
    high = Math.max(high, v);
  };
  let padding = 0;
  for (const trace of traces) {
    const errors = which === "x" ? trace.error_x : trace.error_y;
    (which === "x" ? trace.x : trace.y).forEach((value, i) => {
      see(value);
      if (!errors || typeof value !== "number") return;
      see(value + (errors.array[i] ?? 0));
      see(value - ((errors.symmetric === false ? errors.arrayminus?.[i] : errors.array[i]) ?? 0));
    });
    if (trace.type === "heatmap")
      for (const value of which === "x" ? trace.x : trace.y) [-0.5, 0.5].forEach((half) => see(Number(value) + half));
    else if (which === "y" || trace.mode?.includes("markers")) padding = 0.06;
  }
  if (low > high) return log ? [0, 1] : [0, 1];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const pad = padding * (high - low);
  const bars = which === "y" && traces.some((trace) => trace.type === "bar");
  const floor = !log && (bars || axis.rangemode === "tozero");
  return [floor ? Math.min(0, low - (low < 0 ? pad : 0)) : low - pad, high + (bars ? 1.8 * pad : pad)];
}

/** Steps of 1, 2 or 5 times a power of ten, about `room` of them; two at least, since one alone says nothing of a scale. */
export function linearTicks(low: number, high: number, room: number): number[] {
  const rough = (high - low) / room;
  const power = 10 ** Math.floor(Math.log10(rough));
  const first = [1, 2, 5, 10].findIndex((m) => m * power >= rough * 0.75);
  for (const m of [10, 5, 2, 1, 0.5, 0.2].slice(3 - first)) {
    const step = m * power;
    const ticks: number[] = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++)
      ticks.push(Number((i * step).toPrecision(12)));
    if (ticks.length > 1) return ticks;
  }
  return [];
}

/** Decades, thinned when there are many; 1-2-5 within them when there are few. */
export function logTicks(low: number, high: number, room: number): number[] {
  const decades = high - low;
  const every = Math.max(1, Math.ceil(decades / room));
  const within = decades < 1 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : decades * 3 <= room ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let d = Math.floor(low); d <= Math.ceil(high); d++) {
    if (d % every !== 0) continue;
    for (const m of within)
      if (Math.log10(m) + d >= low - 1e-9 && Math.log10(m) + d <= high + 1e-9) ticks.push(m * 10 ** d);
  }
  return ticks;
}

/** A tick's text: Plotly's "B" (1k, 1M, 1B), ".N%" and ".Nf", else as many decimals as the step needs. */
export function format(value: number, pattern: string | undefined, step: number): string {
  const digits = /^\.(\d+)([f%])$/.exec(pattern ?? "");
  if (digits)
    return minus(digits[2] === "%" ? `${(value * 100).toFixed(Number(digits[1]))}%` : value.toFixed(Number(digits[1])));
  const size = Math.abs(value);
  if (pattern === "B" || size >= 1e5) {
    const unit = [..."BMk"].findIndex((_, i) => size >= 10 ** (9 - 3 * i));
    if (unit >= 0) return minus(`${Number((value / 10 ** (9 - 3 * unit)).toPrecision(4))}${"BMk"[unit]}`);
    return minus(String(Number(value.toPrecision(4))));
  }
  const decimals = Math.max(0, Math.min(8, -Math.floor(Math.log10(Math.abs(step)) + 1e-9)));
  return minus(size > 0 && size < 1e-6 ? value.toExponential(0) : value.toFixed(decimals));
}

/** A true minus sign, and no "−0". */
const minus = (text: string): string => (/^-[0.]*%?$/.test(text) ? text.slice(1) : text.replace(/^-/, "\u2212"));
