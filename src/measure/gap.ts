/**
 * The stability gap: the old domains' loss jumps right after the switch and part of that comes back (2406.14833; measures
 * after De Lange et al. 2023). Evaluate at log-spaced steps, or the jump falls between two evaluations.
 *
 * Of several old domains the curve is the mean of their losses, each against its own level before the switch.
 */
import type { Evaluation } from "../types.js";
import { type Baseline, inOrder, levelOf } from "./baseline.js";

export interface StabilityGapOptions {
  /** One run's evaluations. */
  evaluations: readonly Evaluation[];
  /** The old domain, or several, all evaluated at the same steps. */
  domain: string | readonly string[];
  /** Defaults to "bitsPerByte". */
  unit?: "nats" | "bitsPerByte";
  /** L(0); defaults to the run's own step 0. */
  baseline?: Baseline;
  /** Counts as recovered within this much above L(0), in the unit; defaults to 0. */
  tolerance?: number;
}

export interface StabilityGap {
  /** max L(t) − L(0): the worst moment. 0 or more, unless a baseline is given. */
  depth: number;
  /** max L(t) − L(T): the part of the worst moment that came back by the end. 0 or more. */
  excessDepth: number;
  /** Where the worst moment was. */
  worstStep: number;
  /** Mean over the old domains of each one's own highest loss, at whatever step: their min-ACC, as a loss. */
  worst: number;
  /** First evaluated step at or after the worst moment with L(t) ≤ L(0) + tolerance, where the gap closes; null when there was none. */
  recoveryStep: number | null;
  /** ∫ max(0, L(t) − L(0)) dt over steps, straight lines between evaluations; unit × steps. */
  area: number;
}

export function stabilityGap(options: StabilityGapOptions): StabilityGap {
  const { evaluations, domain, unit = "bitsPerByte", baseline, tolerance = 0 } = options;
  const caller = "stabilityGap";
  if (!(tolerance >= 0)) throw new Error(`${caller}: invalid tolerance: ${tolerance}`);
  const domains = typeof domain === "string" ? [domain] : domain;
  if (domains.length === 0) throw new Error(`${caller}: invalid domain: none (name the old ones)`);
  if (domains.length > 1 && baseline && !("evaluations" in baseline))
    throw new Error(`${caller}: invalid baseline: one loss for ${domains.join(", ")} (give evaluations)`);
  const field = unit === "nats" ? "loss" : "bitsPerByte";
  const curves = domains.map((name) => {
    const rows = inOrder(caller, evaluations, name);
    const start = levelOf({ caller, rows, domain: name, baseline })[field];
    return { name, steps: rows.map(({ step }) => step), values: rows.map((row) => row[field]), start };
  });
  const { name, steps } = curves[0]!;
  const other = curves.find((curve) => curve.steps.join() !== steps.join());
  if (other)
    throw new Error(`${caller}: invalid evaluations: ${name} and ${other.name} were not evaluated at the same steps`);
  const rise = steps.map((step, i) => ({ step, by: mean(curves.map(({ values, start }) => values[i]! - start)) }));
  const worst = rise.reduce((a, b) => (b.by > a.by ? b : a));
  const recovered = rise.find((point) => point.step >= worst.step && point.by <= tolerance);
  let area = 0;
  for (let i = 1; i < rise.length; i++) area += positiveArea(rise[i - 1]!, rise[i]!);
  return {
    depth: worst.by,
    excessDepth: worst.by - rise.at(-1)!.by,
    worstStep: worst.step,
    worst: mean(curves.map(({ values }) => values.reduce((a, b) => Math.max(a, b)))),
    recoveryStep: recovered?.step ?? null,
    area,
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

type Point = { step: number; by: number };

/** Area above zero under the straight line from a to b. */
function positiveArea(a: Point, b: Point): number {
  const width = b.step - a.step;
  if (a.by >= 0 && b.by >= 0) return (width * (a.by + b.by)) / 2;
  if (a.by <= 0 && b.by <= 0) return 0;
  const high = Math.max(a.by, b.by);
  return (((width * high) / Math.abs(a.by - b.by)) * high) / 2;
}
