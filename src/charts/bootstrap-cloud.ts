/**
 * Two constants over the resamples of a bootstrap: a long thin cloud means that they trade off, so that neither may be quoted
 * without the other. The ellipse holds 95 % of a normal with the cloud's spread; published values are marked beside it.
 */
import { figure } from "./figure.js";
import { logged } from "./logged.js";
import { mean, type Rows, rowsOf } from "./rows.js";
import { axis, config, faded, ink, layout, palette, ruledAxis, symbols } from "./theme.js";
import type { Axis, Figure, Trace } from "./types.js";

export interface BootstrapCloudOptions {
  samples: Rows<{ x: number; y: number }>;
  /** The fitted values. */
  fit: { x: number; y: number };
  /** Names of the two constants, with their units. */
  names: readonly [string, string];
  /** E.g. published values. */
  references?: readonly { name: string; x: number; y: number }[];
  /** Of each axis; default to "linear". The ellipse is drawn in these scales. */
  scales?: readonly ["linear" | "log", "linear" | "log"];
  title?: string;
}

export function bootstrapCloud(options: BootstrapCloudOptions): Figure {
  const { fit, names, references = [], scales = ["linear", "linear"], title } = options;
  const samples = rowsOf("charts.bootstrapCloud", options.samples, ["x", "y"]);
  const data: Trace[] = [
    {
      type: "scatter",
      mode: "markers",
      name: "resamples",
      x: samples.map(({ x }) => x),
      y: samples.map(({ y }) => y),
      marker: { color: faded(palette[0]!, 0.25), size: 5 },
      hoverinfo: "skip",
    },
    {
      type: "scatter",
      mode: "lines",
      name: "95 %",
      ...ellipse(samples, scales),
      line: { color: palette[0]!, width: 1.8, dash: "dash" },
      hoverinfo: "skip",
    },
    {
      type: "scatter",
      mode: "markers",
      name: "fit",
      x: [fit.x],
      y: [fit.y],
      marker: { color: ink, symbol: "diamond", size: 11 },
      hovertemplate: "%{x:.4g}, %{y:.4g}<extra>fit</extra>",
    },
    ...references.map(({ name, x, y }, i): Trace => ({
      type: "scatter",
      mode: "markers",
      name,
      x: [x],
      y: [y],
      marker: {
        color: palette[(i + 1) % palette.length]!,
        symbol: symbols[(i + 3) % symbols.length]!,
        size: 11,
        line: { color: "#ffffff", width: 1 },
      },
      hovertemplate: `%{x:.4g}, %{y:.4g}<extra>${name}</extra>`,
    })),
  ];
  const ticks = (k: 0 | 1, traces: Trace[]): Axis => ({
    type: scales[k],
    ...(scales[k] === "log" && logged(traces.flatMap((trace) => (k === 0 ? trace.x : trace.y) as number[]))),
  });
  return figure({
    data,
    config,
    layout: layout({
      xaxis: axis(names[0], ticks(0, data)),
      yaxis: ruledAxis(names[1], ticks(1, data)),
      ...(title && { title: { text: title } }),
      showlegend: true,
    }),
  });
}

/** χ² with two degrees of freedom, 95 %. */
const radius = Math.sqrt(5.991);

function ellipse(
  samples: readonly { x: number; y: number }[],
  scales: readonly string[],
): { x: number[]; y: number[] } {
  const to = (k: number, v: number): number => (scales[k] === "log" ? Math.log10(v) : v);
  const back = (k: number, v: number): number => (scales[k] === "log" ? 10 ** v : v);
  const finite = samples.map(({ x, y }) => [to(0, x), to(1, y)]).filter((pair) => pair.every(Number.isFinite));
  if (finite.length < 3) return { x: [], y: [] };
  const [mx, my] = [mean(finite.map((pair) => pair[0]!)), mean(finite.map((pair) => pair[1]!))];
  const product = (a: number, b: number): number =>
    mean(finite.map((p) => (p[a]! - [mx, my][a]!) * (p[b]! - [mx, my][b]!)));
  const [xx, xy, yy] = [product(0, 0), product(0, 1), product(1, 1)];
  // Cholesky: a circle through the spread's square root.
  const a = Math.sqrt(xx);
  const b = a > 0 ? xy / a : 0;
  const c = Math.sqrt(Math.max(0, yy - b * b));
  const turns = Array.from({ length: 73 }, (_, i) => (2 * Math.PI * i) / 72);
  return {
    x: turns.map((t) => back(0, mx + radius * a * Math.cos(t))),
    y: turns.map((t) => back(1, my + radius * (b * Math.cos(t) + c * Math.sin(t)))),
  };
}
