/**
 * A loss over every mixture of three domains: bands of equal loss on the triangle, the runs, and the best mixture with where
 * its resamples fell. Drawn on plain axes (corners at (0, 0), (1, 0) and (½, √3/2)), so that it needs no ternary plot.
 */
import { figure } from "./figure.js";
import { type Rows, rowsOf } from "./rows.js";
import { config, faded, ink, layout, percent } from "./theme.js";
import type { Annotation, Axis, Figure, Trace } from "./types.js";

/** Shares by the names in `domains`. */
export type Mixture = Record<string, number>;

export interface SimplexMapOptions {
  /** Names of the three domains: left corner, right corner, top. */
  domains: readonly [string, string, string];
  /** The law's loss of a mixture. */
  lossOf: (shares: Mixture) => number;
  /** The mixtures that were run. */
  points?: Rows<object>;
  best?: Mixture;
  /** Best mixtures of resamples: where the best one may as well lie. */
  resamples?: readonly Mixture[];
  /** Defaults to 8. */
  bands?: number;
  /** Defaults to "nats per token". */
  unit?: string;
  title?: string;
}

type Point = [x: number, y: number];

/** Little triangles along one side; a band's polygons must stay under the points that one trace keeps. */
const along = 18;
const root = Math.sqrt(3) / 2;

export function simplexMap(options: SimplexMapOptions): Figure {
  const { domains, lossOf, best, resamples = [], bands = 8, unit = "nats per token", title } = options;
  if (new Set(domains).size !== 3) throw new Error(`charts.simplexMap: invalid domains: ${domains.join(", ")} (three)`);
  if (!(Number.isInteger(bands) && bands > 1))
    throw new Error(`charts.simplexMap: invalid bands: ${bands} (2 or more)`);
  const place = (shares: Mixture): Point => {
    const [, b, c] = domains.map((name) => shares[name] ?? NaN) as [number, number, number];
    return [b + c / 2, c * root];
  };
  const at = (i: number, j: number): { point: Point; loss: number } => {
    const shares = Object.fromEntries(domains.map((name, k) => [name, [along - i - j, i, j][k]! / along]));
    return { point: place(shares), loss: lossOf(shares) };
  };
  const corners = Array.from({ length: along + 1 }, (_, j) =>
    Array.from({ length: along + 1 - j }, (_, i) => at(i, j)),
  );
  const losses = corners.flat().map(({ loss }) => loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  // Differences of rounding are none.
  if (!(Number.isFinite(low) && high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high))))
    throw new Error(`charts.simplexMap: invalid lossOf: from ${low} to ${high} on the triangle (finite, and not flat)`);
  const levels = Array.from({ length: bands + 1 }, (_, k) => (k === bands ? high : low + ((high - low) * k) / bands));
  const triangles = corners.flatMap((row, j) =>
    row.slice(0, -1).flatMap((corner, i) => {
      const [right, up, over] = [row[i + 1]!, corners[j + 1]![i]!, corners[j + 1]![i + 1]];
      return [[corner, right, up], ...(over ? [[right, over, up]] : [])];
    }),
  );
  const data = levels.slice(0, -1).map((from, k): Trace => {
    const pieces = triangles
      .map((triangle) => within(triangle, from, levels[k + 1]!))
      .filter((each) => each.length > 2);
    const closed = pieces.flatMap((piece) => [...piece, piece[0]!, null]);
    const grey = Math.round(238 - (150 * k) / (bands - 1));
    const color = `rgb(${Math.round(0.62 * grey)},${Math.round(0.82 * grey)},${grey})`;
    const words = `${from.toFixed(3)} to ${levels[k + 1]!.toFixed(3)}`;
    return {
      type: "scatter",
      mode: "lines",
      name: words,
      x: closed.map((point) => point?.[0] ?? null),
      y: closed.map((point) => point?.[1] ?? null),
      fill: "toself",
      fillcolor: color,
      line: { color, width: 1 },
      hoverinfo: "skip",
    };
  });
  const dots = (name: string, shares: readonly Mixture[], marker: Trace["marker"]): void => {
    if (shares.length === 0) return;
    const spots = shares.map(place);
    data.push({
      type: "scatter",
      mode: "markers",
      name,
      x: spots.map(([x]) => x),
      y: spots.map(([, y]) => y),
      marker,
      text: shares.map((each) => domains.map((domain) => `${domain} ${percent(each[domain]!)}`).join(", ")),
      hovertemplate: `%{text}<extra>${name}</extra>`,
    });
  };
  dots("resamples", resamples, { color: faded("#D55E00", 0.35), size: 5 });
  if (options.points)
    dots("runs", rowsOf("charts.simplexMap", options.points as Rows<Mixture>, domains), {
      color: ink,
      size: 7,
      line: { color: "#ffffff", width: 1 },
    });
  if (best)
    dots("best mixture", [best], { color: "#D55E00", symbol: "star", size: 15, line: { color: "#ffffff", width: 1 } });
  const corner = (k: number, more: Partial<Annotation>): Annotation => ({
    text: `all ${domains[k]}`,
    x: [0, 1, 0.5][k]!,
    y: k === 2 ? root : 0,
    showarrow: false,
    font: { size: 14, color: ink },
    ...more,
  });
  const bare: Axis = { showgrid: false, zeroline: false, showline: false, ticks: "", tickvals: [], ticktext: [] };
  return figure({
    data,
    config,
    layout: layout({
      width: 700,
      height: 520,
      margin: { l: 60, r: 24, t: title ? 70 : 40, b: 48 },
      xaxis: { ...bare, range: [-0.06, 1.06] },
      yaxis: { ...bare, range: [-0.03, root + 0.03] },
      annotations: [
        corner(0, { yanchor: "top", yshift: -4 }),
        corner(1, { yanchor: "top", yshift: -4 }),
        corner(2, { yanchor: "bottom", yshift: 4 }),
      ],
      ...(title && { title: { text: title } }),
      showlegend: true,
      legend: { title: { text: `Loss (${unit})` } },
    }),
  });
}

/** The part of a triangle where the loss, taken as linear between its corners, lies between two levels. */
function within(triangle: readonly { point: Point; loss: number }[], from: number, to: number): Point[] {
  const cut = (shape: readonly { point: Point; loss: number }[], level: number, sign: 1 | -1): typeof triangle =>
    shape.flatMap((a, i) => {
      const b = shape[(i + 1) % shape.length]!;
      const [inA, inB] = [sign * (a.loss - level) >= 0, sign * (b.loss - level) >= 0];
      const t = (level - a.loss) / (b.loss - a.loss);
      const between: Point = [a.point[0] + t * (b.point[0] - a.point[0]), a.point[1] + t * (b.point[1] - a.point[1])];
      return [...(inA ? [a] : []), ...(inA !== inB ? [{ point: between, loss: level }] : [])];
    });
  return cut(cut(triangle, from, 1), to, -1).map(({ point }) => point);
}
