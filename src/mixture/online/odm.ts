/**
 * More of the domains whose training loss is high, as a bandit (Albalak et al. 2023, ODM, arXiv 2312.02406: Exp3 with a rate of
 * exploration that falls). A domain's reward counts by its part of the update's tokens over its share, so that one that is
 * drawn rarely is not forgotten. High loss is reward, whatever it comes from: text that cannot be learned wins.
 */
import type { Mixture } from "../types.js";
import { checkPositive, online, proportional, softmax } from "./rule.js";

export interface ODMOptions {
  domains: string[];
  /** Updates with uniform shares, in which rewards are already counted; defaults to 0. */
  warmup?: number;
  /** Nats per token that are a reward of 1; defaults to 10. */
  scale?: number;
}

export type ODMState = {
  /** Updates seen. */
  updates: number;
  shares: number[];
  rewards: number[];
  exploration: number;
};

export function odm({ domains, warmup = 0, scale = 10 }: ODMOptions): Mixture {
  checkPositive("odm", { scale });
  if (!(Number.isInteger(warmup) && warmup >= 0))
    throw new Error(`odm: invalid warmup: ${warmup} (a whole number from 0)`);
  const uniform = domains.map(() => 1 / domains.length);
  const start = { updates: 0, shares: uniform, rewards: domains.map(() => 0), exploration: 1 / domains.length };
  return online<ODMState>({
    name: "odm",
    domains,
    options: { domains, warmup, scale },
    begin: () => start,
    shares: ({ shares }) => [...shares],
    next(state, { losses, drawn }) {
      const gains = domains.map((domain) => ((losses[domain] ?? 0) * (drawn[domain] ?? 0)) / scale);
      if (gains.every((gain) => gain === 0)) return state;
      const next = odmStep({ ...state, gains });
      return next.updates <= warmup ? { ...next, shares: uniform } : next;
    },
  });
}

/** `gains`: loss over `scale`, times the part of the update that it was measured on. */
export function odmStep({ updates, shares, rewards, exploration, gains }: ODMState & { gains: number[] }): ODMState {
  const K = shares.length;
  const t = updates + 1;
  const raised = rewards.map((reward, i) => reward + gains[i]! / shares[i]!);
  const explored = Math.min(1 / K, Math.sqrt(Math.log(K) / (K * t)));
  const greedy = softmax(raised.map((reward) => exploration * reward));
  const mixed = proportional(greedy.map((share) => (1 - K * explored) * share + explored));
  return { updates: t, shares: mixed, rewards: raised, exploration: explored };
}
