/** Where everything of a picture stands, before any of it is drawn: the box of the axes, the panels in it, the legend. */
import { palette } from "../theme.js";
import type { Figure } from "../types.js";
import { axisLabels } from "./axes.js";
import { type Legend, legendLabels, legendOf } from "./legend.js";
import { noteLabel } from "./notes.js";
import { markLabels, panelsOf } from "./panel.js";
import { scaleOf } from "./scale.js";
import { type Label, spare, widthOf } from "./text.js";
import type { Box, Panel } from "./types.js";

export interface Places {
  box: Box;
  panels: Panel[];
  legend?: Legend;
}

/** Pixels that the axes keep whatever stands beside them, and shares of the picture that others take at most. */
const leastWidth = 40;
const leastHeight = 16;
const mostBeside = 0.4;
const mostTickRoom = 0.35;

export function placesOf(figure: Figure, { width, height }: { width: number; height: number }): Places {
  const { layout } = figure;
  const colors = figure.data.map(
    (trace, i) => trace.line?.color ?? trace.marker?.color ?? (layout.colorway ?? palette)[i % palette.length]!,
  );
  const margin = layout.margin ?? { l: 72, r: 24, t: 40, b: 64 };
  const ticks = layout.yaxis?.automargin === false ? 0 : 30 + Math.min(tickRoom(figure), mostTickRoom * width);
  const left = Math.max(margin.l, ticks);
  const right = Math.max(left + leastWidth, width - margin.r);
  const bottom = Math.max(margin.t + leastHeight, height - margin.b);
  const { x = 1.02, y = 1, xanchor = "left", yanchor = "top", orientation } = layout.legend ?? {};
  const start = left + Math.min(0, x) * (right - left);
  const legend = legendOf(figure, colors, {
    across: (x < 0 ? width : right) - start,
    beside: Math.max(leastWidth, (width - left) * mostBeside),
    // A legend below the axes has what is left of the picture there.
    height: orientation === "h" && y < 0 ? 2 * (height - bottom + y * (bottom - margin.t)) : bottom - margin.t,
  });
  const over = legend && orientation === "h" && y > 1;
  const box: Box = {
    left,
    // As Plotly does: what is beside the axes takes its room from them.
    right:
      legend && orientation !== "h" && x > 1
        ? Math.max(left + leastWidth, Math.min(right, left + (width - left - legend.width - 16) / x))
        : right,
    top: margin.t + (over ? legend.height + 8 : 0),
    bottom,
  };
  const panels = panelsOf(figure, colors, box);
  if (!legend) return { box, panels };
  const at = over
    ? { left, top: box.top - legend.height - 8 }
    : {
        left: box.left + x * (box.right - box.left) - (xanchor === "right" ? legend.width + 8 : 0),
        top: box.bottom - y * (box.bottom - box.top) - (yanchor === "bottom" ? legend.height : 0),
      };
  return { box, panels, legend: { ...legend, ...at } };
}

/** Every text of a picture but its title, by what it belongs to: each panel's, the annotations in order, the legend's. */
export function labelsOf(
  { layout }: Figure,
  { box, panels, legend }: Places,
): { axes: Label[][]; marks: Label[][]; notes: (Label | undefined)[]; legend: Label[] } {
  return {
    axes: panels.map(axisLabels),
    marks: panels.map((panel) => markLabels(panel, layout)),
    notes: (layout.annotations ?? []).map((note) => noteLabel(note, panels, box)),
    legend: legend ? legendLabels(legend) : [],
  };
}

/** Room for the widest tick label of the vertical axes, from a first drawing at a guessed size. */
function tickRoom({ data, layout }: Figure): number {
  const traces = data.filter((trace) => (trace.yaxis ?? "y") === "y");
  const scale = scaleOf({ axis: layout.yaxis ?? {}, traces, which: "y", ends: [400, 0] });
  const title = layout.yaxis?.title?.text ? 22 : 0;
  const size = layout.yaxis?.tickfont?.size ?? 13;
  return title + Math.max(0, ...scale.ticks.map((tick) => widthOf(tick.text, size))) / spare;
}
