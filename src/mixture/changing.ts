/**
 * Shares that depend on how far the run is and on nothing else: the form of most mixtures of the registry, and of one's own.
 * A mixture of the user's is known by the shares it gives at every update of a run, so two that differ anywhere are two.
 */
import type { Options } from "../registry.js";
import type { Mixture, MixtureStart } from "./types.js";

export interface ChangingOptions {
  /** What tables call it. */
  name: string;
  domains: readonly string[];
  /** Token shares in the order of `domains` where `done` of the run's updates are done, from 0 to below 1. */
  shares(done: number, at: MixtureStart & { step: number }): number[];
  /** What to write down of it; defaults to nothing. */
  options?: Options;
}

export function changing({ name, domains, shares, options = {} }: ChangingOptions): Mixture {
  return {
    name,
    domains: [...domains],
    options,
    begin: (at) => ({ shares: (step) => shares(step / at.steps, { ...at, step }) }),
  };
}
