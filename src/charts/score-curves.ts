/**
 * Several scores of the same runs over training, a small panel each with an axis of its own: one line per arm, the mean over its
 * seeds, with a band from the lowest to the highest. Updates are on a log axis, so that what is lost at once can be seen; where
 * a score began is a dotted level, chance a dashed one.
 */
import { armLines } from "./arms.js";
import { figure } from "./figure.js";
import { columnsFor, gridOf, keysHeight } from "./grid.js";
import { heading } from "./heading.js";
import { level } from "./level.js";
import { logged } from "./logged.js";
import { distinct, mean, type Rows, rowsOf } from "./rows.js";
import { axis, config, layout, ruledAxis } from "./theme.js";
import type { Annotation, Figure, Layout, Shape } from "./types.js";

export interface ScoreRow {
  /** What the legend calls it. */
  arm: string;
  /** One row per seed, step and score. */
  seed: number;
  /** Updates done; of step 0 the mean over all is the level that the panel begins at. */
  step: number;
  score: string;
  value: number;
}

export interface ScorePanel {
  /** Of the vertical axis, with its unit, e.g. "Facts answered (%)". */
  axis: string;
  /** Over the panel; defaults to the score's name. */
  title?: string;
  /** What guessing gets. */
  chance?: number;
}

export interface ScoreCurvesOptions {
  rows: Rows<ScoreRow>;
  /** By score, in order; rows of other scores are left out. */
  panels: Record<string, ScorePanel>;
  /** Panels in a row; defaults to 3, to 2 where there are two or four. */
  columns?: number;
}

/** Share of the picture between two panels, across and down. */
const [ACROSS, DOWN] = [0.11, 0.2];
const MARGIN = { l: 76, r: 24, t: 40, b: 86 };

export function scoreCurves(options: ScoreCurvesOptions): Figure {
  const { panels } = options;
  const names = Object.keys(panels);
  const { columns = columnsFor(names.length) } = options;
  const rows = rowsOf("charts.scoreCurves", options.rows, ["step", "value", "seed"], ["arm", "score"]);
  if (names.length === 0) throw new Error("charts.scoreCurves: invalid panels: none (one for each score)");
  if (!(Number.isInteger(columns) && columns >= 1))
    throw new Error(`charts.scoreCurves: invalid columns: ${columns} (a whole number from 1)`);
  const absent = names.find((name) => !rows.some(({ score, step }) => score === name && step > 0));
  if (absent !== undefined) throw new Error(`charts.scoreCurves: invalid panels: no rows of ${absent} after step 0`);
  const arms = distinct(rows.map(({ arm }) => arm));
  const down = Math.ceil(names.length / columns);
  const height = 270 * down - 34;
  const shown = new Set<string>();
  const axes: Pick<Layout, "xaxis" | "yaxis" | `xaxis${number}` | `yaxis${number}`> = {};
  const [data, shapes, annotations]: [Figure["data"], Shape[], Annotation[]] = [[], [], []];
  const places = gridOf({ panels: names.length, columns, across: ACROSS, down: DOWN });
  names.forEach((name, p) => {
    const { x, y, suffix, domains, above } = places[p]!;
    const panel = { x, y };
    const { axis: title, title: over = name, chance } = panels[name]!;
    const own = rows.filter(({ score }) => score === name);
    axes[`xaxis${suffix}`] = axis(above ? "" : "Updates", {
      type: "log",
      ...logged(rows.map(({ step }) => step)),
      domain: domains.x,
      anchor: y,
    });
    const range = chance === undefined ? undefined : withRoom([chance, ...own.map(({ value }) => value)]);
    axes[`yaxis${suffix}`] = ruledAxis(title, { domain: domains.y, anchor: x, range });
    const points = own.flatMap(({ arm, step, value }) => (step > 0 ? [{ arm, x: step, y: value }] : []));
    const hover = "%{y:.3f} after %{x} updates";
    data.push(...armLines({ points, arms, axes: { xaxis: x, yaxis: y }, shown, hover }));
    const start = own.filter(({ step }) => step === 0).map(({ value }) => value);
    if (start.length > 0) shapes.push(level(mean(start), { panel, dash: "dot" }));
    if (chance !== undefined) shapes.push(level(chance, { panel }));
    annotations.push(heading(over, panel));
  });
  const width = Math.max(420, 285 * columns + 30);
  const margin = { ...MARGIN, b: MARGIN.b + keysHeight(arms, width - MARGIN.l - MARGIN.r) };
  return figure({
    data,
    config,
    layout: layout({
      ...axes,
      shapes,
      annotations,
      width,
      height: height + margin.t + margin.b,
      margin,
      showlegend: arms.length > 1,
      legend: { orientation: "h", x: 0, y: -68 / height, yanchor: "top" },
    }),
  });
}

/** From the least to the greatest, and a little more. */
function withRoom(values: readonly number[]): [number, number] {
  const known = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const room = 0.05 * (high - low || 1);
  return [low - room, high + room];
}
