/** What is written over a panel: shapes (reference lines, shaded ranges) and annotations, with or without an arrow. */
import type { Annotation, Shape } from "../types.js";
import { stroke } from "./marks.js";
import type { Scale } from "./scale.js";
import { type Label, label, round } from "./text.js";
import type { Box, Panel } from "./types.js";

/** Whether a shape of this reference belongs to the axis: "x", "x domain"; "paper" goes with the first axes. */
export const owns = (ref: string | undefined, name: string): boolean =>
  (ref ?? name).split(" ")[0] === name || (ref === "paper" && name.length === 1);

export function drawShape({ type, xref, yref, x0, x1, y0, y1, line, fillcolor }: Shape, x: Scale, y: Scale): string {
  const [left, right] = [x0, x1].map((value) => position(value, xref, x)) as [number, number];
  const [top, bottom] = [y0, y1].map((value) => position(value, yref, y)) as [number, number];
  if (type === "line") {
    return `<path d="M${round(left)},${round(top)}L${round(right)},${round(bottom)}" fill="none" ${stroke(line?.color ?? "#1f2328", line?.width ?? 1, line?.dash)}/>`;
  }
  const outline = line?.width ? stroke(line.color ?? "#1f2328", line.width, line.dash) : "";
  return `<rect x="${round(Math.min(left, right))}" y="${round(Math.min(top, bottom))}" width="${round(Math.abs(right - left))}" height="${round(Math.abs(bottom - top))}" fill="${fillcolor ?? "none"}" ${outline}/>`;
}

/** Pixels of a value on an axis, or of a fraction where the reference is "paper" or a domain. */
function position(value: number, ref: string | undefined, scale: Scale): number {
  if (ref === "paper" || ref?.endsWith(" domain")) return scale.ends[0] + value * (scale.ends[1] - scale.ends[0]);
  return scale.place(value);
}

export function drawAnnotation(note: Annotation, panels: readonly Panel[], box: Box): string {
  const written = noteLabel(note, panels, box);
  return written ? arrow(note, written) + label(written) : "";
}

/** Where the words of an annotation stand; nothing where its point has no place. */
export function noteLabel(note: Annotation, panels: readonly Panel[], box: Box): Label | undefined {
  const panel =
    panels.find(({ xName, yName }) => owns(note.xref ?? "x", xName) && owns(note.yref ?? "y", yName)) ?? panels[0];
  if (!panel) return undefined;
  const paper = (ref: string | undefined): boolean => ref === "paper";
  const x =
    (paper(note.xref) ? box.left + note.x * (box.right - box.left) : position(note.x, note.xref, panel.x)) +
    (note.xshift ?? 0);
  const y =
    (paper(note.yref) ? box.bottom - note.y * (box.bottom - box.top) : position(note.y, note.yref, panel.y)) -
    (note.yshift ?? 0);
  if (!Number.isFinite(x) || !Number.isFinite(y)) return undefined;
  const anchor = { left: "start", center: "middle", right: "end" } as const;
  const [dx, dy] = reach(note);
  return {
    text: note.text,
    x: x + dx,
    y: y + dy,
    anchor: anchor[note.xanchor ?? "center"],
    at: note.yanchor ?? "middle",
    font: note.font,
  };
}

/** From the point to the words. */
const reach = ({ showarrow, ax = 0, ay = -30 }: Annotation): [number, number] => (showarrow ? [ax, ay] : [0, 0]);

/** From near the words to just short of the point, with a small head. */
function arrow(note: Annotation, { x, y }: Label): string {
  const [dx, dy] = reach(note);
  const length = Math.hypot(dx, dy);
  if (!note.showarrow || length === 0) return "";
  const color = note.arrowcolor ?? "#1f2328";
  const [ux, uy] = [dx / length, dy / length];
  const [fromX, fromY, toX, toY] = [x - ux * 9, y - uy * 9, x - dx + ux * 4, y - dy + uy * 4];
  const head = [
    [toX + 6 * ux - 3 * uy, toY + 6 * uy + 3 * ux],
    [toX + 6 * ux + 3 * uy, toY + 6 * uy - 3 * ux],
  ];
  const points = [[toX, toY], ...head].map(([a, b]) => `${round(a!)},${round(b!)}`).join(" ");
  return `<path d="M${round(fromX)},${round(fromY)}L${round(toX + 5 * ux)},${round(toY + 5 * uy)}" ${stroke(color, note.arrowwidth ?? 1)}/><polygon points="${points}" fill="${color}"/>`;
}
