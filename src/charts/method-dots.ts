/**
 * One row per method and a few panels: a dot at the mean over seeds, with a bar from the lowest to the highest of them. Each panel
 * has its own scale, for measures that differ by far more than methods do.
 */
import { figure } from "./figure.js";
import { distinct, mean, type Rows, rowsOf } from "./rows.js";
import { axis, config, ink, layout, palette, rule } from "./theme.js";
import type { Axis, Figure, Shape, Trace } from "./types.js";

export interface MethodRow {
  method: string;
  /** What was measured, and when. */
  panel: string;
  /** One row per seed. */
  value: number;
}

export interface MethodDotsOptions {
  rows: Rows<MethodRow>;
  /** Title of each panel's axis by panel, four at most, in the order they are drawn. */
  axes: Record<string, string>;
  /** Methods from top to bottom: as the last panel has them, least first, or as they are "given". Defaults to "least". */
  order?: "least" | "given";
  /** Panels with a logarithmic axis. Defaults to none. */
  log?: string[];
  title?: string;
}

export function methodDots({ rows: given, axes, order: by = "least", log = [], title }: MethodDotsOptions): Figure {
  const panels = Object.keys(axes);
  const rows = rowsOf("charts.methodDots", given, ["value"], ["method", "panel"]);
  if (!(panels.length >= 1 && panels.length <= 4))
    throw new Error(`charts.methodDots: invalid axes: ${panels.length} of them (one panel to four)`);
  const stranger = rows.find(({ panel }) => !panels.includes(panel));
  if (stranger) throw new Error(`charts.methodDots: invalid axes: none for ${JSON.stringify(stranger.panel)}`);
  const valuesOf = (method: string, panel: string): number[] =>
    rows.flatMap((row) =>
      row.method === method && row.panel === panel && Number.isFinite(row.value) ? [row.value] : [],
    );
  const order = distinct(rows.map(({ method }) => method));
  if (by === "least")
    order.sort((a, b) => averageOf(valuesOf(a, panels.at(-1)!)) - averageOf(valuesOf(b, panels.at(-1)!)));
  const suffix = (p: number): string => (p === 0 ? "" : String(p + 1));
  const data = panels.map((panel, p): Trace => {
    const found = order.map((method) => valuesOf(method, panel));
    const middle = found.map((values) => (values.length > 0 ? mean(values) : null));
    return {
      type: "scatter",
      mode: "markers",
      name: axes[panel]!,
      x: middle,
      y: order.map((_, i) => i),
      xaxis: `x${suffix(p)}`,
      yaxis: `y${suffix(p)}`,
      error_x: {
        type: "data",
        symmetric: false,
        array: found.map((values, i) => (values.length > 0 ? Math.max(...values) - middle[i]! : 0)),
        arrayminus: found.map((values, i) => (values.length > 0 ? middle[i]! - Math.min(...values) : 0)),
        color: ink,
        thickness: 1.2,
        width: 4,
      },
      marker: { color: palette[0]!, symbol: "circle", size: 8, line: { color: "#ffffff", width: 1 } },
      text: order,
      hovertemplate: "%{text}: %{x:.4g}<extra></extra>",
    };
  });
  const gap = 0.06;
  const width = (1 - gap * (panels.length - 1)) / panels.length;
  const placed = panels.flatMap((panel, p): [string, Axis][] => [
    [
      `xaxis${suffix(p)}`,
      axis(log.includes(panel) ? `${axes[panel]!}<br>(log)` : axes[panel]!, {
        domain: [p * (width + gap), p * (width + gap) + width],
        anchor: `y${suffix(p)}`,
        showgrid: true,
        gridcolor: rule,
        nticks: 5,
        ...(log.includes(panel) && powers(rows.flatMap((row) => (row.panel === panel ? [row.value] : [])))),
      }),
    ],
    [
      `yaxis${suffix(p)}`,
      axis("", {
        title: undefined,
        range: [order.length - 0.4, -0.6],
        anchor: `x${suffix(p)}`,
        tickvals: p === 0 ? order.map((_, i) => i) : [],
        ticktext: p === 0 ? order : [],
        ticks: "",
        tickcolor: undefined,
        ticklen: undefined,
      }),
    ],
  ]);
  const lines = panels.flatMap((_, p) =>
    order.map((__, y): Shape => {
      const ends = { x0: 0, x1: 1, xref: `x${suffix(p)} domain`, y0: y, y1: y, yref: `y${suffix(p)}` };
      return { type: "line", ...ends, line: { color: rule, width: 1 }, layer: "below" };
    }),
  );
  // The second line of a title that says "(log)".
  const second = log.length > 0 ? 18 : 0;
  return figure({
    data,
    config,
    layout: layout({
      width: panels.length > 3 ? 900 : 820,
      height: 110 + 24 * order.length + second,
      ...(second > 0 && { margin: { l: 72, r: 24, t: title ? 56 : 24, b: 64 + second } }),
      ...Object.fromEntries(placed),
      shapes: lines,
      ...(title && { title: { text: title } }),
      showlegend: false,
    }),
  });
}

/** Methods without a value come last. */
const averageOf = (values: number[]): number => (values.length > 0 ? mean(values) : Number.MAX_VALUE);

/** A logarithmic axis over these values: ticked at powers of ten, at 2 and 5 between them where there are few; over less than those reach, as Plotly does. */
function powers(values: number[]): Axis {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  if (logs.length === 0) throw new Error("charts.methodDots: invalid value: none above 0 for a logarithmic axis");
  const [low, high] = [Math.min(...logs) - 0.15, Math.max(...logs) + 0.15];
  const few = high - low < 3;
  const ticks = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i).flatMap(
    (power) =>
      (few ? [1, 2, 5] : [1]).map((times) => ({
        at: times * 10 ** power,
        text: few ? String(Number((times * 10 ** power).toPrecision(1))) : `10${superscript(power)}`,
      })),
  );
  const shown = ticks.filter(({ at }) => Math.log10(at) >= low && Math.log10(at) <= high);
  const axis: Axis = { type: "log", range: [low, high] };
  if (shown.length < 3) return axis;
  return {
    ...axis,
    tickvals: shown.map(({ at }) => at),
    ticktext: shown.map(({ text }) => text),
  };
}

const superscript = (power: number): string =>
  [...String(power)].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])).join("");
