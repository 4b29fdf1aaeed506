/** Ticks of a logarithmic axis as this room's own pictures have them: Plotly's default would label 2 and 5 without their power. */
import { format, logTicks } from "./svg/scale.js";
import type { Axis } from "./types.js";

export function logged(values: readonly number[]): Pick<Axis, "tickvals" | "ticktext"> {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  if (logs.length === 0) return {};
  const tickvals = logTicks(Math.min(...logs) - 0.2, Math.max(...logs) + 0.2, 7);
  return { tickvals, ticktext: tickvals.map((value) => format(value, undefined, value)) };
}
