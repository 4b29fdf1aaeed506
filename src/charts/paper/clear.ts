/**
 * Words over the data, moved where they would lie on other words: a note up or down, a point's name to another side of it. A
 * name that has no place is left out, as are the numbers over bars too narrow for them: the table has them.
 */
import { type Placed, textLabels } from "../svg/marks.js";
import { labelsAt } from "../svg/panel.js";
import { labelsOf, placesOf } from "../svg/places.js";
import { cornersOf, type Label } from "../svg/text.js";
import type { Annotation, Figure, TextPosition, Trace } from "../types.js";
import { type Corners, overlap } from "./overlap.js";

const sides: TextPosition[] = ["top center", "bottom center", "middle right", "middle left"];
sides.push("top right", "top left", "bottom right", "bottom left");

/** The figure with its words apart, and whether those that cannot be moved are. */
export function cleared(figure: Figure): { figure: Figure; apart: boolean } {
  const { layout, data } = figure;
  const [width, height] = [layout.width!, layout.height!];
  const places = placesOf(figure, { width, height });
  const labels = labelsOf(figure, places);
  const taken: Corners[] = [...labels.axes.flat(), ...labels.legend].map(cornersOf);
  const free = (corners: Corners, also: readonly Corners[] = []): boolean =>
    !taken.some((one) => overlap(one, corners, 1)) && !also.some((one) => overlap(one, corners));
  const within = (corners: Corners): boolean =>
    corners.every(([x, y]) => x >= 0 && x <= width && y >= 0 && y <= height);
  const annotations = (layout.annotations ?? []).map((note, i): Annotation => {
    const label = labels.notes[i];
    if (!label) return note;
    const size = label.font?.size ?? 13;
    const steps = [0, 1, -1, 2, -2, 3, -3, 4, 5, 6].map((step) => (step * size) / 2);
    const moved = (up: number): Corners => cornersOf({ ...label, y: label.y - up });
    // What stands over a panel goes up only: below is the data.
    const up = steps.find((step) => (step >= 0 || !above(note)) && free(moved(step))) ?? 0;
    taken.push(moved(up));
    return up === 0 ? note : { ...note, yshift: (note.yshift ?? 0) + up };
  });
  let apart = true;
  const texts = new Map<Trace, Trace>();
  for (const panel of places.panels) {
    const [{ ends: across }, { ends: up }] = [panel.x, panel.y];
    const inside = (corners: Corners): boolean =>
      corners.every(([x, y]) => x >= across[0] && x <= across[1] && y <= up[0] && y >= up[1]);
    const dots = panel.traces.flatMap(({ trace, points }) =>
      trace.mode?.includes("markers") ? points.map((point) => square(point, (trace.marker?.size ?? 6) / 2)) : [],
    );
    for (const mark of panel.traces) {
      const { trace } = mark;
      if (!trace.text) continue;
      if (trace.type === "bar" || trace.mode === "text") {
        const all = labelsAt(mark, panel, layout).map(cornersOf);
        const clear = all.every((one, i) => free(one) && !all.slice(0, i).some((other) => overlap(other, one)));
        if (clear) taken.push(...all);
        else if (trace.type === "bar") texts.set(trace, { ...trace, text: undefined });
        else apart = false;
        continue;
      }
      if (!trace.mode?.includes("text")) continue;
      const [text, positions]: [string[], TextPosition[]] = [[], []];
      trace.text.forEach((word, i) => {
        const given = Array.isArray(trace.textposition) ? trace.textposition[i] : trace.textposition;
        const tried = [given as TextPosition, ...sides].map((side) => ({ side, label: placedAt(mark, i, side) }));
        const fits = (room: typeof within, also: readonly Corners[]) => (one: { label?: Label }) =>
          one.label !== undefined && room(cornersOf(one.label)) && free(cornersOf(one.label), also);
        const found = tried.find(fits(inside, dots)) ?? tried.find(fits(within, dots)) ?? tried.find(fits(within, []));
        if (found) taken.push(cornersOf(found.label!));
        text.push(found ? word : "");
        positions.push(found?.side ?? "top center");
      });
      texts.set(trace, { ...trace, text, textposition: positions });
    }
  }
  const cleared = data.map((trace) => texts.get(trace) ?? trace);
  return { figure: { ...figure, data: cleared, layout: { ...layout, annotations } }, apart };
}

/** Whether a note stands over its panel. */
export const above = ({ y, yref, yanchor }: Annotation): boolean =>
  y === 1 && yanchor === "bottom" && (yref === "paper" || Boolean(yref?.endsWith(" domain")));

/** The label of one point on one side of it. */
const placedAt = (mark: Placed, i: number, side: TextPosition): Label | undefined =>
  textLabels({
    ...mark,
    trace: { ...mark.trace, text: [mark.trace.text![i]!], textposition: side },
    points: [mark.points[i]!],
  })[0];

const square = ({ x, y }: { x: number; y: number }, half: number): Corners => [
  [x - half, y - half],
  [x + half, y - half],
  [x + half, y + half],
  [x - half, y + half],
];
