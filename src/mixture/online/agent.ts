/**
 * An agent that chooses the next shares from what the last ones did, learned offline from recorded trajectories (after Yang et
 * al. 2025, Data Mixing Agent, arXiv 2507.15640). The paper's agent is a small transformer; this one is a linear value of what
 * it sees for each of a few mixtures, learned by conservative Q-learning (Kumar et al. 2020, arXiv 2006.04779): no better than its
 * trajectories, and small enough to be an option of the mixture.
 */
import type { Mixture } from "../types.js";
import { checkShares } from "../check.js";
import { checkWhole, heldOut, online, softmax } from "./rule.js";

export interface AgentOptions {
  domains: string[];
  /** Mixtures that it chooses from, token shares in the order of `domains`. */
  actions: number[][];
  /** Value of each action, linear in what is seen: a row per action, as `learnAgent` gives them. */
  weights: number[][];
  /** Updates from one decision to the next. */
  every: number;
}

export function agent({ domains, actions, weights, every }: AgentOptions): Mixture {
  const name = "agent";
  checkWhole(name, { every });
  for (const action of actions) {
    if (action.length !== domains.length)
      throw new Error(`${name}: invalid actions: ${action.length} shares (one for each of ${domains.join(", ")})`);
    checkShares(name, domains, action);
  }
  const width = 2 + 2 * domains.length;
  if (actions.length === 0 || weights.length !== actions.length || weights.some((row) => row.length !== width))
    throw new Error(`${name}: invalid weights: ${weights.length} rows (one of ${width} numbers for each action)`);
  return online({
    name,
    domains,
    options: { domains, actions, weights, every },
    wants: [{ signal: "evaluations", every }],
    begin: () => ({ shares: domains.map(() => 1 / domains.length), losses: null as number[] | null }),
    shares: ({ shares }) => [...shares],
    next(state, { step, evaluations }, { steps }) {
      if (!evaluations || step % every !== 0) return state;
      const losses = heldOut(name, domains, evaluations);
      const seen = seenOf({ shares: state.shares, before: state.losses ?? losses, losses, done: step / steps });
      const values = valuesOf(weights, seen);
      return { losses, shares: actions[values.indexOf(Math.max(...values))]! };
    },
  });
}

export interface Trajectory {
  /** Indices of the actions that were taken, one after another. */
  taken: number[];
  /** Held-out losses in the order of the domains: at the start and after each action, so one list more than actions. */
  losses: number[][];
}

export interface LearnAgentOptions {
  trajectories: readonly Trajectory[];
  actions: number[][];
  /** What a nat less is worth, by domain; defaults to 1 for each. */
  worth?: number[];
  /** Of rewards one decision later; defaults to 0.9. */
  discount?: number;
  /** How much values of what was not tried are held down; 0 is plain Q-learning. Defaults to 0.1. */
  conservative?: number;
  /** Steps of gradient descent; defaults to 2000. */
  iterations?: number;
  /** Of gradient descent; defaults to 0.1. */
  rate?: number;
}

/** Weights for `agent`. The reward of an action is how far it lowered the losses. */
export function learnAgent(options: LearnAgentOptions): number[][] {
  const { trajectories, actions, discount = 0.9, conservative = 0.1, iterations = 500, rate = 0.1 } = options;
  const decisions = trajectories.flatMap((trajectory) => decisionsOf(trajectory, options));
  if (decisions.length === 0) throw new Error("learnAgent: invalid trajectories: no decision in them");
  let weights = actions.map(() => decisions[0]!.seen.map(() => 0));
  for (let i = 0; i < iterations; i++) {
    const gradient = weights.map((row) => row.map(() => 0));
    for (const { seen, taken, reward, next } of decisions) {
      const values = valuesOf(weights, seen);
      const later = next ? discount * Math.max(...valuesOf(weights, next)) : 0;
      const wrong = values[taken]! - reward - later;
      const tempting = softmax(values);
      for (const [a, row] of gradient.entries()) {
        const own = Number(a === taken);
        const slope = (own * wrong + conservative * (tempting[a]! - own)) / decisions.length;
        for (const [k, value] of seen.entries()) row[k]! += slope * value;
      }
    }
    weights = weights.map((row, a) => row.map((weight, k) => weight - rate * gradient[a]![k]!));
  }
  return weights;
}

interface Decision {
  seen: number[];
  taken: number;
  reward: number;
  /** What was seen afterwards; absent after the last. */
  next?: number[];
}

function decisionsOf({ taken, losses }: Trajectory, { actions, worth }: LearnAgentOptions): Decision[] {
  if (losses.length !== taken.length + 1 || taken.some((action) => !actions[action]))
    throw new Error(
      `learnAgent: invalid trajectory: ${taken.length} actions of ${actions.length} and ${losses.length} lists of losses (one more)`,
    );
  const alike = losses[0]!.map(() => 1 / losses[0]!.length);
  const seen = losses.map((now, t) =>
    seenOf({
      shares: t === 0 ? alike : actions[taken[t - 1]!]!,
      before: losses[Math.max(0, t - 1)]!,
      losses: now,
      done: t / taken.length,
    }),
  );
  return taken.map((action, t) => ({
    seen: seen[t]!,
    taken: action,
    reward: losses[t]!.reduce((sum, loss, k) => sum + (worth?.[k] ?? 1) * (loss - losses[t + 1]![k]!), 0),
    ...(t + 1 < taken.length && { next: seen[t + 1]! }),
  }));
}

/** A constant, how far the run is, the last shares, and how far losses fell under them. */
function seenOf(at: { shares: number[]; before: number[]; losses: number[]; done: number }): number[] {
  return [1, at.done, ...at.shares, ...at.losses.map((loss, k) => at.before[k]! - loss)];
}

const valuesOf = (weights: number[][], seen: number[]): number[] =>
  weights.map((row) => row.reduce((sum, weight, k) => sum + weight * seen[k]!, 0));
