/**
 * How a quantity moved since the start of training, against updates on a log axis, where the first ones can be seen: one line
 * per arm, the mean over its seeds, with a band from the lowest to the highest. One panel or two. What the stability gap looks like.
 */
import { armLines } from "./arms.js";
import { figure } from "./figure.js";
import { heading } from "./heading.js";
import { level } from "./level.js";
import { logged } from "./logged.js";
import { distinct, type Rows, rowsOf } from "./rows.js";
import { axis, config, layout, ruledAxis } from "./theme.js";
import type { Figure } from "./types.js";

export interface ChangeRow {
  /** What the legend calls it. */
  arm: string;
  /** One row per seed and step. */
  seed: number;
  /** Updates done; step 0 has no place on a log axis and is left out. */
  step: number;
  change: number;
  panel?: string;
}

export interface ChangeCurvesOptions {
  rows: Rows<ChangeRow>;
  /** Of the vertical axis, with its unit, e.g. "Change of English (bits per byte)". */
  axis: string;
  /** Titles of the panels by `panel`, two at most, in order; defaults to one panel of all rows. */
  panels?: Record<string, string>;
  title?: string;
}

export function changeCurves(options: ChangeCurvesOptions): Figure {
  const { panels = { "": "" }, title } = options;
  const rows = rowsOf("charts.changeCurves", options.rows, ["step", "change", "seed"], ["arm"]);
  const names = Object.keys(panels);
  if (!(names.length === 1 || names.length === 2))
    throw new Error(`charts.changeCurves: invalid panels: ${names.length} (one or two)`);
  const stranger = rows.find(({ panel = "" }) => !names.includes(panel));
  if (stranger)
    throw new Error(`charts.changeCurves: invalid panels: none for ${JSON.stringify(stranger.panel ?? "")}`);
  const arms = distinct(rows.map(({ arm }) => arm));
  const shown = new Set<string>();
  const places = [
    { x: "x", y: "y" },
    { x: "x2", y: "y2" },
  ].slice(0, names.length);
  const data = names.flatMap((name, p) => {
    const own = rows.filter(({ panel = "", step }) => panel === name && step > 0);
    return armLines({
      points: own.map(({ arm, step, change }) => ({ arm, x: step, y: change })),
      arms,
      axes: { xaxis: places[p]!.x, yaxis: places[p]!.y },
      shown,
      hover: "%{y:+.3f} after %{x} updates",
    });
  });
  const x = axis("Updates", { type: "log", ...logged(rows.map(({ step }) => step)) });
  const y = ruledAxis(options.axis);
  const two = names.length === 2;
  return figure({
    data,
    config,
    layout: layout({
      xaxis: { ...x, ...(two && { domain: [0, 0.45] }) },
      yaxis: y,
      ...(two && {
        xaxis2: { ...x, domain: [0.55, 1], anchor: "y2" },
        yaxis2: { ...y, title: undefined, anchor: "x2" },
      }),
      // Where nothing has changed.
      shapes: places.map((panel) => level(0, { panel, dash: "dot" })),
      annotations: names.flatMap((name, p) => (panels[name] ? [heading(panels[name], places[p]!)] : [])),
      width: two ? 980 : 780,
      ...(title && { title: { text: title } }),
      margin: { l: 76, r: 24, t: title ? 72 : 40, b: 64 },
      showlegend: arms.length > 1,
    }),
  });
}
