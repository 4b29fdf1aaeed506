/** What more tokens buy: bytes of held-out text per token against the number of tokens added, a line per language. */
import { figure } from "./figure.js";
import { distinct, type Rows, rowsOf } from "./rows.js";
import { axis, config, layout, ruledAxis, styleOf } from "./theme.js";
import type { Figure, Trace } from "./types.js";

export interface WideningRow {
  added: number;
  language: string;
  bytesPerToken: number;
}

export interface WideningCurveOptions {
  rows: Rows<WideningRow>;
  title?: string;
}

export function wideningCurve({ rows: given, title }: WideningCurveOptions): Figure {
  const rows = rowsOf("charts.wideningCurve", given, ["added", "bytesPerToken"], ["language"]);
  const data = distinct(rows.map(({ language }) => language)).map((language, i): Trace => {
    const own = rows.filter((row) => row.language === language).sort((a, b) => a.added - b.added);
    const { color, dash, symbol } = styleOf(i);
    return {
      type: "scatter",
      mode: "lines+markers",
      name: language,
      x: own.map(({ added }) => added),
      y: own.map(({ bytesPerToken }) => bytesPerToken),
      line: { color, dash, width: 2 },
      marker: { color, symbol, size: 8 },
      hovertemplate: "%{x} tokens added: %{y:.2f} bytes per token<extra>%{fullData.name}</extra>",
    };
  });
  return figure({
    data,
    config,
    layout: layout({
      height: 380,
      xaxis: axis("Tokens added"),
      yaxis: ruledAxis("Bytes per token", { rangemode: "tozero" }),
      ...(title && { title: { text: title } }),
      showlegend: true,
      legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom" },
    }),
  });
}
