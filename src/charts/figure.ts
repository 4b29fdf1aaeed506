/**
 * `figure()` makes a figure out of traces and a layout: rounds its numbers, thins long lines, and gives it the two hidden
 * properties by which Deno's kernel shows it and Node's inspector names it. It stays plain JSON in every other respect.
 */
import { interactive, interactiveLayout } from "./interactive.js";
import { readable } from "./svg/math.js";
import { svgOf } from "./svg/svg.js";
import type { Axis, Figure, Layout, Trace } from "./types.js";

/** Points kept of one trace. */
const most = 2000;

export function figure(parts: Figure): Figure {
  const made = tidy({ ...parts, data: parts.data.map(thinned), layout: placed(parts.layout) }) as Figure;
  const define = (key: symbol, value: unknown): void =>
    void Object.defineProperty(made, key, { value, enumerable: false });
  define(Symbol.for("Jupyter.display"), () => bundle(made));
  define(Symbol.for("nodejs.util.inspect.custom"), () => describe(made));
  return made;
}

/** The MIME bundle a notebook front end chooses from: interactive where Plotly is, else a picture, else a line. */
export function bundle(shown: Figure): Record<string, unknown> {
  return {
    "application/vnd.plotly.v1+json": {
      data: interactive(shown),
      layout: interactiveLayout(shown.layout),
      config: shown.config ?? {},
    },
    "image/svg+xml": svgOf(shown),
    "text/plain": describe(shown),
  };
}

function describe(shown: Figure): string {
  const title =
    shown.layout.title?.text ??
    [shown.layout.yaxis?.title?.text, shown.layout.xaxis?.title?.text].filter(Boolean).join(" against ");
  return `Figure "${readable(title).replace(/<[^>]*>/g, " ")}" (${shown.data.length} traces)`;
}

/** Without marks and ranges that have no place, as those of a run that diverged. */
function placed(layout: Layout): Layout {
  const known = (...numbers: number[]): boolean => !numbers.some((value) => Number.isNaN(value));
  const axes = Object.entries(layout as Record<string, Axis>).filter(
    ([key, axis]) => /^[xy]axis/.test(key) && axis?.range,
  );
  return {
    ...layout,
    ...Object.fromEntries(
      axes.map(([key, axis]) => [key, { ...axis, range: known(...axis.range!) ? axis.range : undefined }]),
    ),
    shapes: layout.shapes?.filter(({ x0, x1, y0, y1 }) => known(x0, x1, y0, y1)),
    annotations: layout.annotations?.filter(({ x, y }) => known(x, y)),
  };
}

/** Keeps the first and last point and, of every stretch between, the lowest and the highest: peaks survive. */
function thinned(trace: Trace): Trace {
  const n = trace.y.length;
  if (n <= most) return trace;
  const keep = new Set([0, n - 1]);
  const stretches = most / 2 - 1;
  for (let s = 0; s < stretches; s++) {
    const [from, to] = [1 + Math.floor((s * (n - 2)) / stretches), 1 + Math.floor(((s + 1) * (n - 2)) / stretches)];
    let [low, high] = [from, from];
    for (let i = from; i < to; i++) {
      if (worth(trace.y[i], Infinity) < worth(trace.y[low], Infinity)) low = i;
      if (worth(trace.y[i], -Infinity) > worth(trace.y[high], -Infinity)) high = i;
    }
    keep.add(low).add(high);
  }
  const order = [...keep].sort((a, b) => a - b);
  const pick = <T>(values: readonly T[]): T[] => order.map((i) => values[i]!);
  const errors = (bars: Trace["error_y"]): Trace["error_y"] =>
    bars && { ...bars, array: pick(bars.array), ...(bars.arrayminus && { arrayminus: pick(bars.arrayminus) }) };
  return {
    ...trace,
    x: pick(trace.x),
    y: pick(trace.y),
    ...(trace.text && { text: pick(trace.text) }),
    ...(trace.customdata && { customdata: pick<string | string[]>(trace.customdata) as string[] }),
    ...(Array.isArray(trace.textposition) && { textposition: pick(trace.textposition) }),
    ...(trace.error_x && { error_x: errors(trace.error_x) }),
    ...(trace.error_y && { error_y: errors(trace.error_y) }),
  };
}

const worth = (y: number | null | undefined, otherwise: number): number =>
  typeof y === "number" && Number.isFinite(y) ? y : otherwise;

/** Six digits are more than any figure shows; NaN and infinities become gaps, which is what JSON makes of them; undefined goes. */
function tidy(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as ArrayLike<unknown>, tidy);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, tidy(inner)]),
  );
}
