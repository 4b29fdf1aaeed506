/**
 * Where the ticks of a number axis are and what they say, as Plotly has it (plots/cartesian/axes.js of plotly.js 4), so that a
 * still picture and the interactive one have the same.
 */
import type { Axis } from "../types.js";

export interface Tick {
  value: number;
  text: string;
}

export interface TicksOptions {
  axis: Axis;
  /** Values at the ends, powers of ten on a log axis. */
  range: readonly [number, number];
  /** Pixels of the axis. */
  length: number;
  which: "x" | "y";
}

export function ticksOf({ axis, range, length, which }: TicksOptions): Tick[] {
  const [low, high] = [Math.min(...range), Math.max(...range)];
  const most = axis.nticks ?? Math.min(9, Math.max(4, length / (which === "y" ? 40 : 80))) + 1;
  if (axis.type !== "log") {
    const step = roundStep((high - low) / most);
    const end = Math.max(Math.abs(low), Math.abs(high));
    return multiples(low, high, step).map((value) => ({ value, text: tickText(value, { step, end, axis }) }));
  }
  const rough = (high - low) / most;
  const whole = (value: number): Tick => ({ value, text: tickText(value, { step: value / 1e4, end: value, axis }) });
  if (rough > 0.7) return multiples(low, high, Math.ceil(rough)).map((power) => whole(10 ** power));
  if (high - low < 1) {
    const [from, to] = [10 ** low, 10 ** high];
    const step = roundStep((to - from) / (1.5 * most));
    return multiples(from, to, step).map((value) => ({ value, text: tickText(value, { step, end: to, axis }) }));
  }
  const digits = rough > 0.3 ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const powers = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i);
  return powers
    .flatMap((power) => digits.map((digit) => ({ digit, value: digit * 10 ** power })))
    .filter(({ value }) => Math.log10(value) >= low - 1e-4 && Math.log10(value) <= high + 1e-4)
    .map(({ digit, value }) => (digit === 1 || axis.tickformat ? whole(value) : { value, text: String(digit) }));
}

/** The next 2, 5 or 10 times a power of ten. */
function roundStep(rough: number): number {
  const base = 10 ** Math.floor(Math.log10(rough));
  return base * ([2, 5].find((times) => times > rough / base) ?? 10);
}

/** From `low` to `high`, and what rounding has put a ten-thousandth beyond. */
function multiples(low: number, high: number, step: number): number[] {
  const spare = 1e-4 * (high - low);
  const [first, last] = [Math.ceil((low - spare) / step), Math.floor((high + spare) / step)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

const prefixes = ["f", "p", "n", "μ", "m", "", "k", "M", "B", "T"];

/** `step` is between two ticks; from the larger `end` of the axis follows whether all are told in thousands or millions. */
function tickText(value: number, { step, end, axis }: { step: number; end: number; axis: Axis }): string {
  const asked = /^\.(\d+)([f%])$/.exec(axis.tickformat ?? "");
  if (asked) {
    const digits = Number(asked[1]);
    return minus(asked[2] === "%" ? `${(value * 100).toFixed(digits)}%` : value.toFixed(digits));
  }
  const size = Math.abs(value);
  const round = 2 - Math.floor(Math.log10(step) + 0.01);
  if (size < 10 ** -round / 2) return "0";
  const power = Math.floor(Math.log10(end) + 0.01);
  const exponent = Math.abs(power) <= 3 ? 0 : power > 14 || power < -15 ? power : 3 * Math.round((power - 1) / 3);
  const digits = Math.max(0, Math.min(20, round + exponent));
  const text = (size / 10 ** exponent)
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
  const unit = exponent === 0 ? "" : Math.abs(power) > 14 ? `×10${raised(exponent)}` : prefixes[exponent / 3 + 5]!;
  return minus(`${value < 0 ? "-" : ""}${text}${unit}`);
}

const raised = (exponent: number): string =>
  [...String(exponent)].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])).join("");

/** A true minus sign, and no "−0". */
const minus = (text: string): string => (/^-[0.]*%?$/.test(text) ? text.slice(1) : text.replace(/^-/, "\u2212"));
