/**
 * Turns token shares into a sequence of domains, one draw per window: each draw goes to the domain that is furthest
 * behind its share (the greedy rule of GPT-NeoX's blending helper), so every prefix is as close to the shares as whole
 * windows allow, and nothing is random. Unlike there, a domain whose share is 0 now is never drawn, not even on a tie.
 * Windows have one length, so shares of draws are shares of tokens.
 */
import { checkShares } from "./check.js";

/** Plain JSON. `owed` is what the shares promised up to draw `since`; from there on `shares` has held. */
export interface BlenderState {
  draws: number;
  counts: number[];
  owed: number[];
  since: number;
  shares: number[];
}

export interface BlenderOptions {
  domains: readonly string[];
  /** Begins an error's line. Defaults to "blender". */
  caller?: string;
  /** Goes on from a saved state. */
  state?: BlenderState;
}

export interface Blender {
  readonly domains: readonly string[];
  /** Index in `domains` of the next window's domain, under these token shares. */
  next(shares: readonly number[]): number;
  readonly draws: number;
  readonly counts: number[];
  /** Mean token shares that were asked for so far, in the order of `domains`. */
  readonly asked: number[];
  /** Shares of the draws so far, in the order of `domains`; zeros before the first. */
  readonly realised: number[];
  readonly state: BlenderState;
}

export function blender({ domains: given, caller = "blender", state }: BlenderOptions): Blender {
  const domains = [...given];
  const zeros = (): number[] => domains.map(() => 0);
  if (state && [state.counts, state.owed].some((list) => list.length !== domains.length))
    throw new Error(
      `${caller}: invalid state: it counts ${state.counts.length} domains, the mixture has ${domains.length}`,
    );
  let draws = state?.draws ?? 0;
  const counts = [...(state?.counts ?? zeros())];
  let owed = [...(state?.owed ?? zeros())];
  let since = state?.since ?? 0;
  let shares = [...(state?.shares ?? [])];

  /** What each domain should have by draw `at`; one product while shares hold, so that rounding does not pile up. */
  const due = (at: number): number[] => owed.map((before, k) => before + shares[k]! * (at - since));

  function turn(fresh: number[]): void {
    checkShares(caller, domains, fresh);
    if (shares.length > 0) owed = due(draws);
    since = draws;
    shares = fresh;
  }

  return {
    domains,
    next(fresh) {
      if (fresh.length !== shares.length || fresh.some((share, k) => share !== shares[k])) turn([...fresh]);
      const target = due(Math.max(draws, 1));
      let best = -1;
      for (let k = 0; k < domains.length; k++) {
        if (shares[k] === 0) continue;
        if (best < 0 || target[k]! - counts[k]! > target[best]! - counts[best]!) best = k;
      }
      counts[best]!++;
      draws++;
      return best;
    },
    get draws() {
      return draws;
    },
    get counts() {
      return [...counts];
    },
    get asked() {
      if (since === 0) return shares.length > 0 ? [...shares] : zeros();
      return due(draws).map((sum) => sum / draws);
    },
    get realised() {
      return counts.map((count) => (draws === 0 ? 0 : count / draws));
    },
    get state() {
      return { draws, counts: [...counts], owed: [...owed], since, shares: [...shares] };
    },
  };
}
