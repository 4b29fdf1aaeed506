/**
 * The profile of one constant: how much worse the rows are described when it is held away from its best value. The line is
 * where 95 % confidence ends; a curve that stays below it says that the constant is not determined, whatever its value.
 */
import { digits } from "../digits.js";
import { figure } from "./figure.js";
import { level } from "./level.js";
import { type Rows, rowsOf } from "./rows.js";
import { logged } from "./logged.js";
import { axis, config, faded, faint, ink, layout, palette, ruledAxis } from "./theme.js";
import type { Annotation, Figure, Shape } from "./types.js";

export interface LawProfileOptions {
  /** As `laws.profile` gives them. */
  points: Rows<{ value: number; objective: number }>;
  /** The constant's name, with its unit where it has one. */
  name: string;
  /**
   * Rows less constants, twice that for absolute deviations: what turns a ratio of objectives into a likelihood ratio.
   * Left out: the objective is itself a negative log-likelihood.
   */
  spare?: number;
  /** Ends of the 95 % interval; null where the profile never crosses. */
  low?: number | null;
  high?: number | null;
  /** Values to mark, e.g. a published one. */
  references?: readonly { name: string; value: number }[];
  /** Defaults to "log" where the values span more than a decade, else "linear". */
  scale?: "linear" | "log";
  title?: string;
}

const closed = (low?: number | null, high?: number | null): boolean =>
  typeof low === "number" && typeof high === "number";

/** The 95 % point of χ² with one degree of freedom. */
const limit = 3.84;
const highest = 12;

export function lawProfile(options: LawProfileOptions): Figure {
  const { name, spare, low, high, references = [], title } = options;
  if (!(spare === undefined || spare > 0))
    throw new Error(`charts.lawProfile: invalid spare: ${spare} (rows less constants, more than 0)`);
  const all = rowsOf("charts.lawProfile", options.points, ["value", "objective"]);
  const best = all.reduce((a, b) => (b.objective < a.objective ? b : a));
  const worse = (objective: number): number =>
    spare === undefined ? 2 * (objective - best.objective) : spare * Math.log(objective / best.objective);
  const rise = (objective: number): number => Number(worse(objective).toFixed(4));
  // Beyond the interval by more than its own width there is nothing to see.
  const [seenFrom, seenTo] = closed(low, high)
    ? [low! - 1.2 * (high! - low!), high! + 1.2 * (high! - low!)]
    : [-Infinity, Infinity];
  const sorted = all.filter(({ value }) => value >= seenFrom && value <= seenTo).sort((a, b) => a.value - b.value);
  // Nor beyond the first point over the top on either side.
  const middle = sorted.indexOf(best);
  const over = sorted.map(({ objective }) => rise(objective) > highest);
  const first = Math.max(0, over.lastIndexOf(true, middle));
  const last = over.indexOf(true, middle);
  const points = sorted.slice(first, last < 0 ? undefined : last + 1);
  const values = points.map(({ value }) => value);
  const wide = values[0]! > 0 && values.at(-1)! / values[0]! > 10;
  const { scale = wide ? "log" : "linear" } = options;
  const place = (value: number): number => (scale === "log" ? Math.log10(value) : value);
  const shapes: Shape[] = [level(limit, { color: ink })];
  const [from, to] = [low ?? values[0]!, high ?? values.at(-1)!];
  shapes.push({
    type: "rect",
    yref: "paper",
    x0: from,
    x1: to,
    y0: 0,
    y1: 1,
    layer: "below",
    fillcolor: faded(faint, 0.14),
    line: { width: 0 },
  });
  const annotations: Annotation[] = [
    {
      text: "95 %",
      x: 1,
      y: limit,
      xref: "paper",
      xanchor: "right",
      yanchor: "bottom",
      showarrow: false,
      font: { size: 12, color: ink },
    },
  ];
  const open = [low === null && "below", high === null && "above"].filter(Boolean).join(" and ");
  if (open)
    annotations.push({
      text: `not determined ${open}`,
      x: 0.5,
      y: 1,
      xref: "paper",
      yref: "paper",
      xanchor: "center",
      yanchor: "top",
      showarrow: false,
      font: { size: 13, color: ink },
    });
  references.forEach(({ name: text, value }, i) => {
    const look = {
      y: 0.98 - 0.08 * i,
      yref: "paper",
      yanchor: "top",
      showarrow: false,
      font: { size: 12, color: palette[1]! },
    } as const;
    const beyond = value < values[0]! ? "left" : value > values.at(-1)! ? "right" : undefined;
    if (beyond) {
      const words = `${text}: ${digits(value)}`;
      annotations.push({
        ...look,
        // At its edges a profile is high, so there is room below.
        y: 0.22 - 0.08 * i,
        text: beyond === "left" ? `← ${words}` : `${words} →`,
        x: beyond === "left" ? 0.01 : 0.99,
        xref: "paper",
        xanchor: beyond,
      });
      return;
    }
    shapes.push({
      type: "line",
      yref: "paper",
      x0: value,
      x1: value,
      y0: 0,
      y1: 1,
      layer: "below",
      line: { color: palette[1]!, width: 1.2, dash: "dot" },
    });
    annotations.push({ ...look, text, x: place(value), xanchor: "left", xshift: 4 });
  });
  return figure({
    data: [
      {
        type: "scatter",
        mode: "lines+markers",
        name: "profile",
        x: values,
        y: points.map(({ objective }) => Math.min(highest, rise(objective))),
        line: { color: palette[0]!, width: 2 },
        marker: { color: palette[0]!, size: 5 },
        hovertemplate: "%{x:.4g}: %{y:.2f}<extra></extra>",
      },
      {
        type: "scatter",
        mode: "markers",
        name: "fit",
        x: [best.value],
        y: [0],
        marker: { color: ink, symbol: "diamond", size: 10 },
        hovertemplate: "%{x:.4g}<extra>fit</extra>",
      },
    ],
    config,
    layout: layout({
      height: 340,
      xaxis: axis(name, { type: scale, ...(scale === "log" && logged(values)) }),
      yaxis: ruledAxis("Twice the log-likelihood lost", { range: [-0.4, highest] }),
      shapes,
      annotations,
      ...(title && { title: { text: title } }),
      showlegend: false,
    }),
  });
}
