/**
 * Shares that change in steps. Two phases can be told apart by amount and by order: `twoPhase` holds the mean over the run and
 * varies only the difference between its phases, so that a difference of 0 is the control of every other.
 */
import { made } from "../registry.js";
import { type ByDomain, domainsOf, sharesOf } from "./by-domain.js";
import { changing } from "./changing.js";
import type { Mixture } from "./types.js";

export interface PhasesOptions {
  /** In order, the first from 0. */
  phases: readonly MixturePhase[];
}

export interface MixturePhase {
  /** Share of the run at which it begins. */
  from: number;
  /** Its token shares. */
  shares: ByDomain;
}

export interface TwoPhaseOptions {
  /** Token shares over the whole run. */
  mean: ByDomain;
  /** Share of the run that the first phase takes; defaults to 0.5. */
  first?: number;
  /** Shares in the first phase less those in the second; they add up to 0. */
  contrast: ByDomain;
}

export function phases({ phases: given }: PhasesOptions): Mixture {
  const options = { phases: given.map(({ from, shares }) => ({ from, shares })) };
  return made(stepping("phases", options, given));
}

export function twoPhase({ mean, first = 0.5, contrast }: TwoPhaseOptions): Mixture {
  const name = "two-phase";
  if (!(first > 0 && first < 1))
    throw new Error(`${name}: invalid first: ${first} (a share of the run between 0 and 1)`);
  const domains = domainsOf(mean, contrast);
  const shares = (of: number): ByDomain =>
    Object.fromEntries(domains.map((domain) => [domain, (mean[domain] ?? 0) + of * (contrast[domain] ?? 0)]));
  sharesOf(name, domains, mean);
  return made(
    stepping(name, { mean, first, contrast }, [
      { from: 0, shares: shares(1 - first) },
      { from: first, shares: shares(-first) },
    ]),
  );
}

function stepping(name: string, options: Mixture["options"], given: readonly MixturePhase[]): Mixture {
  const ordered = given.every(({ from }, i) => (i === 0 ? from === 0 : from > given[i - 1]!.from && from < 1));
  if (!(given.length > 0 && ordered))
    throw new Error(
      `${name}: invalid phases: ${given.map(({ from }) => from).join(", ")} (they begin at shares of the run, in order, the first at 0)`,
    );
  const domains = domainsOf(...given.map(({ shares }) => shares));
  const all = given.map(({ shares }) => sharesOf(name, domains, shares));
  const at = (done: number): number => given.filter(({ from }) => done >= from).length - 1;
  return changing({ name, domains, options, shares: (done) => [...all[at(done)]!] });
}
