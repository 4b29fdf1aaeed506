/**
 * Ticks of a logarithmic axis as this room's own pictures have them: Plotly's default would label 2 and 5 without their power,
 * and call 10¹⁸ "1E".
 */
import { format, logTicks } from "./svg/scale.js";
import type { Axis } from "./types.js";

export function logged(values: readonly number[]): Pick<Axis, "tickvals" | "ticktext"> {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  if (logs.length === 0) return {};
  const tickvals = logTicks(Math.min(...logs) - 0.2, Math.max(...logs) + 0.2, 7);
  return {
    tickvals,
    ticktext: tickvals.map((value) => (value < 1e12 ? format(value, undefined, value) : power(value))),
  };
}

/** 2.4e19 as "2.4 × 10¹⁹", 1e19 as "10¹⁹". */
export function power(value: number): string {
  const exponent = Math.floor(Math.log10(value) + 1e-12);
  const digits = [...String(exponent)].map((d) => (d === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(d)])).join("");
  const factor = Number((value / 10 ** exponent).toPrecision(2));
  return `${factor === 1 ? "" : `${factor} × `}10${digits}`;
}
