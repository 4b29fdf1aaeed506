/** The axes of a panel: lines, ticks, tick labels, titles. */
import type { Panel } from "./types.js";
import { stroke } from "./marks.js";
import { fit, label, round, widthOf } from "./text.js";

/** Pixels that an axis title has at least: it may be a little longer than a short axis. */
const titleRoom = 120;

export function drawAxes({ x, y, xAxis, yAxis }: Panel): string {
  const parts: string[] = [];
  const [left, bottom] = [x.ends[0], y.ends[0]];
  const line = (path: string, color: string): void => void parts.push(`<path d="${path}" ${stroke(color, 1)}/>`);
  const [xInk, yInk] = [xAxis.linecolor ?? "#1f2328", yAxis.linecolor ?? "#1f2328"];
  if (xAxis.showline) line(`M${round(x.ends[0])},${round(bottom)}L${round(x.ends[1])},${round(bottom)}`, xInk);
  if (yAxis.showline) line(`M${round(left)},${round(y.ends[0])}L${round(left)},${round(y.ends[1])}`, yInk);
  const [xSize, ySize] = [xAxis.tickfont?.size ?? 13, yAxis.tickfont?.size ?? 13];
  const yTitle = yAxis.title?.text ? 22 : 0;
  const yTicks = y.ticks.map(({ at, text }) => ({ at, text: fit(text, ySize, Math.max(24, left - 20 - yTitle)) }));
  for (const { at, text: whole } of x.ticks) {
    const text = x.band > 0 ? fit(whole, xSize, Math.max(24, x.band - 4)) : whole;
    if (xAxis.ticks) line(`M${round(at)},${round(bottom)}v${xAxis.ticklen ?? 5}`, xInk);
    parts.push(
      label({ text, x: at, y: bottom + (xAxis.ticklen ?? 5) + 4, at: "top", anchor: "middle", font: xAxis.tickfont }),
    );
  }
  for (const { at, text } of yTicks) {
    if (yAxis.ticks) line(`M${round(left)},${round(at)}h${-(yAxis.ticklen ?? 5)}`, yInk);
    parts.push(
      label({ text, x: left - (yAxis.ticklen ?? 5) - 4, y: at, at: "middle", anchor: "end", font: yAxis.tickfont }),
    );
  }
  if (xAxis.title?.text) {
    const y = bottom + 12 + xSize + (xAxis.title.standoff ?? 10);
    parts.push(
      label({
        text: fit(xAxis.title.text, xAxis.title.font?.size ?? 13, Math.max(titleRoom, Math.abs(x.ends[1] - x.ends[0]))),
        x: (x.ends[0] + x.ends[1]) / 2,
        y,
        at: "top",
        anchor: "middle",
        font: xAxis.title.font,
      }),
    );
  }
  if (yAxis.title?.text) {
    const widest = Math.max(0, ...yTicks.map((tick) => widthOf(tick.text, ySize)));
    const text = fit(
      yAxis.title.text,
      yAxis.title.font?.size ?? 13,
      Math.max(titleRoom, Math.abs(y.ends[1] - y.ends[0])),
    );
    const at = { x: left - 12 - widest - (yAxis.title.standoff ?? 10), y: (y.ends[0] + y.ends[1]) / 2 };
    parts.push(label({ text, ...at, anchor: "middle", rotate: -90, font: yAxis.title.font }));
  }
  return parts.join("\n");
}
