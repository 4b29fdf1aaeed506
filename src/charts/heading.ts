/** What a panel is called, in bold over its left edge. */
import type { Annotation } from "./types.js";

/** Axes are those of the panel's traces, e.g. "x2" and "y2". */
export const heading = (text: string, { x, y }: { x: string; y: string }): Annotation => ({
  text: `<b>${text}</b>`,
  x: 0,
  y: 1,
  xref: `${x} domain`,
  yref: `${y} domain`,
  xanchor: "left",
  yanchor: "bottom",
  yshift: 6,
  showarrow: false,
  font: { size: 15 },
});
