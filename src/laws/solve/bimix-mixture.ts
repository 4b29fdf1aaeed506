/**
 * The shares of several domains with the least weighted sum of their losses, each domain's loss a fitted BiMix law of its own
 * share (Ge et al. 2024, 2405.14908): closed up to one multiplier, forms/bimix.ts.
 */
import type { Doubted } from "../derive.js";
import { biMix, biMixOptimum } from "../forms/bimix.js";
import { checked, columnOf, lawOf } from "./answers.js";
import { lossKey, type MixtureAnswer, mixtureAnswer } from "./mixture.js";

export interface BiMixMixtureOptions {
  /** A fit of "bimix" per domain, against the domain's own share; weights default to 1. */
  domains: readonly (Doubted & { name: string; weight?: number })[];
  /** Length of the run, in the unit of the fits. */
  steps: number;
}

export function biMixMixture(options: BiMixMixtureOptions): MixtureAnswer {
  const { domains, steps } = options;
  const names = domains.map(({ name }) => name);
  if (!(new Set(names).size === names.length && names.length > 1))
    throw new Error(`bimix-mixture: invalid domains: ${names.join(", ")} (two or more, each once)`);
  domains.forEach((each) => lawOf("bimix-mixture", each, ["bimix"]));
  checked("bimix-mixture", "steps", steps);
  const total = domains.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return mixtureAnswer({
    domains: names,
    from: domains,
    of(...values) {
      // A refit in which a loss does not depend on its share has no best mixture.
      if (values.some(([alpha]) => !(alpha! > 0))) return null;
      const shares = biMixOptimum({ domains: domains.map((each, i) => ({ ...each, values: values[i]! })), steps });
      const loss = domains.reduce(
        (sum, { name, weight = 1 }, i) => sum + (weight / total) * biMix.predict(values[i]!, [shares[name]!, steps]),
        0,
      );
      return { ...shares, [lossKey]: loss };
    },
    runs: (name) =>
      columnOf(
        domains.find((each) => each.name === name)!,
        "share",
      ),
  });
}
