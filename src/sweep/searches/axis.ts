/** One field that varies, as a sweep's file writes it: a list, a range of numbers, or shares that sum to 1. */
import * as z from "zod";

const list = z.array(z.unknown()).min(1);
const range = z.strictObject({
  from: z.number(),
  to: z.number(),
  /** "log" makes equal ratios equally likely. */
  scale: z.enum(["linear", "log"]).optional(),
  integer: z.boolean().optional(),
});
const shares = z.strictObject({
  shares: z.array(z.string().min(1)).min(2),
  /** Least and most of each; default to 0 and 1. */
  from: z.number().min(0).max(1).optional(),
  to: z.number().min(0).max(1).optional(),
});

export const axisSchema = z.union([list, range, shares], {
  error: `expected a list with a value or more, { "from": 1e-4, "to": 1e-2, "scale": "log" } or { "shares": ["en", "ko"] }`,
});
export type Varied = z.infer<typeof axisSchema>;

export interface Axis {
  field: string;
  /** Numbers from 0 to 1 that decide its value. */
  dimensions: number;
  /** Of a list. */
  values?: readonly unknown[];
  at(point: readonly number[]): unknown;
}

export function axisOf(field: string, varied: Varied, caller: string): Axis {
  const fail = (why: string): never => {
    throw new Error(`${caller}: invalid vary: ${field} (${why})`);
  };
  if (Array.isArray(varied)) {
    const at = ([u]: readonly number[]): unknown => varied[Math.min(Math.floor(u! * varied.length), varied.length - 1)];
    return { field, dimensions: 1, values: varied, at };
  }
  if ("shares" in varied) return sharesAxis(field, varied, fail);
  const { from, to, scale, integer } = varied;
  if (!(from < to)) fail(`"from" ${from} is not below "to" ${to}`);
  if (scale === "log" && !(from > 0)) fail(`a range in ratios begins above 0`);
  if (integer && !(Number.isInteger(from) && Number.isInteger(to))) fail(`a range of whole numbers has whole ends`);
  // Every whole number has a part of the range of its own.
  const [low, high] = integer ? [from, to + 1] : [from, to];
  const between = (u: number): number => (scale === "log" ? low * (high / low) ** u : low + u * (high - low));
  const at = ([u]: readonly number[]): number =>
    integer ? Math.min(Math.floor(between(u!)), to) : digits(between(u!));
  return { field, dimensions: 1, at };
}

/** Six digits are enough, and a recipe that is read. */
const digits = (value: number): number => Number(value.toPrecision(6));

/**
 * Uniform over all shares that sum to 1 with a least of each, by breaking a stick: what is left to k others is divided so that
 * 1 − (1 − part)^k is uniform. An upper end cuts that, and then those with much of the last are somewhat likelier.
 */
function sharesAxis(field: string, varied: z.infer<typeof shares>, fail: (why: string) => never): Axis {
  const { shares: names, from = 0, to = 1 } = varied;
  const count = names.length;
  if (new Set(names).size < count) fail("a name stands twice");
  if (!(from * count < 1 && to * count > 1 && from < to))
    fail(`${count} shares from ${from} to ${to} have no room to vary and sum to 1`);
  return {
    field,
    dimensions: count - 1,
    at(point) {
      let left = 1;
      const made: [string, number][] = [];
      for (const [i, name] of names.slice(0, -1).entries()) {
        const others = count - 1 - i;
        const [low, high] = [Math.max(from, left - others * to), Math.min(to, left - others * from)];
        const whole = left - (others + 1) * from;
        const cumulated = (share: number): number => 1 - (1 - Math.min(1, (share - from) / whole)) ** others;
        const [first, last] = [cumulated(low), cumulated(high)];
        const part = 1 - (1 - (first + point[i]! * (last - first))) ** (1 / others);
        const share = whole > 0 ? Math.round((from + part * whole) * 1e6) / 1e6 : from;
        made.push([name, share]);
        left -= share;
      }
      return Object.fromEntries([...made, [names.at(-1)!, Math.max(0, Math.round(left * 1e6) / 1e6)]]);
    },
  };
}
