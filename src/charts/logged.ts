/**
 * Ticks of a logarithmic axis that are written down: Plotly's default would label 2 and 5 without their power,
 * and call 10¹⁸ "1E".
 */
import type { Axis } from "./types.js";

export function logged(values: readonly number[]): Pick<Axis, "tickvals" | "ticktext"> {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  if (logs.length === 0) return {};
  const tickvals = logTicks(Math.min(...logs) - 0.2, Math.max(...logs) + 0.2, 7);
  return {
    tickvals,
    ticktext: tickvals.map((value) => (value < 1e12 ? plain(value) : power(value))),
  };
}

/** 2.4e19 as "2.4 × 10¹⁹", 1e19 as "10¹⁹". */
export function power(value: number): string {
  const exponent = Math.floor(Math.log10(value) + 1e-12);
  const digits = [...String(exponent)].map((d) => (d === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(d)])).join("");
  const factor = Number((value / 10 ** exponent).toPrecision(2));
  return `${factor === 1 ? "" : `${factor} × `}10${digits}`;
}

/** 100000 as "100k", 2.5e6 as "2.5M"; what is smaller as it is. */
export function plain(value: number): string {
  const unit = value < 1e5 ? -1 : [..."BMk"].findIndex((_, i) => value >= 10 ** (9 - 3 * i));
  if (unit >= 0) return `${Number((value / 10 ** (9 - 3 * unit)).toPrecision(4))}${"BMk"[unit]}`;
  const decimals = Math.max(0, Math.min(8, -Math.floor(Math.log10(value) + 1e-9)));
  return value < 1e-6 ? value.toExponential(0).replace("-", "\u2212") : value.toFixed(decimals);
}

/** Decades, thinned when there are many; 1-2-5 within them when there are few. */
function logTicks(low: number, high: number, room: number): number[] {
  const decades = high - low;
  const every = Math.max(1, Math.ceil(decades / room));
  const within = decades < 1 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : decades * 3 <= room ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let d = Math.floor(low); d <= Math.ceil(high); d++) {
    if (d % every !== 0) continue;
    for (const m of within)
      if (Math.log10(m) + d >= low - 1e-9 && Math.log10(m) + d <= high + 1e-9) ticks.push(m * 10 ** d);
  }
  return ticks;
}
