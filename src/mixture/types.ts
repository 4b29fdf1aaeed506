/**
 * What a mixture is: for every update, the share of tokens that each domain gets. It may follow the run: the learning rate,
 * and what the losses show. It neither draws text nor knows any (`blender` turns shares into a sequence of draws).
 */
import type { Json, Made } from "../registry.js";

export interface Mixture extends Made {
  readonly domains: readonly string[];
  /** Signals that it must be told besides the losses. */
  readonly wants?: readonly Want[];
  /**
   * What a run of so many updates and sequences becomes with it, where it makes runs longer or larger: asked for once, and the
   * mixture that is given then is the run's.
   */
  extent?(run: Extent): Extent & { mixture: Mixture };
  /** At the start of a run, or where a saved state stood. */
  begin(at: MixtureStart): Mixing;
}

export interface Extent {
  /** Updates. */
  steps: number;
  /** Sequences at once. */
  batch: number;
}

export interface MixtureStart {
  /** Updates of the whole run. */
  steps: number;
  /** Tokens of one update. */
  tokensPerStep: number;
  /** Tokens there are to train on, by domain. */
  sizes: Readonly<Record<string, number>>;
  /** Learning rate of update `step` (from 0) over the highest of the run, or of the whole that a branch goes on with. */
  rate(step: number): number;
  /** What `Mixing.state` was; absent at the start. */
  state?: Json;
}

/** A mixture during one run. Lists are in the order of the mixture's domains. */
export interface Mixing {
  /** Token shares of update `step` (from 0): each at least 0, together 1. */
  shares(step: number): number[];
  /** Weights of the domains' losses in update `step`; absent where all count alike. */
  weights?(step: number): number[];
  /** Hears of every update once it is done, and of the evaluation before the first (step 0) where there is one. */
  observe?(seen: Observation): void;
  /** What an exact resume needs; absent where the step's number says all. */
  readonly state?: Json;
}

/**
 * Something that an observation tells before the first update and after every `every`th one. It costs something, and is measured
 * in a run only if its mixture wants it; held-out losses are also told wherever the run evaluates anyway.
 */
export interface Want {
  readonly signal: "evaluations" | "excess" | "alignment";
  readonly every: number;
}

/** By domain, only of those that are known this time. */
export interface Observation {
  /** Updates done. */
  step: number;
  /** Mean training loss of the update, nats per token. */
  losses: Readonly<Record<string, number>>;
  /** Share of the update's tokens that were the domain's. */
  drawn: Readonly<Record<string, number>>;
  /** Held-out loss after the update, nats per token. */
  evaluations?: Readonly<Record<string, number>>;
  /** Mean over the update's tokens of what the loss exceeds the base's by, not below 0 for any token; before the update. */
  excess?: Readonly<Record<string, number>>;
  /**
   * Dot products of the domains' gradients, before the update, `[one][other]`; a domain's own is its squared norm. Each
   * gradient is of the mean loss of one batch of the domain's own text.
   */
  alignment?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
