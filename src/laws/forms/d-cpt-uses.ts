/**
 * What a fitted D-CPT law (Que et al. 2024, 2406.01375) is for: whether it may be trusted where it is used, the share when the
 * domain's tokens are few, and the split of a compute budget at a fixed share. The paper asks for ∂L/∂N, ∂L/∂D, ∂L/∂r < 0;
 * the first two and ∂²L/∂D∂r < 0 hold for positive constants, the third only where
 *   C γ / (r + ε)^{γ+1} > B η r^{η−1} / D^β,
 * which fails near r = 0 whenever η < 1. Below that inflection nothing is solved for.
 */
import { digits } from "../../digits.js";
import type { Fit } from "../types.js";
import { dCpt } from "./d-cpt.js";

/** The nine constants, in the law's order. */
type Constants = readonly number[];

/** ∂L/∂r. */
export function dCptSlope(values: Constants, tokens: number, share: number): number {
  const [, , B, C, , beta, gamma, eta, epsilon] = values;
  const rising = eta! === 0 ? 0 : B! * eta! * share ** (eta! - 1) * tokens ** -beta!;
  return rising - C! * gamma! * (share + epsilon!) ** (-gamma! - 1);
}

export interface DCptRequirements {
  /** Whether ∂L/∂r < 0 on all of the used range. */
  falling: boolean;
  /** The inflection r_i: from here to the largest used share more of the domain means less loss; null when nowhere. */
  from: number | null;
  /** Plain sentences; empty when nothing is wrong. */
  violations: string[];
}

export interface DCptRequirementsOptions {
  /** A fit of "d-cpt" or "d-cpt-8". */
  fit: Pick<Fit, "parameters" | "data">;
  /** The shares the law is used on; defaults to those that were run. */
  shares?: readonly [least: number, most: number];
  /** The fewest tokens, where the requirement is hardest; defaults to the fewest that were run. */
  tokens?: number;
}

export function dCptRequirements(options: DCptRequirementsOptions): DCptRequirements {
  const values = constantsOf("dCptRequirements", options.fit.parameters);
  const { x } = options.fit.data;
  const { shares = range(x.map((row) => row[2]!)), tokens = range(x.map((row) => row[1]!))[0] } = options;
  const [least, most] = shares;
  if (!(least >= 0 && most <= 1 && least < most))
    throw new Error(`dCptRequirements: invalid shares: ${least} to ${most} (from 0 to 1, least first)`);
  if (!(tokens > 0)) throw new Error(`dCptRequirements: invalid tokens: ${tokens} (more than 0)`);
  const from = inflection(values, tokens, most);
  const falling = from !== null && from <= least;
  const violations: string[] = [];
  if (from === null)
    violations.push(`At ${tokens} tokens the loss rises with the share up to ${most}: do not solve for a share.`);
  else if (!falling) {
    violations.push(`At ${tokens} tokens the loss rises with the share below ${digits(from)}: do not solve for less.`);
  }
  return { falling, from, violations };
}

/** The least share from which on ∂L/∂r < 0, up to `most`; 0 when everywhere, null when not even there. */
export function inflection(values: Constants, tokens: number, most = 1): number | null {
  const falls = (share: number): boolean => dCptSlope(values, tokens, share) < 0;
  if (!falls(most)) return null;
  const least = 1e-12;
  const steps = 2000;
  for (let i = steps - 1, above = most; i >= 0; i--) {
    const share = least * (most / least) ** (i / steps);
    if (!falls(share)) return bisect(share, above, falls);
    above = share;
  }
  return values[7] === 0 || values[7]! >= 1 ? 0 : least;
}

/**
 * The largest share of the domain whose general loss, by the general law at the share 1 − r, stays within (1 + tolerance) of
 * the baseline: the paper's trade-off. Not sought where the general law has turned: null when there is none before that.
 */
