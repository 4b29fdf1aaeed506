/**
 * Before and after, a row for each method or language: a hollow mark, a filled one, the line between, and how much changed. Of
 * several seeds the means, each seed as a faint tick, and the change as the mean ± one standard deviation of the seeds' own changes.
 */
import { figure } from "./figure.js";
import { deviation, distinct, mean, type Rows, rowsOf } from "./rows.js";
import { axis, bare, config, faded, faint, ink, layout, palette, rule } from "./theme.js";
import type { Annotation, Figure, Shape, Trace } from "./types.js";

export interface DumbbellRow {
  name: string;
  /** One row per seed; rows with a NaN are left out. */
  before: number;
  after: number;
}

export interface DumbbellOptions {
  rows: Rows<DumbbellRow>;
  /** Of the values, with their unit. */
  axis: string;
  /** Legend texts; default to "before" and "after". */
  names?: { before: string; after: string };
  /** From top to bottom: by the change or by what is after, least first, or as they are "given". Defaults to "change". */
  order?: "change" | "after" | "given";
  /** Of the change; defaults to 2. */
  digits?: number;
  title?: string;
}

export function dumbbell(options: DumbbellOptions): Figure {
  const { names = { before: "before", after: "after" }, order: by = "change", digits = 2, title } = options;
  const rows = rowsOf("charts.dumbbell", options.rows, ["before", "after"], ["name"]).filter(
    ({ before, after }) => Number.isFinite(before) && Number.isFinite(after),
  );
  if (rows.length === 0) throw new Error("charts.dumbbell: invalid rows: none with both numbers");
  if (!["change", "after", "given"].includes(by))
    throw new Error(`charts.dumbbell: invalid order: ${by} ("change", "after" or "given")`);
  const bells = distinct(rows.map(({ name }) => name)).map((name) => {
    const own = rows.filter((row) => row.name === name);
    const changes = own.map(({ before, after }) => after - before);
    const [before, after] = [mean(own.map((row) => row.before)), mean(own.map((row) => row.after))];
    return { name, own, before, after, change: mean(changes), spread: deviation(changes) };
  });
  if (by !== "given") bells.sort((a, b) => a[by] - b[by]);
  const marks = (end: "before" | "after"): Trace => ({
    ...{ type: "scatter", mode: "markers", name: names[end] },
    x: bells.map((bell) => bell[end]),
    y: bells.map((_, y) => y),
    marker:
      end === "before"
        ? { color: "#ffffff", symbol: "circle", size: 10, line: { color: ink, width: 1.6 } }
        : { color: palette[0]!, symbol: "circle", size: 11 },
    text: bells.map(({ name }) => name),
    hovertemplate: `%{text}, ${names[end]}: %{x:.4g}<extra></extra>`,
  });
  const seeds = (end: "before" | "after"): Shape[] =>
    bells.flatMap(({ own }, y) =>
      own.length < 2
        ? []
        : own.map((row): Shape => ({
            ...{ type: "line", x0: row[end], x1: row[end], y0: y - 0.22, y1: y + 0.22, layer: "below" },
            line: { color: faded(end === "before" ? faint : palette[0]!, 0.6), width: 1 },
          })),
    );
  const written = bells.map(({ change, spread, own }, y): Annotation => {
    const sign = change > 0 ? "+" : "";
    const text = `${sign}${change.toFixed(digits).replace("-", "−")}${own.length > 1 ? ` ± ${spread.toFixed(digits)}` : ""}`;
    return {
      ...{ text, x: 1, y, xref: "paper", xanchor: "left", yanchor: "middle", xshift: 10, showarrow: false },
      font: { size: 13, color: ink },
    };
  });
  const lines = bells.map(({ before, after }, y): Shape => ({
    ...{ type: "line", x0: before, x1: after, y0: y, y1: y, layer: "below" },
    line: { color: "#aab2bb", width: 3 },
  }));
  return figure({
    data: [marks("before"), marks("after")],
    config,
    layout: layout({
      height: (title ? 160 : 128) + 30 * bells.length,
      margin: { l: 72, r: 120, t: title ? 84 : 48, b: 64 },
      xaxis: axis(options.axis, { showgrid: true, gridcolor: rule }),
      yaxis: axis("", {
        ...bare,
        ...{ title: undefined, range: [bells.length - 0.4, -0.6] },
        ...{ tickvals: bells.map((_, y) => y), ticktext: bells.map(({ name }) => name) },
      }),
      shapes: [...lines, ...seeds("before"), ...seeds("after")],
      annotations: written,
      ...(title && { title: { text: title } }),
      showlegend: true,
      legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom" },
    }),
  });
}
