/** Bytes per token of each language, before and after the tokenizer was widened: taller bars, shorter sequences. */
import { figure } from "./figure.js";
import { type Rows, rowsOf } from "./rows.js";
import { axis, config, ink, layout, palette, ruledAxis } from "./theme.js";
import type { Figure, Trace } from "./types.js";

export interface FertilityRow {
  language: string;
  /** Bytes per token of the base tokenizer, and of the widened one. */
  before: number;
  after: number;
}

export interface FertilityBarsOptions {
  rows: Rows<FertilityRow>;
  /** Legend texts; default to "base tokenizer" and "widened tokenizer". */
  names?: { before: string; after: string };
  title?: string;
}

export function fertilityBars(options: FertilityBarsOptions): Figure {
  const { names = { before: "base tokenizer", after: "widened tokenizer" }, title } = options;
  const rows = rowsOf("charts.fertilityBars", options.rows, ["before", "after"], ["language"]);
  const bars = (key: "before" | "after", color: string, hatched: boolean): Trace => ({
    type: "bar",
    name: names[key],
    x: rows.map((row) => row.language),
    y: rows.map((row) => row[key]),
    text: rows.map((row) => row[key].toFixed(2)),
    textposition: "outside",
    textfont: { size: 13, color: ink },
    marker: { color, ...(hatched && { pattern: { shape: "/", fgcolor: "#ffffff", bgcolor: color, solidity: 0.25 } }) },
    hovertemplate: "%{x}: %{y:.3f} bytes per token<extra></extra>",
  });
  return figure({
    data: [bars("before", "#8a94a0", true), bars("after", palette[0]!, false)],
    config,
    layout: layout({
      xaxis: axis("", {
        type: "category",
        title: undefined,
        ticks: "",
        tickcolor: undefined,
        ticklen: undefined,
        tickfont: { size: 15, color: ink },
      }),
      yaxis: ruledAxis("Bytes per token (more is shorter)", { rangemode: "tozero" }),
      barmode: "group",
      bargap: 0.35,
      bargroupgap: 0.08,
      ...(title && { title: { text: title } }),
      showlegend: true,
      legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom" },
    }),
  });
}