export function dCptTradeOff(options: {
  /** The nine constants of the law of the general loss, whose share is that of the general corpus. */
  general: Constants;
  parameters: number;
  tokens: number;
  /** General loss before continual pre-training. */
  baseline: number;
  /** Relative rise allowed, e.g. 0.03. */
  tolerance: number;
}): number | null {
  const { general, parameters, tokens, baseline, tolerance } = options;
  if (!(baseline > 0)) throw new Error(`trade-off: invalid baseline: ${baseline} (more than 0)`);
  if (!(tolerance >= 0)) throw new Error(`trade-off: invalid tolerance: ${tolerance} (0 or more)`);
  const from = inflection(general, tokens);
  const within = (share: number): boolean =>
    dCpt.predict(general, [parameters, tokens, share]) <= (1 + tolerance) * baseline;
  if (from === null || !within(1)) return null;
  const least = Math.max(from, 1e-12);
  return within(least) ? 1 - from : 1 - bisect(least, 1, within);
}

export interface LimitedShare {
  share: number;
  loss: number;
  /** Whether the best share is an end of the range rather than a valley within it. */
  atEnd: boolean;
  /** Whether ∂L/∂r < 0 there at D = domainTokens / share, as the law's requirements ask. */
  sound: boolean;
}

/**
 * The share with the least domain loss when only `domainTokens` tokens of the domain exist, each read once, so that
 * D = domainTokens / r. Looks from `least` (defaults to 1e-4) to 1.
 */
export function dCptLimitedShare(options: {
  values: Constants;
  parameters: number;
  domainTokens: number;
  least?: number;
}): LimitedShare {
  const { values, parameters, domainTokens, least = 1e-4 } = options;
  if (!(parameters > 0)) throw new Error(`limited-share: invalid parameters: ${parameters}`);
  if (!(domainTokens > 0)) throw new Error(`limited-share: invalid domainTokens: ${domainTokens}`);
  if (!(least > 0 && least < 1)) throw new Error(`limited-share: invalid least: ${least} (between 0 and 1)`);
  const [E, A, B, C, alpha, beta, gamma, eta, epsilon] = values;
  const lossAt = (r: number): number =>
    E! +
    A! * parameters ** -alpha! +
    B! * r ** (eta! + beta!) * domainTokens ** -beta! +
    C! * (r + epsilon!) ** -gamma!;
  // Where η + β < 1 both sides of the stationarity condition fall, so there may be several valleys: a grid, then each valley.
  const steps = 400;
  const shares = Array.from({ length: steps + 1 }, (_, i) => least ** (1 - i / steps));
  const losses = shares.map(lossAt);
  const best = losses.indexOf(Math.min(...losses));
  const share = best === 0 || best === steps ? shares[best]! : valley(lossAt, shares[best - 1]!, shares[best + 1]!);
  const atEnd = best === 0 || best === steps;
  return { share, loss: lossAt(share), atEnd, sound: dCptSlope(values, domainTokens / share, share) < 0 };
}

/** The nine constants of a fit, η = 0 where the fit held it. */
export function constantsOf(caller: string, parameters: Record<string, number>): number[] {
  return ["E", "A", "B", "C", "alpha", "beta", "gamma", "eta", "epsilon"].map((name) => {
    const value = parameters[name] ?? (name === "eta" ? 0 : undefined);
    if (value === undefined) throw new Error(`${caller}: invalid fit: no ${name} (fit "d-cpt" or "d-cpt-8")`);
    return value;
  });
}

const range = (values: readonly number[]): [number, number] =>
  values.reduce<[number, number]>(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);

function bisect(outside: number, inside: number, within: (share: number) => boolean): number {
  for (let i = 0; i < 80; i++) {
    const middle = Math.sqrt(outside * inside);
    if (within(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}

/** Golden section. */
function valley(f: (r: number) => number, low: number, high: number): number {
  const part = (Math.sqrt(5) - 1) / 2;
  for (let i = 0; i < 100; i++) {
    const [a, b] = [high - part * (high - low), low + part * (high - low)];
    if (f(a) < f(b)) high = b;
    else low = a;
  }
  return (low + high) / 2;
}
