/**
 * IsoFLOP curves (Hoffmann et al. 2022, approach 2): loss against model size, one curve for each compute budget, and the
 * vertex of each, with the interval of where it lies.
 */
import { figure } from "./figure.js";
import { logged, power } from "./logged.js";
import { distinct, type Rows, rowsOf } from "./rows.js";
import { axis, config, ink, layout, orderedStyle, ruledAxis } from "./theme.js";
import type { Figure, Trace } from "./types.js";

export interface IsoFlopOptions {
  /** The runs. */
  points: Rows<{ flops: number; parameters: number; loss: number }>;
  /** The fitted curve of each budget, in order of size. */
  curves?: Rows<{ flops: number; parameters: number; loss: number }>;
  /** The best size of each budget; `low` and `high` are its interval. */
  vertices?: Rows<{ flops: number; parameters: number; loss: number; low?: number | null; high?: number | null }>;
  /** Defaults to "nats per token". */
  unit?: string;
  title?: string;
}

export function isoFlop(options: IsoFlopOptions): Figure {
  const { unit = "nats per token", title } = options;
  const columns = ["flops", "parameters", "loss"] as const;
  const points = rowsOf("charts.isoFlop", options.points, columns);
  const curves = options.curves ? rowsOf("charts.isoFlop", options.curves, columns) : [];
  const vertices = options.vertices ? rowsOf("charts.isoFlop", options.vertices, columns) : [];
  const budgets = distinct(points.map(({ flops }) => flops));
  const data = budgets.flatMap((budget, i): Trace[] => {
    const { color, dash, symbol } = orderedStyle(i, budgets.length);
    const own = points.filter(({ flops }) => flops === budget);
    const line = curves.filter(({ flops }) => flops === budget);
    const name = `${power(budget)} FLOP`;
    const runs: Trace = {
      type: "scatter",
      mode: "markers",
      name,
      x: own.map(({ parameters }) => parameters),
      y: own.map(({ loss }) => loss),
      marker: { color, symbol, size: 8 },
      legendgroup: name,
      hovertemplate: `%{x:.3s} parameters: %{y:.3f}<extra>${name}</extra>`,
    };
    if (line.length === 0) return [runs];
    const fitted: Trace = {
      type: "scatter",
      mode: "lines",
      x: line.map(({ parameters }) => parameters),
      y: line.map(({ loss }) => loss),
      line: { color, dash, width: 1.8 },
      legendgroup: name,
      showlegend: false,
      hoverinfo: "skip",
    };
    return [fitted, runs];
  });
  if (vertices.length > 0) {
    const ranged = vertices.some(({ low, high }) => typeof low === "number" && typeof high === "number");
    data.push({
      type: "scatter",
      mode: "lines+markers",
      name: "best size",
      x: vertices.map(({ parameters }) => parameters),
      y: vertices.map(({ loss }) => loss),
      line: { color: ink, width: 1, dash: "dot" },
      marker: { color: ink, symbol: "diamond-open", size: 11, line: { color: ink, width: 2 } },
      ...(ranged && {
        error_x: {
          type: "data",
          symmetric: false,
          array: vertices.map(({ parameters, high }) => Math.max(0, (high ?? parameters) - parameters)),
          arrayminus: vertices.map(({ parameters, low }) => Math.max(0, parameters - (low ?? parameters))),
          color: ink,
          thickness: 1.5,
          width: 5,
        },
      }),
      hovertemplate: "%{x:.3s} parameters: %{y:.3f}<extra>best size</extra>",
    });
  }
  return figure({
    data,
    config,
    layout: layout({
      xaxis: axis("Parameters", { type: "log", ...logged(points.map(({ parameters }) => parameters)) }),
      yaxis: ruledAxis(`Loss (${unit})`),
      ...(title && { title: { text: title } }),
      showlegend: true,
      legend: { title: { text: "Compute" } },
    }),
  });
}
