/** The panels of a picture: one per pair of axes that traces use, with their rules, marks and shapes. */
import type { Axis, Figure, Layout, Trace } from "../types.js";
import { heatOf } from "./heat.js";
import {
  barLabels,
  barsOf,
  type Column,
  errorsOf,
  fillOf,
  lineOf,
  markersOf,
  type Placed,
  placed,
  stroke,
  textLabels,
} from "./marks.js";
import { drawShape, owns } from "./notes.js";
import { type Scale, scaleOf } from "./scale.js";
import { type Label, label, round } from "./text.js";
import type { Box, Panel } from "./types.js";

export function panelsOf({ data, layout }: Figure, colors: readonly string[], box: Box): Panel[] {
  const pairs = new Map<string, number[]>();
  data.forEach((trace, i) => {
    const key = `${trace.xaxis ?? "x"} ${trace.yaxis ?? "y"}`;
    pairs.set(key, [...(pairs.get(key) ?? []), i]);
  });
  const axisOf = (name: string): Axis => layout[`${name[0]}axis${name.slice(1)}` as "xaxis"] ?? {};
  // An axis that "matches" another shares its range.
  const sharing = (name: string, which: "x" | "y"): Trace[] => {
    const root = axisOf(name).matches ?? name;
    return data.filter((trace) => {
      const own = (which === "x" ? trace.xaxis : trace.yaxis) ?? which;
      return own === name || own === root || axisOf(own).matches === root;
    });
  };
  return [...pairs].map(([key, indices]) => {
    const [xName, yName] = key.split(" ") as [string, string];
    const [xAxis, yAxis] = [axisOf(xName), axisOf(yName)];
    const [x0, x1] = xAxis.domain ?? [0, 1];
    const [y0, y1] = yAxis.domain ?? [0, 1];
    const across = box.right - box.left;
    const down = box.bottom - box.top;
    const scale = (which: "x" | "y", ends: [number, number]): Scale => {
      const [axis, name] = which === "x" ? [xAxis, xName] : [yAxis, yName];
      const shapes = layout.shapes?.filter(({ xref = "x", yref = "y" }) => (which === "x" ? xref : yref) === name);
      return scaleOf({ axis, traces: sharing(name, which), shapes, which, ends });
    };
    const x = scale("x", [box.left + x0 * across, box.left + x1 * across]);
    const y = scale("y", [box.bottom - y0 * down, box.bottom - y1 * down]);
    return { xName, yName, xAxis, yAxis, x, y, traces: indices.map((i) => placed(data[i]!, colors[i]!, x, y)) };
  });
}

export function drawPanel(panel: Panel, clip: string, id: string, { layout, data }: Figure): string {
  const { xName, yName, yAxis, xAxis, x, y, traces } = panel;
  const line = (x1: number, y1: number, x2: number, y2: number, color = "#e3e5e8", width = 1): string =>
    `<path d="M${round(x1)},${round(y1)}L${round(x2)},${round(y2)}" ${stroke(color, width)}/>`;
  const rules = [
    ...(yAxis.showgrid === false
      ? []
      : y.ticks.map(({ at }) => line(x.ends[0], at, x.ends[1], at, yAxis.gridcolor, yAxis.gridwidth))),
    ...(xAxis.showgrid === false
      ? []
      : x.ticks.map(({ at }) => line(at, y.ends[0], at, y.ends[1], xAxis.gridcolor, xAxis.gridwidth))),
  ];
  const zero = yAxis.zeroline ? y.place(0) : NaN;
  if (zero < y.ends[0] && zero > y.ends[1])
    rules.push(line(x.ends[0], zero, x.ends[1], zero, yAxis.zerolinecolor, yAxis.zerolinewidth));
  const shapes = (layer: "below" | "above"): string =>
    (layout.shapes ?? [])
      .filter((shape) => (shape.layer ?? "above") === layer && owns(shape.xref, xName) && owns(shape.yref, yName))
      .map((shape) => drawShape(shape, x, y))
      .join("");
  const marks = traces.map((mark, j) => {
    const hatch = mark.trace.marker?.pattern?.shape ? `${id}h${data.indexOf(mark.trace)}` : undefined;
    const inner =
      mark.trace.type === "bar"
        ? barsOf(mark, columnOf(mark, panel, layout), hatch)
        : mark.trace.type === "heatmap"
          ? heatOf(mark)
          : fillOf(mark, traces[j - 1]) + lineOf(mark) + errorsOf(mark) + markersOf(mark);
    const opacity = mark.trace.opacity === undefined ? "" : ` opacity="${mark.trace.opacity}"`;
    return `<g${opacity}>${inner}</g>`;
  });
  const inside = `<g clip-path="url(#${clip})">${shapes("below")}${marks.join("\n")}${shapes("above")}</g>`;
  return [...rules, inside, ...markLabels(panel, layout).map(label)].filter(Boolean).join("\n");
}

/** What is written at the marks of a panel. */
export const markLabels = (panel: Panel, layout: Layout): Label[] =>
  panel.traces.flatMap((mark) => labelsAt(mark, panel, layout));

export const labelsAt = (mark: Placed, panel: Panel, layout: Layout): Label[] =>
  mark.trace.type === "bar" ? barLabels(mark, columnOf(mark, panel, layout)) : textLabels(mark);

function columnOf(mark: Placed, { traces }: Panel, { bargap = 0.2 }: Layout): Column {
  const bars = traces.filter(({ trace }) => trace.type === "bar");
  return { index: bars.indexOf(mark), of: bars.length, gap: bargap };
}
