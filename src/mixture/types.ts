/**
 * What a mixture is: for every update, the share of tokens that each domain gets. It may follow the run: the learning rate,
 * and what the losses show. It neither draws text nor knows any (`blender` turns shares into a sequence of draws).
 */
import type { Json, Made } from "../registry.js";

export interface Mixture extends Made {
  readonly domains: readonly string[];
  /** At the start of a run, or where a saved state stood. */
  begin(at: MixtureStart): Mixing;
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
  /** Signals that it must be told besides the losses; each costs something. */
  readonly wants?: readonly SignalName[];
  /** Hears of every update once it is done. */
  observe?(seen: Observation): void;
  /** What an exact resume needs; absent where the step's number says all. */
  readonly state?: Json;
}

/** `evaluations`: held-out losses whenever the run evaluates. `excess`: how much worse than the base. `alignment`: gradients. */
export type SignalName = "evaluations" | "excess" | "alignment";

/** By domain, only of those that are known this time. */
export interface Observation {
  /** Updates done. */
  step: number;
  /** Mean training loss of the update, nats per token. */
  losses: Readonly<Record<string, number>>;
  /** Held-out loss, nats per token. */
  evaluations?: Readonly<Record<string, number>>;
  /** Mean over the update's tokens of what the loss exceeds the base's by, not below 0 for any token. */
  excess?: Readonly<Record<string, number>>;
  /** Dot products of the domains' gradients: `[trained on][scored on]`. */
  alignment?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
