/**
 * Constraints without clipping: a constant in a range is optimised as an unconstrained number u.
 * (−∞,∞): u. [a,∞): a + e^u. (−∞,b]: b − e^u. [a,b]: a + (b−a)/(1+e^−u).
 */
import type { Parameter } from "./types.js";

export interface Transform {
  toNatural(u: number): number;
  toFree(value: number): number;
  /** d natural / d free. */
  slope(u: number): number;
  /** d² natural / d free². */
  bend(u: number): number;
}

export const identity: Transform = { toNatural: (u) => u, toFree: (v) => v, slope: () => 1, bend: () => 0 };

export function transformOf({ range: [low, high] }: Pick<Parameter, "range">): Transform {
  if (low === -Infinity && high === Infinity) return identity;
  if (high === Infinity) {
    return {
      toNatural: (u) => low + Math.exp(u),
      toFree: (v) => Math.log(Math.max(v - low, tiny)),
      slope: Math.exp,
      bend: Math.exp,
    };
  }
  if (low === -Infinity) {
    return {
      toNatural: (u) => high - Math.exp(u),
      toFree: (v) => Math.log(Math.max(high - v, tiny)),
      slope: (u) => -Math.exp(u),
      bend: (u) => -Math.exp(u),
    };
  }
  const width = high - low;
  const part = (u: number): number => 1 / (1 + Math.exp(-u));
  return {
    toNatural: (u) => low + width * part(u),
    toFree(v) {
      const inside = Math.min(1 - 1e-9, Math.max(1e-9, (v - low) / width));
      return Math.log(inside / (1 - inside));
    },
    slope: (u) => width * part(u) * (1 - part(u)),
    bend: (u) => width * part(u) * (1 - part(u)) * (1 - 2 * part(u)),
  };
}

const tiny = 1e-12;

/** Whether a value has run to an end of its range: within 1 % of the width, or of the usual size where the range is open. */
export function isAtBound({ range: [low, high], typical }: Parameter, value: number): boolean {
  const margin = 0.01 * (Number.isFinite(high - low) ? high - low : typical);
  return value - low < margin || high - value < margin;
}
