/**
 * What follows from the token laws of the critical mixture ratio paper (Gu et al. 2024, 2407.17467): the tokens T₀ from which
 * ∂(L_dom + λ L_gen)/∂T ≤ 0, and the critical ratio, the largest share of the domain that keeps the general loss within ε and
 * reaches T₀ in time. The paper gives λ no value, so it is the caller's. Between two shares that were run the curves are taken
 * as linear in the share: the curves, not their constants, which are told apart badly and may swap.
 */
import { cmrGeneralTokens } from "./cmr-tokens.js";

export interface CmrTokensOptions {
  /** alpha, s, beta of the domain's law. */
  domain: readonly number[];
  /** alpha2, s2, alpha3, s3, beta of the general law. */
  general: readonly number[];
  /** Weight of the general loss in L_dom + λ L_gen. */
  lambda: number;
  /** Tokens of the whole run, T_max. */
  maximum: number;
}

/** The first T from which L_dom + λ L_gen stops rising, by bisection of its slope; null when not within `maximum`. */
export function cmrCriticalTokens(options: CmrTokensOptions): number | null {
  const { lambda, maximum } = options;
  checked("critical-tokens", lambda, maximum);
  return firstFall(slopeOf(options, lambda), maximum);
}

export interface CmrCandidate extends Pick<CmrTokensOptions, "domain" | "general"> {
  /** Share of the domain, at which both laws were fitted. */
  share: number;
}

export interface CmrRatioOptions extends Pick<CmrTokensOptions, "lambda" | "maximum"> {
  candidates: readonly CmrCandidate[];
  /** General loss before continual training, in the unit of the laws (0 for laws of loss changes). */
  baseline: number;
  /** How much the general loss may rise; defaults to the paper's 0.05 nats. */
  tolerance?: number;
}

/**
 * The critical ratio: from the largest feasible candidate on, by bisection of the definition up to the next candidate. The
 * largest candidate where even that is feasible; null where none is.
 */
export function cmrRatioBetween(options: CmrRatioOptions): number | null {
  const { lambda, maximum, baseline, tolerance = 0.05 } = options;
  if (!(tolerance >= 0)) throw new Error(`critical-ratio: invalid tolerance: ${tolerance} (0 or more)`);
  checked("critical-ratio", lambda, maximum);
  const sorted = [...options.candidates].sort((a, b) => a.share - b.share);
  const known = sorted.map((candidate) => ({
    last: cmrGeneralTokens.predict(candidate.general, [maximum]),
    slope: slopeOf(candidate, lambda),
  }));
  /** Whether the share this part of the way from one candidate to the next is feasible. */
  const feasible = (place: number, part: number): boolean => {
    const [here, next] = [known[place]!, known[Math.min(place + 1, known.length - 1)]!];
    const between = (a: number, b: number): number => a + part * (b - a);
    if (!(between(here.last, next.last) <= baseline + tolerance)) return false;
    return firstFall((t) => between(here.slope(t), next.slope(t)), maximum, 0) !== null;
  };
  let place = known.length - 1;
  while (place >= 0 && !feasible(place, 0)) place--;
  if (place < 0) return null;
  if (place === sorted.length - 1) return sorted[place]!.share;
  let [inside, outside] = [0, 1];
  for (let i = 0; i < 24; i++) {
    const middle = (inside + outside) / 2;
    if (feasible(place, middle)) inside = middle;
    else outside = middle;
  }
  return sorted[place]!.share + inside * (sorted[place + 1]!.share - sorted[place]!.share);
}

/** T ∂(L_dom + λ L_gen)/∂T, which has the sign of the slope and stays tame as T goes to 0. */
function slopeOf(
  { domain, general }: Pick<CmrTokensOptions, "domain" | "general">,
  lambda: number,
): (t: number) => number {
  const [alpha, s] = domain;
  const [a, u, b, v] = general;
  return (t) => alpha! * s! * t ** s! + lambda * (a! * u! * t ** u! + b! * v! * t ** v!);
}

/** The first T at which the slope is no longer above 0, in 600 equal ratios of nine decades, then by `halvings`. */
function firstFall(slope: (t: number) => number, maximum: number, halvings = 100): number | null {
  const steps = 600;
  const at = (i: number): number => maximum * 1e-9 ** (1 - i / steps);
  if (slope(at(0)) <= 0) return 0;
  for (let i = 1; i <= steps; i++) {
    if (slope(at(i)) > 0) continue;
    let [low, high] = [at(i - 1), at(i)];
    for (let k = 0; k < halvings; k++) {
      const middle = (low + high) / 2;
      if (slope(middle) > 0) low = middle;
      else high = middle;
    }
    return high;
  }
  return null;
}

function checked(caller: string, lambda: number, maximum: number): void {
  if (!(lambda >= 0 && lambda < Infinity)) throw new Error(`${caller}: invalid lambda: ${lambda} (0 or more)`);
  if (!(maximum > 0 && maximum < Infinity)) throw new Error(`${caller}: invalid maximum: ${maximum}`);
}
