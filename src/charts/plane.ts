/** What figures on the forgetting–adaptation plane have in common: its axes. */
import type { Range } from "./labels.js";
import { axis, ink, ruledAxis } from "./theme.js";
import type { Layout } from "./types.js";

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
