/**
 * Several laws on the same runs, and the share each recommends: above, loss against share with every law's line and the loss
 * that must not be exceeded; below, each recommended share with its interval and what a check run there was measured to lose.
 */
import { figure } from "./figure.js";
import { level } from "./level.js";
import { type Rows, rowsOf } from "./rows.js";
import { axis, config, faint, ink, layout, percent, ruledAxis, styleOf } from "./theme.js";
import type { Annotation, Figure, Trace } from "./types.js";

export interface LawChoice {
  name: string;
  /** The law's line. */
  curve: Rows<{ x: number; loss: number }>;
  /** The share that `laws.solve` of "critical-share" gives. */
  critical: { value: number | null; low: number | null; high: number | null; determined?: boolean };
  /** A run at the recommended share. */
  check?: { share: number; measured: number };
}

export interface LawSharesOptions {
  points: Rows<{ share: number; loss: number }>;
  laws: readonly LawChoice[];
  /** Loss that must not be exceeded. */
  limit: number;
  baseline?: number;
  /** Whose share and loss; defaults to "the old language". */
  of?: string;
  /** Defaults to "bits per byte". */
  unit?: string;
  title?: string;
}

export function lawShares(options: LawSharesOptions): Figure {
  const { laws, limit, baseline, of = "the old language", unit = "bits per byte", title } = options;
  const points = rowsOf("charts.lawShares", options.points, ["share", "loss"]);
  if (laws.length === 0) throw new Error("charts.lawShares: invalid laws: none (give at least one)");
  const data: Trace[] = [];
  const losses = [limit, ...points.map(({ loss }) => loss)];
  laws.forEach(({ name, curve, check }, i) => {
    const { color, dash, symbol } = styleOf(i);
    const line = rowsOf("charts.lawShares", curve, ["x", "loss"]);
    data.push({
      type: "scatter",
      mode: "lines",
      name,
      x: line.map(({ x }) => x),
      y: line.map(({ loss }) => loss),
      line: { color, dash, width: 2.2 },
      hovertemplate: `%{x:.1%}: %{y:.3f}<extra>${name}</extra>`,
    });
    if (!check) return;
    losses.push(check.measured);
    data.push({
      type: "scatter",
      mode: "markers",
      name: `check run of ${name}`,
      x: [check.share],
      y: [check.measured],
      marker: { color, symbol, size: 11, line: { color: ink, width: 1.5 } },
      hovertemplate: "%{x:.1%}: %{y:.3f}<extra>check run</extra>",
    });
  });
  data.push({
    type: "scatter",
    mode: "markers",
    name: "runs",
    x: points.map(({ share }) => share),
    y: points.map(({ loss }) => loss),
    marker: { color: ink, size: 8, line: { color: "#ffffff", width: 1 } },
    hovertemplate: "%{x:.1%}: %{y:.3f}<extra>run</extra>",
  });
  laws.forEach((law, i) => data.push(recommended(law, i, laws.length)));
  const [low, high] = [Math.min(...losses, baseline ?? Infinity), Math.max(...losses)];
  const pad = 0.08 * (high - low || 1);
  const height = Math.min(0.34, 0.08 + 0.06 * laws.length);
  const named = (text: string, y: number, top: boolean): Annotation => ({
    text,
    x: 1,
    y,
    xref: "paper",
    xanchor: "right",
    yanchor: top ? "bottom" : "top",
    showarrow: false,
    font: { size: 12, color: faint },
  });
  return figure({
    data,
    config,
    layout: layout({
      height: 440 + 34 * laws.length,
      // The laws' names stand left of the lower panel.
      margin: {
        l: Math.max(72, 24 + 8 * Math.max(...laws.map(({ name }) => name.length))),
        r: 24,
        t: title ? 56 : 24,
        b: 64,
      },
      xaxis: axis("", { tickformat: ".0%", range: [-0.02, 1.02], anchor: "y" }),
      yaxis: ruledAxis(`Loss on ${of} (${unit})`, { domain: [height + 0.12, 1], range: [low - pad, high + pad] }),
      xaxis2: axis(`Share of ${of} in the mixture`, { tickformat: ".0%", range: [-0.02, 1.02], anchor: "y2" }),
      yaxis2: {
        showgrid: false,
        zeroline: false,
        domain: [0, height],
        range: [-0.6, laws.length - 0.4],
        tickvals: laws.map((_, i) => laws.length - 1 - i),
        ticktext: laws.map(({ name }) => name),
        ticks: "",
        tickfont: { size: 13, color: ink },
      },
      shapes: [level(limit), ...(baseline === undefined ? [] : [level(baseline, { dash: "dot" })])],
      annotations: [
        named("tolerance", limit, true),
        ...(baseline === undefined ? [] : [named("base model", baseline, false)]),
      ],
      ...(title && { title: { text: title } }),
      showlegend: true,
      legend: { x: 1, y: 1, xanchor: "right", yanchor: "top", bgcolor: "rgba(255,255,255,0.85)" },
    }),
  });
}

/** One law's recommendation in the lower panel: a point with its interval, or words where there is none. */
function recommended({ name, critical }: LawChoice, i: number, of: number): Trace {
  const { color, symbol } = styleOf(i);
  const { value: share, low, high, determined = true } = critical;
  const words = share === null ? "no share" : `${percent(share)}${determined ? "" : ", not determined"}`;
  const at = share ?? 0;
  return {
    type: "scatter",
    mode: "markers+text",
    name,
    showlegend: false,
    xaxis: "x2",
    yaxis: "y2",
    x: [at],
    y: [of - 1 - i],
    marker: { color, symbol, size: share === null ? 1 : 10 },
    text: [words],
    textposition: at > 0.75 ? "top left" : "top right",
    textfont: { size: 12, color: ink },
    ...(share !== null &&
      low !== null && {
        error_x: {
          type: "data",
          symmetric: false,
          array: [(high ?? 1) - share],
          arrayminus: [share - low],
          color,
          thickness: 2,
          width: 6,
        },
      }),
    hovertemplate: `${name}: ${words}<extra></extra>`,
  };
}
