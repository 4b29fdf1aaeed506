/**
 * The barrier between two models: how far the loss rises, on the straight line between their weights, above the straight line
 * between their losses (Frankle et al. 2020, https://arxiv.org/abs/1912.05671). 0 where the line is nowhere above: then the
 * two lie in one basin, and their mean can be expected to work.
 */
import type { Evaluation } from "../types.js";

type Point = Pick<Evaluation, "domain" | "loss" | "bitsPerByte"> & { t: number };

export interface BarrierOptions {
  /** Of `train.alongLine`: every domain at the same t, two at least. */
  evaluations: readonly Point[];
  /** Defaults to "bitsPerByte". */
  unit?: "nats" | "bitsPerByte";
}

export interface Barrier {
  domain: string;
  /** max over t of L(t) − straight line, in the unit; 0 or more. */
  barrier: number;
  /** Where that is. */
  t: number;
  /** The same at every t. */
  curve: { t: number; above: number }[];
}

export function barrier({ evaluations, unit = "bitsPerByte" }: BarrierOptions): Barrier[] {
  const field = unit === "nats" ? "loss" : "bitsPerByte";
  const domains = [...new Set(evaluations.map(({ domain }) => domain))];
  if (domains.length === 0) throw new Error("barrier: invalid evaluations: none (give those of train.alongLine)");
  return domains.map((domain) => {
    const points = evaluations.filter((row) => row.domain === domain).sort((a, b) => a.t - b.t);
    const [first, last] = [points[0]!, points.at(-1)!];
    if (!(last.t > first.t))
      throw new Error(
        `barrier: invalid evaluations: ${domain} is scored at t ${first.t} alone (at both ends, and between)`,
      );
    const curve = points.map(({ t, [field]: loss }) => {
      const share = (t - first.t) / (last.t - first.t);
      return { t, above: loss - ((1 - share) * first[field] + share * last[field]) };
    });
    const highest = curve.reduce((a, b) => (b.above > a.above ? b : a));
    return { domain, barrier: Math.max(0, highest.above), t: highest.t, curve };
  });
}
