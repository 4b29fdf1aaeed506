/**
 * Losses of the models on the straight line between two, a line per domain: a rise above the dashed straight line between its ends
 * is a barrier, drawn where it is highest and written beside it; a dip below is what an average of the two gains.
 */
import { figure } from "./figure.js";
import { distinct, type Rows, rowsOf } from "./rows.js";
import { axis, config, faint, ink, layout, ruledAxis, styleOf } from "./theme.js";
import type { Annotation, Figure, Shape, Trace } from "./types.js";

export interface LineRow {
  /** 0 at the first model, 1 at the other. */
  t: number;
  domain: string;
  bitsPerByte: number;
}

export interface LossAlongLineOptions {
  /** Evaluations of `train.alongLine`. */
  rows: Rows<LineRow>;
  /** What `measure.barrier` says of them; those above 0 are drawn. Defaults to none. */
  barriers?: readonly { domain: string; barrier: number; t: number }[];
  /** Names of the models; default to "the first model" and "the other". */
  from?: string;
  to?: string;
  /** Names of domains by domain; default to the domains. */
  domains?: Record<string, string>;
  title?: string;
}

export function lossAlongLine(options: LossAlongLineOptions): Figure {
  const { barriers = [], from = "the first model", to = "the other", domains = {}, title } = options;
  const rows = rowsOf("charts.lossAlongLine", options.rows, ["t", "bitsPerByte"], ["domain"]);
  const series = distinct(rows.map(({ domain }) => domain)).map((domain, i) => {
    const points = rows.filter((row) => row.domain === domain).sort((a, b) => a.t - b.t);
    return { domain, points, ends: [points[0]!, points.at(-1)!] as const, ...styleOf(i) };
  });
  const lines = series.map(({ domain, points, color, dash, symbol }): Trace => {
    const name = domains[domain] ?? domain;
    return {
      type: "scatter",
      mode: "lines+markers",
      name,
      x: points.map(({ t }) => t),
      y: points.map(({ bitsPerByte }) => bitsPerByte),
      line: { color, dash, width: 2 },
      marker: { color, symbol, size: 7 },
      hovertemplate: `t = %{x}: %{y:.3f} bits per byte<extra>${name}</extra>`,
    };
  });
  const straight = series.map(({ ends: [first, last] }): Shape => {
    const at = { x0: first.t, y0: first.bitsPerByte, x1: last.t, y1: last.bitsPerByte };
    return { type: "line", ...at, layer: "below", line: { color: faint, width: 1, dash: "dash" } };
  });
  const marks = barriers.flatMap(({ domain, barrier, t }) => {
    const found = series.find((one) => one.domain === domain);
    const top = found?.points.find((point) => point.t === t);
    if (!found || !top)
      throw new Error(`charts.lossAlongLine: invalid barriers: ${domain} at ${t} (there is no such row)`);
    return barrier > 0 ? [{ barrier, t, top: top.bitsPerByte, color: found.color }] : [];
  });
  return figure({
    data: lines,
    config,
    layout: layout({
      xaxis: axis(`Place t on the straight line from ${from} (0) to ${to} (1)`),
      yaxis: ruledAxis("Loss (bits per byte)"),
      shapes: [
        ...straight,
        ...marks.map(({ barrier, t, top, color }): Shape => ({
          type: "line",
          x0: t,
          x1: t,
          y0: top - barrier,
          y1: top,
          line: { color, width: 2 },
        })),
      ],
      annotations: marks.map(({ barrier, t, top }): Annotation => ({
        text: `barrier ${barrier.toFixed(3)}`,
        x: t,
        y: top,
        xanchor: "center",
        yanchor: "bottom",
        yshift: 8,
        showarrow: false,
        font: { size: 12, color: ink },
      })),
      ...(title && { title: { text: title } }),
      showlegend: true,
      legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom" },
    }),
  });
}
