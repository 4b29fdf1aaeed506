/**
 * Several methods on the forgetting–adaptation plane, each over a dial of its own: a line through the settings of a method in the
 * order of the rows, the mean over seeds, bars of one standard deviation. Across, what was learned of the new language; up, what was
 * lost of the old. Down and to the right is better, so of two lines the lower one is. A run's path over time is drawn the same way,
 * with steps for settings.
 */
import { figure } from "./figure.js";
import { type Range, roomy } from "./labels.js";
import { level } from "./level.js";
import { planeAxes } from "./plane.js";
import { deviation, distinct, mean, type Rows, rowsOf } from "./rows.js";
import { config, ink, layout, styleOf } from "./theme.js";
import type { Figure, Trace } from "./types.js";

export interface FrontRow {
  /** What the legend calls it. */
  method: string;
  /** Where its dial stands, as it is written beside the ends of the line; one row per seed. */
  setting: string | number;
  /** L(0) − L(t) of the new language, bits per byte. */
  adaptation: number;
  /** L(t) − L(0) of the old language, bits per byte. */
  forgetting: number;
}

export interface ForgettingFrontsOptions {
  rows: Rows<FrontRow>;
  /** Names for the axes; default to "the old language" and "the new language". */
  old?: string;
  new?: string;
  /** Draws a line at this much forgetting, where methods are compared. */
  at?: number;
  title?: string;
}

export function forgettingFronts(options: ForgettingFrontsOptions): Figure {
  const { old = "the old language", new: fresh = "the new language", at, title } = options;
  const rows = rowsOf("charts.forgettingFronts", options.rows, ["adaptation", "forgetting"], ["method", "setting"]);
  const methods = [...new Set(rows.map(({ method }) => method))];
  const ranges: [Range, Range] = [
    roomy(rows.map(({ adaptation }) => adaptation)),
    roomy([...rows.map(({ forgetting }) => forgetting), at ?? 0]),
  ];
  return figure({
    data: methods.map((method, i) =>
      front(
        rows.filter((row) => row.method === method),
        method,
        i,
      ),
    ),
    config,
    layout: layout({
      ...planeAxes({ old, fresh, ranges }),
      shapes: at === undefined ? [] : [level(at)],
      height: 520,
      ...(title && { title: { text: title } }),
      showlegend: true,
    }),
  });
}

/** The method's line. Its first and last setting are named, which says which way the dial turns. */
function front(rows: FrontRow[], method: string, i: number): Trace {
  const settings = distinct(rows.map(({ setting }) => String(setting)));
  const groups = settings.map((setting) => rows.filter((row) => String(row.setting) === setting));
  const of = (field: "adaptation" | "forgetting"): number[][] => groups.map((group) => group.map((row) => row[field]));
  const { color, dash, symbol } = styleOf(i);
  const bars = (values: number[][]): Trace["error_x"] => ({
    type: "data",
    array: values.map(deviation),
    color,
    thickness: 1,
    width: 3,
  });
  const seeds = groups.some(({ length }) => length > 1);
  return {
    type: "scatter",
    mode: "lines+markers+text",
    name: method,
    x: of("adaptation").map(mean),
    y: of("forgetting").map(mean),
    line: { color, width: 2, dash },
    marker: { color, symbol, size: 9, line: { color: "#ffffff", width: 1 } },
    text: settings.map((setting, k) => (k === 0 || k === settings.length - 1 ? setting : "")),
    textposition: "top center",
    textfont: { size: 11, color: ink },
    ...(seeds && { error_x: bars(of("adaptation")), error_y: bars(of("forgetting")) }),
    hovertemplate: `${method}: learned %{x:.3f}, forgot %{y:.3f} bits per byte<extra></extra>`,
  };
}
