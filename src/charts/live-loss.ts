/**
 * The chart that a cell redraws while it trains: every step's loss faint, its running mean bold, evaluations of each domain
 * as marked lines. In nats per token, as the loss is computed. Zoom and hidden traces survive a redraw.
 */
import { figure } from "./figure.js";
import { distinct } from "./rows.js";
import { axis, config, faded, faint, layout, ruledAxis, styleOf } from "./theme.js";
import type { Figure, Trace } from "./types.js";

export interface LiveLossOptions {
  /** Steps so far. */
  steps: readonly { step: number; loss: number }[];
  /** Evaluations so far. */
  evaluations?: readonly { step: number; domain: string; loss: number }[];
  /** Steps in all: the axis does not grow while one watches. */
  total?: number;
  /** Names for domains, e.g. `{ ko: "Korean" }`. */
  domains?: Record<string, string>;
  /** Steps of the running mean; defaults to a fiftieth of the steps so far. */
  window?: number;
  title?: string;
}

export function liveLoss(options: LiveLossOptions): Figure {
  const { steps, evaluations = [], total, domains = {}, title } = options;
  const { window = Math.max(1, Math.round(steps.length / 50)) } = options;
  if (!(Number.isInteger(window) && window > 0)) throw new Error(`charts.liveLoss: invalid window: ${window}`);
  const x = steps.map((row) => row.step);
  const losses = steps.map((row) => row.loss);
  const data: Trace[] = [];
  if (window > 1)
    data.push({
      type: "scatter",
      mode: "lines",
      x,
      y: losses,
      line: { color: faded(faint, 0.4), width: 1 },
      hoverinfo: "skip",
      showlegend: false,
    });
  data.push({
    type: "scatter",
    mode: "lines",
    name: "training batches",
    x,
    y: runningMean(losses, window),
    line: { color: faint, width: 2 },
    hovertemplate: "step %{x}: %{y:.3f}<extra></extra>",
  });
  distinct(evaluations.map((row) => row.domain)).forEach((domain, i) => {
    const { color, dash, symbol } = styleOf(i);
    const rows = evaluations.filter((row) => row.domain === domain).sort((a, b) => a.step - b.step);
    data.push({
      type: "scatter",
      mode: "lines+markers",
      name: `${domains[domain] ?? domain}, held out`,
      x: rows.map((row) => row.step),
      y: rows.map((row) => row.loss),
      line: { color, dash, width: 2 },
      marker: { color, symbol, size: 7 },
      hovertemplate: "step %{x}: %{y:.3f}<extra></extra>",
    });
  });
  return figure({
    data,
    config,
    layout: layout({
      xaxis: axis("Step", total === undefined ? {} : { range: [0, total] }),
      yaxis: ruledAxis("Loss (nats per token)"),
      height: 360,
      ...(title && { title: { text: title } }),
      showlegend: true,
      legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom" },
      uirevision: "live",
    }),
  });
}

/** Mean of the last `window` values; a loss that is not a number makes a gap as long as the window. */
function runningMean(values: readonly number[], window: number): number[] {
  let sum = 0;
  let bad = 0;
  const count = (value: number, sign: 1 | -1): void => {
    if (Number.isFinite(value)) sum += sign * value;
    else bad += sign;
  };
  return values.map((value, i) => {
    count(value, 1);
    if (i >= window) count(values[i - window]!, -1);
    return bad > 0 ? NaN : sum / Math.min(i + 1, window);
  });
}
