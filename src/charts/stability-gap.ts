/**
 * The stability gap: by how much the old domain's loss is above its level before the switch, against updates on a log axis,
 * where the jump is wide enough to be seen. A line per run; where a run has several seeds the line is their mean, and the
 * band goes from the lowest to the highest.
 */
import { figure } from "./figure.js";
import { distinct, mean, type Rows, rowsOf } from "./rows.js";
import { axis, config, faded, faint, layout, ruledAxis, styleOf } from "./theme.js";
import type { Figure, Trace } from "./types.js";

/** As `measure.forgetting` gives them in `curve`, with the run that they are of. */
export interface GapRow {
  run: string;
  step: number;
  /** Above the level before. */
  bitsPerByte: number;
  seed?: number;
}

export interface StabilityGapOptions {
  rows: Rows<GapRow>;
  /** Whose loss; defaults to "the old domain". */
  of?: string;
  title?: string;
}

export function stabilityGap({ rows: given, of = "the old domain", title }: StabilityGapOptions): Figure {
  // The first update is where a log axis begins: before it nothing changed.
  const rows = rowsOf("charts.stabilityGap", given, ["step", "bitsPerByte"], ["run"]).filter(({ step }) => step > 0);
  if (rows.length === 0) throw new Error("charts.stabilityGap: invalid rows: none is after the first update");
  const runs = distinct(rows.map(({ run }) => run));
  const data = runs.flatMap((run, i): Trace[] => {
    const own = rows.filter((row) => row.run === run);
    const x = distinct(own.map(({ step }) => step));
    const at = x.map((step) => own.filter((row) => row.step === step).map(({ bitsPerByte }) => bitsPerByte));
    const { color, dash, symbol } = styleOf(i);
    const edge = { type: "scatter", mode: "lines", x, line: { color, width: 0 }, hoverinfo: "skip" } as const;
    const band: Trace[] = [
      { ...edge, y: at.map((values) => Math.min(...values)), showlegend: false },
      {
        ...edge,
        y: at.map((values) => Math.max(...values)),
        fill: "tonexty",
        fillcolor: faded(color, 0.18),
        showlegend: false,
      },
    ];
    return [
      ...(at.some((values) => values.length > 1) ? band : []),
      {
        type: "scatter",
        mode: "lines+markers",
        name: run,
        x,
        y: at.map(mean),
        line: { color, dash, width: 2 },
        marker: { color, symbol, size: 7 },
        hovertemplate: "update %{x}: %{y:+.4f} bits per byte<extra>%{fullData.name}</extra>",
      },
    ];
  });
  return figure({
    data,
    config,
    layout: layout({
      xaxis: axis("Updates since the switch", { type: "log", tickformat: "~s" }),
      yaxis: ruledAxis(`Change on ${of} (bits per byte)`),
      shapes: [
        {
          type: "line",
          xref: "paper",
          yref: "y",
          x0: 0,
          x1: 1,
          y0: 0,
          y1: 0,
          layer: "below",
          line: { color: faint, width: 1.5, dash: "dot" },
        },
      ],
      annotations: [
        {
          text: "before",
          x: 1,
          y: 0,
          xref: "paper",
          yref: "y",
          xanchor: "left",
          yanchor: "middle",
          xshift: 5,
          showarrow: false,
          font: { size: 12, color: faint },
        },
      ],
      margin: { l: 72, r: 64, t: title ? 72 : 40, b: 64 },
      ...(title && { title: { text: title } }),
      showlegend: true,
      legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom" },
    }),
  });
}
