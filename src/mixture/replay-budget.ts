/**
 * Replay costs something, and three ways to pay for it are mixed up easily. "fixed-total": the run is as long as without
 * replay and reads less new text (Ibrahim et al. 2024). "fixed-new": it reads as much new text and is longer by 1/(1 - share)
 * (Abbes et al. 2025, arXiv 2508.01908). "additive": replay is added to every batch, which grows; runs differ in batch then.
 */
export type ReplayBudget = "fixed-total" | "fixed-new" | "additive";

export interface ReplayOptions {
  budget: ReplayBudget;
  /** Part of the run's tokens that is replayed, from 0 to below 1; with "additive", sequences replayed for each new one. */
  share: number;
  /** Updates without replay. */
  steps: number;
  /** Sequences per update without replay. */
  batch: number;
}

export interface Replay {
  steps: number;
  batch: number;
  /** Token shares of the run. */
  shares: { old: number; new: number };
  /** Tokens of the run over those without replay. */
  cost: number;
}

/** What to train with: whole updates and whole sequences, and the shares that these give. */
export function replayBudget({ budget, share, steps, batch }: ReplayOptions): Replay {
  if (!(share >= 0 && share < 1)) throw new Error(`replayBudget: invalid share: ${share} (from 0 to below 1)`);
  for (const [what, value] of Object.entries({ steps, batch }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new Error(`replayBudget: invalid ${what}: ${value} (a whole number from 1)`);
  const run = (longer: number, larger: number, old: number): Replay => ({
    steps: longer,
    batch: larger,
    shares: { old, new: 1 - old },
    cost: (longer * larger) / (steps * batch),
  });
  switch (budget) {
    case "fixed-total":
      return run(steps, batch, share);
    case "fixed-new":
      return run(Math.round(steps / (1 - share)), batch, share);
    case "additive": {
      const old = Math.round(share * batch);
      return run(steps, batch + old, old / (batch + old));
    }
    default:
      throw new Error(`replayBudget: invalid budget: ${String(budget)} (one of fixed-total, fixed-new, additive)`);
  }
}
