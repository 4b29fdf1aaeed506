/** A level that a figure is read against: where it began, chance, a tolerance. Under the data, from edge to edge. */
import { faint } from "./theme.js";
import type { Dash, Shape } from "./types.js";

export interface LevelOptions {
  /** Axes of the panel, e.g. "x2" and "y2"; defaults to a figure of one. */
  panel?: { x: string; y: string };
  /** Defaults to "dash". */
  dash?: Dash;
  color?: string;
}

export const level = (at: number, { panel, dash = "dash", color = faint }: LevelOptions = {}): Shape => ({
  type: "line",
  ...(panel ? { xref: `${panel.x} domain`, yref: panel.y } : { xref: "paper" }),
  x0: 0,
  x1: 1,
  y0: at,
  y1: at,
  layer: "below",
  line: { color, width: 1.3, dash },
});
