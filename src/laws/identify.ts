/**
 * Which constants the rows determine. A value is not enough: a constant may have run to an end of its range, its profile may
 * stay flat on a side, or its refits may scatter wider than the constant is large.
 */
import { profile, type Profile } from "./profile.js";
import type { Bootstrap, Fit } from "./types.js";

export interface IdentifyOptions {
  fit: Fit;
  /** Left out: judged without refits, and the intervals are those of the profiles. */
  bootstrap?: Bootstrap;
  /** Whether profiles go no further than the ends of their intervals, for whoever draws none; defaults to false. */
  ends?: boolean;
}

/**
 * Why a constant is not identified:
 * - "at bound": it ran to an end of its range;
 * - "open below", "open above": its profile does not reach the 95 % line on that side;
 * - "wide interval": it is among the bootstrap's `undetermined`.
 */
export type Unidentified = "at bound" | "open below" | "open above" | "wide interval";

export interface Identified {
  name: string;
  unit: string;
  value: number;
  /** Ends of the interval, the bootstrap's or else the profile's; null where the profile is open. */
  low: number | null;
  high: number | null;
  /** No reason against it. */
  identified: boolean;
  reasons: Unidentified[];
  profile: Profile;
}

/** Every constant of the law, in its order. */
export function identify({ fit, bootstrap, ends }: IdentifyOptions): Identified[] {
  return fit.law.parameters.map(({ name, unit }, k) => {
    const seen = profile({ fit, parameter: name, ends });
    const against: Record<Unidentified, boolean> = {
      "at bound": fit.atBound.includes(name),
      "open below": seen.low === null,
      "open above": seen.high === null,
      "wide interval": bootstrap?.undetermined.includes(name) ?? false,
    };
    const reasons = (Object.keys(against) as Unidentified[]).filter((reason) => against[reason]);
    const [low, high] = bootstrap?.intervals[name] ?? [seen.low, seen.high];
    return { name, unit, value: fit.values[k]!, low, high, identified: reasons.length === 0, reasons, profile: seen };
  });
}
