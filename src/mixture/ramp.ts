/** Shares that change at a steady rate between two points of the run. Its mean share is `m · from + (1 - m) · to`, m = (begin + end) / 2. */
import { made } from "../registry.js";
import { between, type ByDomain, domainsOf, sharesOf } from "./by-domain.js";
import { changing } from "./changing.js";
import type { Mixture } from "./types.js";

export interface RampOptions {
  /** Token shares up to `begin`. */
  from: ByDomain;
  /** Token shares from `end` on. */
  to: ByDomain;
  /** Share of the run; defaults to 0. */
  begin?: number;
  /** Share of the run; defaults to 1. */
  end?: number;
}

export function ramp({ from, to, begin = 0, end = 1 }: RampOptions): Mixture {
  const domains = domainsOf(from, to);
  const [first, last] = [sharesOf("ramp", domains, from), sharesOf("ramp", domains, to)];
  if (!(begin >= 0 && begin < end && end <= 1))
    throw new Error(
      `ramp: invalid begin and end: ${begin}, ${end} (shares of the run, one after the other, in [0, 1])`,
    );
  return made(
    changing({
      name: "ramp",
      domains,
      options: { from, to, begin, end },
      shares: (done) => between(first, last, Math.min(1, Math.max(0, (done - begin) / (end - begin)))),
    }),
  );
}
