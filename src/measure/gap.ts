/**
 * The stability gap: the old domain's loss jumps right after the switch and part of that comes back (2406.14833; measures
 * after De Lange et al. 2023). Evaluate at log-spaced steps, or the jump falls between two evaluations.
 */
import type { Evaluation } from "../types.js";
import { atZero, inOrder } from "./change.js";

export interface StabilityGapOptions {
  /** One run's evaluations. */
  evaluations: readonly Evaluation[];
  domain: string;
  /** Defaults to "bitsPerByte". */
  unit?: "nats" | "bitsPerByte";
  /** Counts as recovered within this much above L(0), in the unit; defaults to 0. */
  tolerance?: number;
}

export interface StabilityGap {
  /** max L(t) − L(0): the worst moment. 0 or more. */
  depth: number;
  /** max L(t) − L(T): the part of the worst moment that came back by the end. 0 or more. */
  excessDepth: number;
  /** Where the worst moment was. */
  worstStep: number;
  /** First evaluated step at or after the worst moment with L(t) ≤ L(0) + tolerance; null when there was none. */
  recoveryStep: number | null;
  /** ∫ max(0, L(t) − L(0)) dt over steps, straight lines between evaluations; unit × steps. */
  area: number;
}

export function stabilityGap(options: StabilityGapOptions): StabilityGap {
  const { evaluations, domain, unit = "bitsPerByte", tolerance = 0 } = options;
  if (!(tolerance >= 0)) throw new Error(`stabilityGap: invalid tolerance: ${tolerance}`);
  const rows = inOrder("stabilityGap", evaluations, domain);
  const value = (row: Evaluation): number => (unit === "nats" ? row.loss : row.bitsPerByte);
  const start = value(atZero("stabilityGap", rows, domain));
  const rise = rows.map((row) => ({ step: row.step, by: value(row) - start }));
  const worst = rise.reduce((a, b) => (b.by > a.by ? b : a));
  const recovered = rise.find((point) => point.step >= worst.step && point.by <= tolerance);
  let area = 0;
  for (let i = 1; i < rise.length; i++) area += positiveArea(rise[i - 1]!, rise[i]!);
  return {
    depth: worst.by,
    excessDepth: worst.by - rise.at(-1)!.by,
    worstStep: worst.step,
    recoveryStep: recovered?.step ?? null,
    area,
  };
}

type Point = { step: number; by: number };

/** Area above zero under the straight line from a to b. */
function positiveArea(a: Point, b: Point): number {
  const width = b.step - a.step;
  if (a.by >= 0 && b.by >= 0) return (width * (a.by + b.by)) / 2;
  if (a.by <= 0 && b.by <= 0) return 0;
  const high = Math.max(a.by, b.by);
  return (((width * high) / Math.abs(a.by - b.by)) * high) / 2;
}
