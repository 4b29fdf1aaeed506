/**
 * Old text beside new, with what it costs said by name (`replay-budget.ts`). What a run is asked for is what it would be without
 * replay; its updates, or its batch, become more where the budget says so.
 */
import { made } from "../registry.js";
import type { ByDomain } from "./by-domain.js";
import { changing } from "./changing.js";
import { checkShares } from "./check.js";
import { type ReplayBudget, replayBudget } from "./replay-budget.js";
import type { Mixture } from "./types.js";

export interface ReplayMixtureOptions {
  budget: ReplayBudget;
  /** Part of the run's tokens that is old, from 0 to below 1; with "additive", old sequences for each new one. */
  share: number;
  /** A domain, or parts of several that add up to 1. */
  old: string | ByDomain;
  new: string | ByDomain;
}

/** E.g. `replay({ budget: "fixed-new", share: 0.25, old: "en", new: "ko" })`: of 300 steps it makes 400, with as much Korean as 300 have without English. */
export function replay(options: ReplayMixtureOptions): Mixture {
  const { budget, share } = options;
  replayBudget({ budget, share, steps: 1, batch: 1 });
  const old = partsOf("old", options.old);
  const now = partsOf("new", options.new);
  const both = Object.keys(old).find((domain) => domain in now);
  if (both !== undefined) throw new Error(`replay: invalid new: ${both} (it is old)`);
  const of = (part: number): Mixture =>
    made(
      changing({
        name: "replay",
        domains: [...Object.keys(old), ...Object.keys(now)],
        options: { budget, share, old: options.old, new: options.new },
        shares: () => [
          ...Object.values(old).map((each) => each * part),
          ...Object.values(now).map((each) => each * (1 - part)),
        ],
      }),
    );
  const mixture = of(budget === "additive" ? share / (1 + share) : share);
  return made({
    ...mixture,
    extent({ steps, batch }) {
      const run = replayBudget({ budget, share, steps, batch });
      return { steps: run.steps, batch: run.batch, mixture: of(run.shares.old) };
    },
  });
}

function partsOf(what: "old" | "new", given: string | ByDomain): ByDomain {
  const parts = typeof given === "string" ? { [given]: 1 } : given;
  checkShares(`replay: ${what}`, Object.keys(parts), Object.values(parts));
  return parts;
}
