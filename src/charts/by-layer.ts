/**
 * A quantity by layer, from the embeddings (0) to the last: how alike two languages are, what a lens reads. A line per language,
 * or per snapshot of one run in order, dark to light; where there are seeds, their mean in a band from the lowest to the
 * highest. Controls, such as shuffled pairs or chance, are grey, since a number of likeness means little without one.
 */
import { figure } from "./figure.js";
import { distinct, mean, type Rows, rowsOf } from "./rows.js";
import { axis, config, faded, faint, layout, orderedStyle, ruledAxis, type Style, styleOf, symbols } from "./theme.js";
import type { Figure, Trace } from "./types.js";

export interface LayerRow {
  /** What the legend calls it: a language, a snapshot, a control. */
  line: string;
  /** Counted from 0, the embeddings. */
  layer: number;
  /** NaN is a gap. */
  value: number;
}

export interface ByLayerOptions {
  /** Of one line and layer as many as there are seeds. */
  rows: Rows<LayerRow>;
  /** Of the vertical axis, with its unit, e.g. "Debiased CKA with English". */
  axis: string;
  /** Lines that are snapshots in order of first sight, and not different things; defaults to false. */
  ordered?: boolean;
  /** Lines that only say what to expect of nothing; default to none. */
  controls?: readonly string[];
  title?: string;
}

export function byLayer(options: ByLayerOptions): Figure {
  const { ordered = false, controls = [], title } = options;
  const rows = rowsOf("charts.byLayer", options.rows, ["layer", "value"], ["line"]);
  const names = distinct(rows.map(({ line }) => line));
  const stranger = controls.find((name) => !names.includes(name));
  if (stranger !== undefined) throw new Error(`charts.byLayer: invalid controls: ${stranger} (no line is called so)`);
  const measured = names.filter((name) => !controls.includes(name));
  const style = (name: string): Style => {
    const i = measured.indexOf(name);
    if (i < 0) return { color: faint, dash: "dot", symbol: symbols[controls.indexOf(name) % symbols.length]! };
    return ordered ? { ...orderedStyle(i, measured.length), dash: "solid" } : styleOf(i);
  };
  const data = [...measured, ...controls].flatMap((name): Trace[] => {
    const own = rows.filter(({ line }) => line === name);
    const layers = distinct(own.map(({ layer }) => layer));
    const at = layers.map((layer) => own.filter((row) => row.layer === layer).map(({ value }) => value));
    const { color, dash, symbol } = style(name);
    const edge = (of: (...values: number[]) => number): Trace => ({
      type: "scatter",
      mode: "lines",
      name,
      x: layers,
      y: at.map((values) => of(...values)),
      legendgroup: name,
      line: { color, width: 0 },
      showlegend: false,
      hoverinfo: "skip",
    });
    const band = [edge(Math.min), { ...edge(Math.max), fill: "tonexty" as const, fillcolor: faded(color, 0.15) }];
    return [
      ...(at.some(({ length }) => length > 1) ? band : []),
      {
        type: "scatter",
        mode: "lines+markers",
        name,
        x: layers,
        y: at.map(mean),
        legendgroup: name,
        line: { color, dash, width: 2 },
        marker: { color, symbol, size: 7 },
        hovertemplate: `layer %{x}: %{y:.3f}<extra>${name}</extra>`,
      },
    ];
  });
  const layers = distinct(rows.map(({ layer }) => layer));
  return figure({
    data,
    config,
    layout: layout({
      xaxis: axis(
        "Layer (0: embeddings)",
        layers.length <= 14 ? { tickvals: layers, ticktext: layers.map(String) } : {},
      ),
      yaxis: ruledAxis(options.axis),
      ...(title && { title: { text: title } }),
      margin: { l: 76, r: 24, t: title ? 84 : 56, b: 64 },
      showlegend: names.length > 1,
      legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom" },
    }),
  });
}
