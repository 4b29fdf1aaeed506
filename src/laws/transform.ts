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
}

export function transformOf({ range: [low, high] }: Parameter): Transform {
  if (low === -Infinity && high === Infinity) return { toNatural: (u) => u, toFree: (v) => v, slope: () => 1 };
  if (high === Infinity) {
    return { toNatural: (u) => low + Math.exp(u), toFree: (v) => Math.log(Math.max(v - low, tiny)), slope: Math.exp };
  }
  if (low === -Infinity) {
    return {
      toNatural: (u) => high - Math.exp(u),
      toFree: (v) => Math.log(Math.max(high - v, tiny)),
      slope: (u) => -Math.exp(u),
    };
  }
  const width = high - low;
  return {
    toNatural: (u) => low + width / (1 + Math.exp(-u)),
    toFree(v) {
      const part = Math.min(1 - 1e-9, Math.max(1e-9, (v - low) / width));
      return Math.log(part / (1 - part));
    },
    slope(u) {
      const s = 1 / (1 + Math.exp(-u));
      return width * s * (1 - s);
    },
  };
}

const tiny = 1e-12;

/** Whether a value has run to an end of its range: within 1 % of the width, or of the usual size where the range is open. */
export function isAtBound({ range: [low, high], typical }: Parameter, value: number): boolean {
  const margin = 0.01 * (Number.isFinite(high - low) ? high - low : typical);
  return value - low < margin || high - value < margin;
}
