/**
 * What a law leaves over: how far each run lies from what was predicted for it, in percent, against the prediction or any
 * input. A fan, a bow or a step says that the form is wrong; the shaded range is where 95 of 100 fitted runs lie, or all where they are fewer than 20.
 */
import { digits } from "../digits.js";
import { figure } from "./figure.js";
import { logged } from "./logged.js";
import { distinct, type Rows, rowsOf } from "./rows.js";
import { axis, config, faded, faint, ink, layout, palette, ruledAxis, symbols } from "./theme.js";
import type { Figure, Trace } from "./types.js";

export interface ResidualRow {
  loss: number;
  predicted: number;
  /** Where it stands across; defaults to the prediction. */
  x?: number;
  /** E.g. "fitted" and "held out"; groups differ by colour and marker, the first is the one the range is drawn of. */
  group?: string;
}

export interface LawResidualsOptions {
  rows: Rows<ResidualRow>;
  /** Title of the axis across, with its unit; defaults to "Predicted loss (nats per token)". */
  across?: string;
  /** Defaults to "linear". */
  scale?: "linear" | "log";
  title?: string;
}

export function lawResiduals(options: LawResidualsOptions): Figure {
  const { across = "Predicted loss (nats per token)", scale = "linear", title } = options;
  const rows = rowsOf("charts.lawResiduals", options.rows, ["loss", "predicted"]);
  const off = ({ loss, predicted }: ResidualRow): number => 100 * Math.log(loss / predicted);
  const groups = distinct(rows.map(({ group }) => group ?? "runs"));
  const own = (name: string): ResidualRow[] => rows.filter(({ group }) => (group ?? "runs") === name);
  const sizes = own(groups[0]!)
    .map((row) => Math.abs(off(row)))
    .sort((a, b) => a - b);
  const range = sizes[Math.ceil(0.95 * sizes.length) - 1] ?? 0;
  const data = groups.map((name, i): Trace => {
    const color = groups.length > 1 ? palette[i % palette.length]! : ink;
    return {
      type: "scatter",
      mode: "markers",
      name,
      x: own(name).map(({ x, predicted }) => x ?? predicted),
      y: own(name).map(off),
      marker: { color: faded(color, 0.8), symbol: symbols[i % symbols.length]!, size: 7 },
      hovertemplate: "%{x}: %{y:.2f} %<extra></extra>",
    };
  });
  const [low, high] = rows
    .map(off)
    .reduce(([a, b], each) => [Math.min(a, each), Math.max(b, each)], [-range, range]) as [number, number];
  // Room below the shaded range for its words.
  const room = 0.09 * (high - low) || 1;
  return figure({
    data,
    config,
    layout: layout({
      xaxis: axis(across, {
        type: scale,
        ...(scale === "log" && logged(rows.map(({ x, predicted }) => x ?? predicted))),
      }),
      yaxis: ruledAxis("Measured over predicted loss (%)", {
        range: [low - room, high + room],
        zeroline: true,
        zerolinecolor: ink,
        zerolinewidth: 1,
      }),
      shapes: [
        {
          type: "rect",
          xref: "paper",
          x0: 0,
          x1: 1,
          y0: -range,
          y1: range,
          layer: "below",
          fillcolor: faded(faint, 0.14),
          line: { width: 0 },
        },
      ],
      annotations: [
        {
          text: `${sizes.length < 20 ? "all" : "95 of 100"} within ${digits(range, 2)} %`,
          x: 0.01,
          y: -range,
          xref: "paper",
          xanchor: "left",
          yanchor: "top",
          showarrow: false,
          font: { size: 12, color: faint },
        },
      ],
      ...(title && { title: { text: title } }),
      showlegend: groups.length > 1,
    }),
  });
}
