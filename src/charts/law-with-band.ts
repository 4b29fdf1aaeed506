/**
 * A fitted law over the shares that were run: points, curve, band of uncertainty, the loss that must not be exceeded, the
 * least share that keeps it with its interval, and a check run: what was predicted for it and what it gave.
 */
import { figure } from "./figure.js";
import { type LawMarks, marksOf } from "./law-marks.js";
import { type Rows, rowsOf } from "./rows.js";
import { axis, config, faded, ink, layout, palette, percent, ruledAxis } from "./theme.js";
import type { Figure, Trace } from "./types.js";

export interface LawWithBandOptions extends LawMarks {
  /** The runs the law was fitted to. */
  points: Rows<{ share: number; loss: number }>;
  /** The law's line, as `laws.curve` gives it. */
  curve: Rows<{ x: number; loss: number; low: number | null; high: number | null }>;
  /** A run that was not fitted, made to test the law. */
  check?: { share: number; predicted: number; low?: number | null; high?: number | null; measured: number };
  /** Whose share and loss; defaults to "the old language". */
  of?: string;
  /** Defaults to "bits per byte". */
  unit?: string;
  /** How sure the band is; defaults to 0.95. */
  level?: number;
  title?: string;
}

const [lawColor, checkColor] = [palette[0]!, palette[1]!];

export function lawWithBand(options: LawWithBandOptions): Figure {
  const { limit, critical, check, of = "the old language", unit = "bits per byte", level = 0.95, title } = options;
  const points = rowsOf("charts.lawWithBand", options.points, ["share", "loss"]);
  const curve = rowsOf("charts.lawWithBand", options.curve, ["x", "loss"]);
  const data: Trace[] = [];
  const x = curve.map((row) => row.x);
  const banded = curve.filter((row) => row.low !== null && row.high !== null);
  if (banded.length > 1) {
    const edge = {
      type: "scatter",
      mode: "lines",
      x: banded.map((row) => row.x),
      line: { color: lawColor, width: 0 },
      hoverinfo: "skip",
    } as const;
    data.push({ ...edge, y: banded.map((row) => row.low), showlegend: false });
    data.push({
      ...edge,
      y: banded.map((row) => row.high),
      fill: "tonexty",
      fillcolor: faded(lawColor, 0.18),
      name: `${percent(level)} band`,
    });
  }
  data.push({
    type: "scatter",
    mode: "lines",
    name: "fitted law",
    x,
    y: curve.map((row) => row.loss),
    line: { color: lawColor, width: 2.5 },
    hovertemplate: "%{x:.1%}: %{y:.3f}<extra>law</extra>",
  });
  data.push({
    type: "scatter",
    mode: "markers",
    name: "runs",
    x: points.map((row) => row.share),
    y: points.map((row) => row.loss),
    marker: { color: ink, size: 9, line: { color: "#ffffff", width: 1 } },
    hovertemplate: "%{x:.1%}: %{y:.3f}<extra>run</extra>",
  });
  if (check) data.push(...checkTraces(check));
  const { shapes, annotations } = marksOf(options);
  const span = extent([
    ...points.map((row) => row.loss),
    ...curve.map((row) => row.loss),
    ...(limit === undefined ? [] : [limit]),
  ]);
  return figure({
    data,
    config,
    layout: layout({
      xaxis: axis(`Share of ${of} in the mixture`, { tickformat: ".0%", range: [-0.02, 1.02] }),
      yaxis: ruledAxis(
        `Loss on ${of} (${unit})`,
        typeof critical?.value !== "number"
          ? {}
          : { range: [span[0] - 0.12 * (span[1] - span[0]), span[1] + 0.08 * (span[1] - span[0])] },
      ),
      shapes,
      annotations,
      ...(title && { title: { text: title } }),
      showlegend: true,
      legend: { x: 1, y: 1, xanchor: "right", yanchor: "top", bgcolor: "rgba(255,255,255,0.85)" },
    }),
  });
}

function checkTraces({ share, predicted, low, high, measured }: NonNullable<LawWithBandOptions["check"]>): Trace[] {
  const ranged = typeof low === "number" && typeof high === "number";
  return [
    {
      type: "scatter",
      mode: "markers",
      name: "check run, predicted",
      x: [share],
      y: [predicted],
      marker: { color: checkColor, symbol: "diamond-open", size: 12, line: { color: checkColor, width: 2 } },
      ...(ranged && {
        error_y: {
          type: "data",
          symmetric: false,
          array: [high - predicted],
          arrayminus: [predicted - low],
          color: checkColor,
          thickness: 1.5,
          width: 5,
        },
      }),
      hovertemplate: "%{x:.1%}: %{y:.3f}<extra>predicted</extra>",
    },
    {
      type: "scatter",
      mode: "markers",
      name: "check run, measured",
      x: [share],
      y: [measured],
      marker: { color: checkColor, symbol: "x", size: 10 },
      hovertemplate: "%{x:.1%}: %{y:.3f}<extra>measured</extra>",
    },
  ];
}

const extent = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];
