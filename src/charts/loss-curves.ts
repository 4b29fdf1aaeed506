/**
 * Loss curves of many runs: one panel per language, one line per share (or per run), against tokens on a log axis, because
 * that is where evaluations are spaced evenly. The loss before the first step has no place on a log axis: it is a dotted line.
 */
import { figure } from "./figure.js";
import { heading } from "./heading.js";
import { level } from "./level.js";
import { distinct, type Rows, rowsOf } from "./rows.js";
import { axis, config, faint, layout, orderedStyle, percent, ruledAxis, type Style, styleOf } from "./theme.js";
import type { Annotation, Figure, Layout, Shape, Trace } from "./types.js";

export interface LossRow {
  run: string;
  domain: string;
  tokens: number;
  bitsPerByte: number;
  /** Token share of the old language; lines are then coloured and named by it. */
  share?: number;
}

export interface LossCurvesOptions {
  rows: Rows<LossRow>;
  /** Domains to draw, in order (two at most), with their names, e.g. `{ en: "English", ko: "Korean" }`; defaults to the first two found. */
  domains?: Record<string, string>;
  /** What the shares are shares of, for the legend; defaults to the first domain's name. */
  shareOf?: string;
  /** Defaults to "log". */
  scale?: "log" | "linear";
  title?: string;
}

export function lossCurves(options: LossCurvesOptions): Figure {
  const { scale = "log", title } = options;
  const rows = rowsOf("charts.lossCurves", options.rows, ["tokens", "bitsPerByte"], ["run", "domain"]);
  const domains =
    options.domains ??
    Object.fromEntries(
      distinct(rows.map((row) => row.domain))
        .slice(0, 2)
        .map((name) => [name, name]),
    );
  const names = Object.keys(domains);
  const missing = names.find((name) => !rows.some((row) => row.domain === name));
  if (missing || names.length < 1 || names.length > 2) {
    throw new Error(
      `charts.lossCurves: invalid domains: ${missing ?? names.length}; draw one or two of ${distinct(rows.map((row) => row.domain)).join(", ")}`,
    );
  }
  const shares = rows.every((row) => typeof row.share === "number")
    ? distinct(rows.map((row) => row.share!))
    : undefined;
  const runs = distinct(rows.map((row) => row.run));
  const styleFor = (row: LossRow): Style =>
    shares ? orderedStyle(shares.indexOf(row.share!), shares.length) : styleOf(runs.indexOf(row.run));
  const named = new Set<string>();
  const data: Trace[] = [];
  const shapes: Shape[] = [];
  const annotations: Annotation[] = [];
  names.forEach((domain, panel) => {
    const [xaxis, yaxis] = panel === 0 ? ["x", "y"] : ["x2", "y2"];
    const before = rows.filter((row) => row.domain === domain && row.tokens === 0).map((row) => row.bitsPerByte);
    for (const run of sorted(runs, rows)) {
      const line = rows.filter(
        (row) => row.run === run && row.domain === domain && (scale === "linear" || row.tokens > 0),
      );
      if (line.length === 0) continue;
      line.sort((a, b) => a.tokens - b.tokens);
      const style = styleFor(line[0]!);
      const name = shares ? percent(line[0]!.share!) : run;
      data.push({
        type: "scatter",
        mode: line.length > 60 ? "lines" : "lines+markers",
        name,
        legendgroup: name,
        showlegend: !named.has(name),
        x: line.map((row) => row.tokens),
        y: line.map((row) => row.bitsPerByte),
        line: { color: style.color, width: 2, dash: style.dash },
        marker: { color: style.color, symbol: style.symbol, size: 6 },
        xaxis,
        yaxis,
        hovertemplate: `${name}: %{y:.3f} at %{x:.3s} tokens<extra></extra>`,
      });
      named.add(name);
    }
    if (before.length > 0 && scale === "log" && Math.max(...before) - Math.min(...before) < 1e-3) {
      const at = before[0]!;
      shapes.push(level(at, { panel: { x: xaxis, y: yaxis }, dash: "dot" }));
      annotations.push({
        text: "before",
        x: 1,
        y: at,
        xref: `${xaxis} domain`,
        yref: yaxis,
        xanchor: "left",
        yanchor: "middle",
        xshift: 5,
        showarrow: false,
        font: { size: 12, color: faint },
      });
    }
    annotations.push(heading(domains[domain]!, { x: xaxis, y: yaxis }));
  });
  const x = axis("Tokens of continual training", { type: scale, exponentformat: "B" });
  const y = ruledAxis("Bits per byte (less is better)");
  const two = names.length === 2;
  const axes: Layout = two
    ? {
        xaxis: { ...x, domain: [0, 0.44] },
        xaxis2: { ...x, domain: [0.56, 1], anchor: "y2" },
        yaxis: y,
        yaxis2: { ...y, title: undefined, anchor: "x2" },
      }
    : { xaxis: x, yaxis: y };
  const legend = data.length > 1;
  const beyond = !legend && shapes.length > 0 ? 72 : 24;
  const legendTitle = shares ? { text: `${options.shareOf ?? domains[names[0]!]} share` } : undefined;
  return figure({
    data,
    config,
    layout: layout({
      ...axes,
      shapes,
      annotations,
      width: two ? 960 : 760,
      ...(title && { title: { text: title } }),
      margin: { l: 72, r: beyond, t: title ? 72 : 40, b: 64 },
      showlegend: legend,
      legend: { title: legendTitle, x: two ? 1.08 : 1.1 },
    }),
  });
}

/** By share where there is one, so that the legend counts up. */
function sorted(runs: string[], rows: readonly LossRow[]): string[] {
  const shareOf = new Map(rows.map((row) => [row.run, row.share ?? 0]));
  return [...runs].sort((a, b) => shareOf.get(a)! - shareOf.get(b)!);
}
