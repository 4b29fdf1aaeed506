/** What figures on the forgetting–adaptation plane have in common: its axes, and a level of forgetting across it. */
import type { Range } from "./labels.js";
import { axis, faint, ink, ruledAxis } from "./theme.js";
import type { Layout, Shape } from "./types.js";

export interface PlaneAxesOptions {
  /** Names of the languages. */
  old: string;
  fresh: string;
  /** Of adaptation and of forgetting. */
  ranges: [Range, Range];
}

export const planeAxes = ({ old, fresh, ranges: [x, y] }: PlaneAxesOptions): Pick<Layout, "xaxis" | "yaxis"> => ({
  xaxis: axis(`Adaptation to ${fresh} (bits per byte gained; more is better)`, { range: x }),
  yaxis: ruledAxis(`Forgetting of ${old} (bits per byte lost)`, {
    range: y,
    zeroline: true,
    zerolinecolor: ink,
    zerolinewidth: 1,
  }),
});

export const level = (y: number): Shape => ({
  type: "line",
  xref: "paper",
  x0: 0,
  x1: 1,
  y0: y,
  y1: y,
  layer: "below",
  line: { color: faint, width: 1, dash: "dash" },
});
