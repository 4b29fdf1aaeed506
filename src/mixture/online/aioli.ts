/**
 * Shares that follow a linear law of mixing, estimated anew during the run (Chen et al. 2024, Aioli, arXiv 2411.05735). In short
 * sweeps each domain in turn gets most of the tokens; from how far all held-out losses fell follows what a token share of j
 * does to domain i, A[i][j]; then share of j ∝ share of j · exp(eta · Σ_i A[i][j]), until the next sweeps.
 */
import type { Mixture } from "../types.js";
import { checkPositive, checkWhole, heldOut, online, proportional } from "./rule.js";

export interface AioliOptions {
  domains: string[];
  /** Updates from the beginning of sweeps to that of the next; defaults to 250. */
  every?: number;
  /** Updates of one sweep; held-out losses are measured after each. Defaults to 4. */
  sweep?: number;
  /** Sweeps for each domain; defaults to 4. */
  rounds?: number;
  /** Share that a sweep gives to its domain, the others having equal parts of the rest; defaults to 0.625. */
  focus?: number;
  /** Defaults to 0.2. */
  eta?: number;
}

type AioliState = {
  shares: number[];
  /** Held-out losses where the sweep began; null where they were not measured. */
  before: number[] | null;
  /** Falls of losses summed, `[in sweeps of j][of i]`, and how many. */
  falls: number[][];
  counts: number[];
};

export function aioli(options: AioliOptions): Mixture {
  const { domains, every = 250, sweep = 4, rounds = 4, focus = 0.625, eta = 0.2 } = options;
  const K = domains.length;
  const sweeping = rounds * K * sweep;
  checkPositive("aioli", { eta });
  checkWhole("aioli", { every, sweep, rounds });
  if (!(focus > 1 / K && focus <= 1)) throw new Error(`aioli: invalid focus: ${focus} (above 1 / ${K}, at most 1)`);
  if (every < sweeping || every % sweep !== 0)
    throw new Error(
      `aioli: invalid every: ${every} (a multiple of sweep, ${sweep}, of at least rounds · domains · sweep, ${sweeping})`,
    );
  const rest = (1 - focus) / (K - 1);
  /** Which domain's sweep update `step` is in; undefined between sweeps. */
  const domainAt = (step: number): number | undefined =>
    step % every < sweeping ? Math.floor((step % every) / sweep) % K : undefined;
  const none = (): Pick<AioliState, "falls" | "counts"> => ({
    falls: domains.map(() => domains.map(() => 0)),
    counts: domains.map(() => 0),
  });
  return online<AioliState>({
    name: "aioli",
    domains,
    options: { domains, every, sweep, rounds, focus, eta },
    wants: [{ signal: "evaluations", every: sweep }],
    begin: () => ({ shares: domains.map(() => 1 / K), before: null, ...none() }),
    shares({ shares }, step) {
      const swept = domainAt(step);
      return swept === undefined ? [...shares] : domains.map((_, j) => (j === swept ? focus : rest));
    },
    next(state, { step, evaluations }) {
      if (step % sweep !== 0) return state;
      const losses = evaluations ? heldOut("aioli", domains, evaluations) : null;
      const swept = step > 0 ? domainAt(step - 1) : undefined;
      const next = { ...state, before: losses };
      if (swept === undefined) return next;
      if (losses && state.before) {
        const fell = losses.map((loss, i) => state.before![i]! - loss);
        next.falls = state.falls.map((row, j) => (j === swept ? row.map((sum, i) => sum + fell[i]!) : row));
        next.counts = state.counts.map((count, j) => count + Number(j === swept));
      }
      if (((step - 1) % every) + 1 < sweeping) return next;
      if (next.counts.includes(0)) return { ...next, ...none() };
      const falls = next.falls.map((row, j) => row.map((sum) => sum / next.counts[j]!));
      return {
        ...next,
        ...none(),
        shares: aioliShares({ shares: state.shares, law: mixingLaw({ falls, focus }), eta }),
      };
    },
  });
}

/** `A[i][j]` of falls `[in sweeps of j][of i]`: Σ_j A[i][j] · share of j = fall of i in every sweep, solved in closed form. */
export function mixingLaw({ falls, focus }: { falls: number[][]; focus: number }): number[][] {
  const rest = (1 - focus) / (falls.length - 1);
  return falls.map((_, i) => {
    const sum = falls.reduce((total, row) => total + row[i]!, 0);
    return falls.map((row) => (row[i]! - rest * sum) / (focus - rest));
  });
}

export function aioliShares({ shares, law, eta }: { shares: number[]; law: number[][]; eta: number }): number[] {
  return proportional(shares.map((share, j) => share * Math.exp(eta * law.reduce((sum, row) => sum + row[j]!, 0))));
}
