/** Another mixture from its update `from` on, of `total`: what a branch that keeps its run's mixture goes on with. */
import { made, write } from "../registry.js";
import type { Mixture } from "./types.js";

export function onward({ of, from, total }: { of: Mixture; from: number; total: number }): Mixture {
  return made(
    {
      name: "onward",
      options: { of: write(of), from, total },
      domains: of.domains,
      wants: of.wants,
      begin(at) {
        const mixing = of.begin({
          ...at,
          steps: total,
          rate: (step) => at.rate(Math.min(Math.max(0, step - from), at.steps - 1)),
        });
        return {
          ...mixing,
          shares: (step) => mixing.shares(from + step),
          weights: mixing.weights && ((step) => mixing.weights!(from + step)),
          observe: mixing.observe && ((seen) => mixing.observe!({ ...seen, step: from + seen.step })),
          get state() {
            return mixing.state;
          },
        };
      },
    },
    of,
  );
}
