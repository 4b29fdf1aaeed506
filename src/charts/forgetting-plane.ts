/**
 * The forgetting–adaptation plane: across, what was learned of the new language; up, what was lost of the old. One point per
 * share, joined in order, and one per method that has a name instead, written beside it or, where names would lie over each other, in a legend; with several seeds the mean, bars of one standard deviation, and every seed as a faint dot. Down
 * and to the right is better.
 */
import { figure } from "./figure.js";
import { crowded, labelPlaces, type Range, roomy, spaced } from "./labels.js";
import { level } from "./level.js";
import { planeAxes } from "./plane.js";
import { deviation, distinct, mean, type Rows, rowsOf } from "./rows.js";
import { fit, spare, widthOf } from "./svg/text.js";
import { config, faded, faint, ink, layout, orderedStyle, palette, percent, styleOf } from "./theme.js";
import type { Figure, Trace } from "./types.js";

export interface PlanePoint {
  /** L(0) − L(t) of the new language, bits per byte. */
  adaptation: number;
  /** L(t) − L(0) of the old language, bits per byte. */
  forgetting: number;
  /** Token share of the old language: orders, joins and names the points. */
  share?: number;
  /** Names the point where there is no share. */
  label?: string;
}

export interface ForgettingPlaneOptions {
  points: Rows<PlanePoint>;
  /** Names for the axes; default to "the old language" and "the new language". */
  old?: string;
  new?: string;
  /** Draws a line at this much forgetting. */
  tolerance?: number;
  title?: string;
}

/** Of points that have a name and no share. */
const labelled = { color: palette[1]!, symbol: "diamond" } as const;

export function forgettingPlane(options: ForgettingPlaneOptions): Figure {
  const { old = "the old language", new: fresh = "the new language", tolerance, title } = options;
  const points = rowsOf("charts.forgettingPlane", options.points, ["adaptation", "forgetting"]);
  const keyOf = (point: PlanePoint): number | string => point.share ?? point.label ?? "";
  const keys = distinct(points.map(keyOf));
  const groups = keys.map((key) => points.filter((point) => keyOf(point) === key));
  const seeds = Math.max(...groups.map((group) => group.length));
  const x = groups.map((group) => mean(group.map((point) => point.adaptation)));
  const y = groups.map((group) => mean(group.map((point) => point.forgetting)));
  const ranges: [Range, Range] = [
    // Labels are wider than high.
    roomy(
      points.map((p) => p.adaptation),
      0.16,
    ),
    roomy([...points.map((p) => p.forgetting), tolerance ?? 0]),
  ];
  const name = (key: number | string): string => (typeof key === "number" ? percent(key) : key);
  const shown = keys.map((key) => fit(name(key), 13, 200));
  const widths = shown.map((text) => widthOf(text, 13) / spare);
  const sides = labelPlaces(x, y, ranges, [0, ...(tolerance ? [tolerance] : [])], widths);
  const legend = crowded(x, y, ranges, sides, widths);
  const named = keys.filter((key) => typeof key === "string");
  const shares = keys.filter((key) => typeof key === "number").sort((a, b) => a - b);
  const data: Trace[] = [];
  if (shares.length > 1) {
    const along = shares.map((share) => keys.indexOf(share));
    data.push({
      type: "scatter",
      mode: "lines",
      x: along.map((i) => x[i]!),
      y: along.map((i) => y[i]!),
      line: { color: faded(faint, 0.6), width: 1.5 },
      hoverinfo: "skip",
      showlegend: false,
    });
  }
  if (seeds > 1) {
    data.push({
      type: "scatter",
      mode: "markers",
      x: points.map((point) => point.adaptation),
      y: points.map((point) => point.forgetting),
      marker: { color: faded(ink, 0.28), size: 5 },
      hoverinfo: "skip",
      showlegend: false,
    });
  }
  keys.forEach((key, i) => {
    const listed = legend && typeof key === "string";
    const { color, symbol } =
      typeof key === "number"
        ? orderedStyle(shares.indexOf(key), shares.length)
        : listed
          ? styleOf(named.indexOf(key))
          : labelled;
    const bars = (values: number[]): Trace["error_x"] => ({
      type: "data",
      array: [deviation(values)],
      color,
      thickness: 1.5,
      width: 4,
    });
    const group = groups[i]!;
    data.push({
      type: "scatter",
      mode: listed ? "markers" : "markers+text",
      name: name(key),
      showlegend: listed,
      x: [x[i]!],
      y: [y[i]!],
      marker: { color, symbol, size: 11, line: { color: "#ffffff", width: 1 } },
      ...(!listed && {
        text: [spaced(shown[i]!, sides[i]!, seeds > 1)],
        textposition: sides[i]!,
        textfont: { size: 13, color: ink },
      }),
      ...(seeds > 1 && {
        error_x: bars(group.map((p) => p.adaptation)),
        error_y: bars(group.map((p) => p.forgetting)),
      }),
      hovertemplate: `${name(key)}: learned %{x:.3f}, forgot %{y:.3f} bits per byte<extra></extra>`,
    });
  });
  return figure({
    data,
    config,
    layout: layout({
      ...planeAxes({ old, fresh, ranges }),
      shapes: tolerance ? [level(tolerance)] : [],
      annotations: tolerance
        ? [
            {
              text: `tolerance ${tolerance}`,
              x: 0.01,
              y: tolerance,
              xref: "paper",
              xanchor: "left",
              yanchor: "bottom",
              showarrow: false,
              font: { size: 12, color: faint },
            },
          ]
        : [],
      ...(title && { title: { text: title } }),
      showlegend: legend && named.length > 0,
    }),
  });
}
