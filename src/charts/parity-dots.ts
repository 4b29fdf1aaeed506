/**
 * What each language pays under each tokenizer: tokens for the same text, relative to one pivot language (Petrov et al.
 * 2023). One row per language, one mark per tokenizer; shapes differ as colours do, and the scale is logarithmic because
 * the price is a ratio.
 */
import { figure } from "./figure.js";
import { distinct, mean, type Rows, rowsOf } from "./rows.js";
import { axis, config, faint, ink, layout, rule, styleOf } from "./theme.js";
import type { Figure, Shape, Trace } from "./types.js";

export interface ParityRow {
  tokenizer: string;
  language: string;
  /** Tokens over the pivot's; rows without a number are left out, and so is the pivot, which is 1 everywhere. */
  parity: number | null;
}

export interface ParityDotsOptions {
  rows: Rows<ParityRow>;
  /** The pivot's name for the axis. Defaults to "the pivot language". */
  pivot?: string;
  /** Names of languages by their code in the rows; defaults to the codes. */
  languages?: Record<string, string>;
  title?: string;
}

export function parityDots(options: ParityDotsOptions): Figure {
  const { pivot = "the pivot language", languages = {}, title } = options;
  const given = rowsOf("charts.parityDots", options.rows, [], ["tokenizer", "language"]);
  const pays = new Set(given.filter(({ parity }) => parity !== 1).map(({ language }) => language));
  const rows = given.filter(
    (row): row is ParityRow & { parity: number } => Number.isFinite(row.parity) && pays.has(row.language),
  );
  if (!(rows.length > 0 && rows.every(({ parity }) => parity > 0)))
    throw new Error(
      "charts.parityDots: invalid parity: none, or not above 0; give aligned texts (keys) to vocab.compare",
    );
  const tokenizers = distinct(rows.map((row) => row.tokenizer));
  const paid = (language: string): number[] => rows.filter((row) => row.language === language).map((row) => row.parity);
  const geometric = (values: number[]): number => mean(values.map(Math.log));
  const order = distinct(rows.map((row) => row.language)).sort((a, b) => geometric(paid(b)) - geometric(paid(a)));
  const data = tokenizers.map((tokenizer, i): Trace => {
    const own = rows.filter((row) => row.tokenizer === tokenizer);
    const { color, symbol } = styleOf(i);
    return {
      type: "scatter",
      mode: "markers",
      name: tokenizer,
      x: own.map((row) => row.parity),
      y: own.map((row) => order.indexOf(row.language)),
      marker: { color, symbol, size: 10, line: { color: "#ffffff", width: 1 } },
      text: own.map((row) => languages[row.language] ?? row.language),
      hovertemplate: "%{text}: × %{x:.2f}<extra>%{fullData.name}</extra>",
    };
  });
  const spans = order.map((language, y): Shape => {
    const values = paid(language);
    const ends = { x0: Math.min(...values), x1: Math.max(...values), y0: y, y1: y };
    return { type: "line", ...ends, line: { color: rule, width: 6 }, layer: "below" };
  });
  const [least, most] = [Math.min(...rows.map((row) => row.parity)), Math.max(...rows.map((row) => row.parity))];
  const ticks = [0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30].filter((x) => x > least / 1.3 && x < most * 1.3);
  return figure({
    data,
    config,
    layout: layout({
      height: 150 + 26 * order.length,
      xaxis: axis(`Tokens for the same text, times ${pivot} (logarithmic)`, {
        type: "log",
        range: [Math.log10(Math.min(0.9, least / 1.1)), Math.log10(Math.max(1.1, most * 1.15))],
        tickvals: ticks,
        ticktext: ticks.map((x) => `× ${x}`),
        showgrid: true,
        gridcolor: rule,
      }),
      yaxis: axis("", {
        title: undefined,
        range: [order.length - 0.4, -0.6],
        tickvals: order.map((_, i) => i),
        ticktext: order.map((language) => languages[language] ?? language),
        ticks: "",
        tickcolor: undefined,
        ticklen: undefined,
        tickfont: { size: 13, color: ink },
      }),
      shapes: [
        ...spans,
        {
          type: "line",
          x0: 1,
          x1: 1,
          yref: "y domain",
          y0: 0,
          y1: 1,
          line: { color: faint, width: 1.5, dash: "dash" },
        },
      ],
      ...(title && { title: { text: title } }),
      showlegend: true,
      legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom" },
    }),
  });
}
