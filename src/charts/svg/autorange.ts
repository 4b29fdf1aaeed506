/** The range of an axis that names none, as Plotly has it: markers whole, a twentieth of the axis around what is not a bare line. */
import type { Axis, Shape, Trace } from "../types.js";

export interface AutorangeOptions {
  axis: Axis;
  traces: readonly Trace[];
  shapes?: readonly Shape[];
  which: "x" | "y";
  /** Pixels of the axis. */
  length: number;
}

/** A value that the axis must show, with so many pixels beyond it. */
interface Seen {
  value: number;
  pad: number;
}

/** Least and most, powers of ten on a log axis. */
export function autorange({ axis, traces, shapes = [], which, length }: AutorangeOptions): [number, number] {
  const log = axis.type === "log";
  const around = 0.05 * length;
  // Of each padding only the ends count.
  const [least, most] = [new Map<number, Seen>(), new Map<number, Seen>()];
  const see = (given: number, pad: number, above = pad): void => {
    const value = log ? Math.log10(given) : given;
    if (!Number.isFinite(value)) return;
    if (!(value >= (least.get(pad)?.value ?? Infinity))) least.set(pad, { value, pad });
    if (!(value <= (most.get(above)?.value ?? -Infinity))) most.set(above, { value, pad: above });
  };
  for (const trace of traces) {
    const values = which === "x" ? trace.x : trace.y;
    const errors = which === "x" ? trace.error_x : trace.error_y;
    const { mode = "lines" } = trace;
    const bare = which === "x" && !trace.error_y && (trace.fill === "tonexty" || !/markers|text/.test(mode));
    const marker = mode.includes("markers") ? Math.max(3, (trace.marker?.size ?? 6) / 1.6) : 0;
    values.forEach((value, i) => {
      if (typeof value !== "number") return;
      if (trace.type === "heatmap") [-0.5, 0.5].forEach((half) => see(value + half, 0));
      else if (trace.type === "bar") {
        see(value, around, around + (trace.text && value >= 0 ? 1.3 * (trace.textfont?.size ?? 13) + 3 : 0));
        if (!log) see(0, 0);
      } else see(value, marker + (bare ? 0 : around));
      if (!errors) return;
      const down = (errors.symmetric === false ? errors.arrayminus?.[i] : errors.array[i]) ?? 0;
      for (const end of [value + (errors.array[i] ?? 0), value - down]) see(end, around);
    });
  }
  for (const { line, ...ends } of shapes)
    for (const value of which === "x" ? [ends.x0, ends.x1] : [ends.y0, ends.y1]) see(value, (line?.width ?? 2) / 2);
  const [lows, highs] = [[...least.values()], [...most.values()]];
  if (lows.length === 0) return [0, 1];
  const [low, high] = [Math.min(...lows.map(({ value }) => value)), Math.max(...highs.map(({ value }) => value))];
  if (low === high) return axis.rangemode === "tozero" && low > 0 ? [0, 2 * low] : [low - 1, high + 1];
  // The two whose values and paddings together ask for most: values per pixel.
  const scale = (from: Seen, to: Seen): number =>
    (to.value - from.value) / Math.max(length / 10, length - from.pad - to.pad);
  let [from, to]: [Seen, Seen] = [lows[0]!, highs[0]!];
  for (const one of lows) for (const other of highs) if (scale(one, other) > scale(from, to)) [from, to] = [one, other];
  if (axis.rangemode === "tozero" && !log) {
    if (from.value >= 0) from = { value: 0, pad: 0 };
    if (to.value <= 0) to = { value: 0, pad: 0 };
  }
  const perPixel = scale(from, to);
  return [from.value - perPixel * from.pad, to.value + perPixel * to.pad];
}
