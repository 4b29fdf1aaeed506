/**
 * Shares that follow the learning rate, whatever its schedule: what is read late in a decay is what is kept best. While the
 * rate rises the shares are the first ones; afterwards they depend on how far it has come down from the highest of the run.
 */
import { made } from "../registry.js";
import { between, type ByDomain, domainsOf, sharesOf } from "./by-domain.js";
import { changing } from "./changing.js";
import type { Mixture, MixtureStart } from "./types.js";

export interface AnnealOptions {
  /** Token shares at the highest rate. */
  from: ByDomain;
  /** Token shares at the lowest. */
  to: ByDomain;
  /** The lowest rate over the highest; defaults to the rate of the last update. */
  lowest?: number;
}

export interface BlendSwitchOptions {
  /** Token shares at first. */
  before: ByDomain;
  /** Token shares from the switch on. */
  after: ByDomain;
  /** Rate over the highest at which blends are switched; defaults to 0.2, a fifth. */
  rate?: number;
}

type At = MixtureStart & { step: number };

const rising = ({ step, steps, rate }: At): boolean => step + 1 < steps && rate(step + 1) > rate(step);

/** From one mix to another, in step with the decay. */
export function anneal({ from, to, lowest }: AnnealOptions): Mixture {
  const domains = domainsOf(from, to);
  const [first, last] = [sharesOf("anneal", domains, from), sharesOf("anneal", domains, to)];
  if (lowest !== undefined) checkRate("anneal", "lowest", lowest);
  return made(
    changing({
      name: "anneal",
      domains,
      options: { from, to, ...(lowest !== undefined && { lowest }) },
      shares(_, at) {
        const least = lowest ?? at.rate(at.steps - 1);
        const fallen = rising(at) || !(least < 1) ? 0 : (1 - at.rate(at.step)) / (1 - least);
        return between(first, last, Math.min(1, Math.max(0, fallen)));
      },
    }),
  );
}

/** Two blends, the second once the rate has come down to a fifth of the highest (Parmar et al. 2024). */
export function blendSwitch({ before, after, rate = 0.2 }: BlendSwitchOptions): Mixture {
  const name = "blend-switch";
  const domains = domainsOf(before, after);
  const [first, last] = [sharesOf(name, domains, before), sharesOf(name, domains, after)];
  checkRate(name, "rate", rate);
  return made(
    changing({
      name,
      domains,
      options: { before, after, rate },
      shares: (_, at) => [...(rising(at) || at.rate(at.step) > rate ? first : last)],
    }),
  );
}

function checkRate(name: string, what: string, value: number): void {
  if (!(value >= 0 && value < 1))
    throw new Error(`${name}: invalid ${what}: ${value} (a rate over the highest, from 0 to below 1)`);
}
