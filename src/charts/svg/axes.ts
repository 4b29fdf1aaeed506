/** The axes of a panel: lines, ticks, tick labels, titles. */
import type { Axis } from "../types.js";
import { stroke } from "./marks.js";
import type { Scale } from "./scale.js";
import { cornersOf, fit, type Label, label, round, spare, widthOf } from "./text.js";
import type { Panel } from "./types.js";

/** Pixels that an axis title has at least: it may be a little longer than a short axis. */
const titleRoom = 120;

/** Pixels between a tick and its label. */
const gap = 4;

export function drawAxes(panel: Panel): string {
  const { x, y, xAxis, yAxis } = panel;
  const [left, bottom] = [x.ends[0], y.ends[0]];
  const line = (path: string, { linecolor, linewidth }: Axis): string =>
    `<path d="${path}" ${stroke(linecolor ?? "#1f2328", linewidth ?? 1)}/>`;
  return [
    ...(xAxis.showline ? [line(`M${round(left)},${round(bottom)}L${round(x.ends[1])},${round(bottom)}`, xAxis)] : []),
    ...(yAxis.showline ? [line(`M${round(left)},${round(bottom)}L${round(left)},${round(y.ends[1])}`, yAxis)] : []),
    ...(xAxis.ticks
      ? x.ticks.map(({ at }) => line(`M${round(at)},${round(bottom)}v${xAxis.ticklen ?? 5}`, xAxis))
      : []),
    ...(yAxis.ticks
      ? y.ticks.map(({ at }) => line(`M${round(left)},${round(at)}h${-(yAxis.ticklen ?? 5)}`, yAxis))
      : []),
    ...axisLabels(panel).map(label),
  ].join("\n");
}

/** Tick labels, then the titles. */
export function axisLabels({ x, y, xAxis, yAxis }: Panel): Label[] {
  const [left, bottom] = [x.ends[0], y.ends[0]];
  const beside = (axis: Axis): number => (axis.ticklen ?? 5) + gap;
  const turn = xAxis.tickangle ?? 0;
  const across = x.ticks.map(({ at, text: whole }): Label => {
    const text = x.band > 0 && !turn ? fit(whole, sizeOf(xAxis), Math.max(24, (x.band - 4) * loose(xAxis))) : whole;
    const place = { text, x: at, y: bottom + beside(xAxis), font: xAxis.tickfont };
    return turn
      ? { ...place, at: "middle", anchor: turn < 0 ? "end" : "start", rotate: turn }
      : { ...place, at: "top", anchor: "middle" };
  });
  // An axis that leaves its margin alone says that it has room for its names.
  const room = yAxis.automargin === false ? Infinity : Math.max(24, (left - 20 - (yAxis.title?.text ? 22 : 0)) * spare);
  const up = y.ticks.map(({ at, text }): Label => ({
    text: fit(text, sizeOf(yAxis), room),
    x: left - beside(yAxis),
    y: at,
    at: "middle",
    anchor: "end",
    font: yAxis.tickfont,
  }));
  const titles: Label[] = [];
  if (xAxis.title?.text) {
    const depth = Math.max(0, ...across.flatMap(cornersOf).map(([, y]) => y - bottom - beside(xAxis)));
    const at = { x: middle(x), y: bottom + beside(xAxis) + depth + (xAxis.title.standoff ?? 10) };
    titles.push({ ...title(xAxis, x), ...at, at: "top", anchor: "middle" });
  }
  if (yAxis.title?.text) {
    const widest = Math.max(0, ...up.map(({ text }) => widthOf(text, sizeOf(yAxis)))) / loose(yAxis);
    const at = { x: left - beside(yAxis) - widest - (yAxis.title.standoff ?? 10), y: middle(y) };
    titles.push({ ...title(yAxis, y), ...at, at: "bottom", anchor: "middle", rotate: -90 });
  }
  const [below, beyond] = [xAxis, yAxis].map(({ showticklabels = true }) => showticklabels);
  return [...(below ? across : []), ...(beyond ? up : []), ...titles];
}

/** Where a page has measured its own words, they have all of their room. */
const loose = ({ automargin }: Axis): number => (automargin === false ? 1 : spare);
const sizeOf = ({ tickfont }: Axis): number => tickfont?.size ?? 13;
const middle = ({ ends }: Scale): number => (ends[0] + ends[1]) / 2;

function title({ title }: Axis, { ends }: Scale): Pick<Label, "text" | "font"> {
  const room = Math.max(titleRoom, Math.abs(ends[1] - ends[0]));
  return { text: fit(title!.text, title!.font?.size ?? 13, room), font: title!.font };
}
