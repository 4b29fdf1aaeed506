/** What a panel is called, in bold over its left edge. */
import { faint } from "./theme.js";
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

export interface NoteOptions {
  /** What its place is of, e.g. "paper" or "x2 domain". */
  x: string;
  y: string;
  /** Pixels; defaults to 4. */
  above?: number;
  /** Defaults to 11. */
  size?: number;
}

/** What a picture or a panel says of itself, in grey over its left edge. */
export const note = (text: string, { x, y, above = 4, size = 11 }: NoteOptions): Annotation => ({
  ...{ text, x: 0, y: 1, xref: x, yref: y, xanchor: "left", yanchor: "bottom", yshift: above },
  showarrow: false,
  font: { size, color: faint },
});
