/**
 * More of the domains whose losses still fall fastest, as a power law of each one's own training losses foretells (Jiang et al.
 * 2024, ADO, arXiv 2410.11820). A domain's claim is the slope of its law times its prior share times the root of the share it
 * had lately; the shares follow the mean of all claims so far. Unlike the paper, whose fit is robust and begins from many
 * points, laws are least squares of loss = floor + scale · updates^-exponent over a grid of exponents.
 */
import type { Mixture } from "../types.js";
import { checkShares } from "../check.js";
import { checkWhole, online, proportional } from "./rule.js";

export interface ADOOptions {
  /** Token shares to begin with, by domain, each above 0; they add up to 1. */
  prior: Record<string, number>;
  /** Updates from one fit to the next; the prior holds until the first. Defaults to 1000. */
  every?: number;
  /** First updates that no law looks at; defaults to 500. */
  ignore?: number;
  /** Updates whose mean loss is one point of a fit; defaults to 10. */
  point?: number;
}

export type Law = { scale: number; floor: number; exponent: number };

type ADOState = {
  updates: number;
  /** Mean of all claims so far, the prior as the first. */
  average: number[];
  shares: number[];
  /** Shares of the last updates, the older the less. */
  lately: number[];
  /** Of the point in the making. */
  sums: number[];
  counts: number[];
  /** Of each domain: updates, mean loss. */
  points: [number, number][][];
  laws: Law[] | null;
};

export function ado({ prior, every = 1000, ignore = 500, point = 10 }: ADOOptions): Mixture {
  const domains = Object.keys(prior);
  const first = domains.map((domain) => prior[domain]!);
  checkShares("ado", domains, first);
  const never = domains.find((domain) => prior[domain] === 0);
  if (never !== undefined) throw new Error(`ado: invalid prior: ${never} 0 (a share of 0 never grows; leave it out)`);
  checkWhole("ado", { every, point });
  if (!(Number.isInteger(ignore) && ignore >= 0 && ignore + 2 * point <= every))
    throw new Error(`ado: invalid ignore: ${ignore} (from 0, and two points of ${point} below every, ${every})`);
  const none = domains.map(() => 0);
  return online<ADOState>({
    name: "ado",
    domains,
    options: { prior, every, ignore, point },
    begin: () => ({
      updates: 0,
      average: first,
      shares: first,
      lately: first,
      sums: none,
      counts: none,
      points: domains.map(() => []),
      laws: null,
    }),
    shares: ({ shares }) => [...shares],
    next(state, { step, losses, drawn }) {
      if (step === 0) return state;
      const updates = state.updates + 1;
      const counted = updates > ignore;
      const next: ADOState = {
        ...state,
        updates,
        lately: state.lately.map((share, i) => 0.9 * share + 0.1 * (drawn[domains[i]!] ?? 0)),
        sums: state.sums.map((sum, i) => sum + (counted ? (losses[domains[i]!] ?? 0) : 0)),
        counts: state.counts.map((count, i) => count + Number(counted && losses[domains[i]!] !== undefined)),
      };
      if (updates % point === 0) {
        next.points = state.points.map((points, i) =>
          next.counts[i]! > 0 ? [...points, [updates, next.sums[i]! / next.counts[i]!]] : points,
        );
        next.sums = next.counts = none;
      }
      if (updates % every === 0)
        next.laws = next.points.map((points, i) => (points.length < 2 ? (state.laws?.[i] ?? flat) : lawOf(points)));
      return next.laws ? { ...next, ...adoStep({ ...next, laws: next.laws, prior: first }) } : next;
    },
  });
}

/** Of a domain that was too rarely drawn to have a law. */
const flat: Law = { scale: 0, floor: 0, exponent: 0 };
const lowest = 0.01;

interface ADOStep {
  prior: number[];
  lately: number[];
  laws: Law[];
  updates: number;
  average: number[];
}

export function adoStep({ prior, lately, laws, updates, average }: ADOStep): { shares: number[]; average: number[] } {
  const slopes = laws.map(({ scale, exponent }) => (Math.max(exponent, 0.05) * scale * updates ** -exponent) / updates);
  const claims = slopes.map((slope, i) => slope * prior[i]! * Math.sqrt(lately[i]!));
  const some = claims.some((claim) => claim > 0);
  // Raised to the lowest share before they are made to add up again, as in the paper's code.
  const raised = proportional((some ? proportional(claims) : prior).map((claim) => Math.max(claim, lowest)));
  return {
    shares: proportional(average.map((mean, i) => 0.9 * mean + 0.1 * raised[i]!)),
    average: average.map((mean, i) => mean + (raised[i]! - mean) / (updates + 1)),
  };
}

/** The exponent of 0.01 to 0.8 whose law is nearest; a loss that does not fall is its floor. */
export function lawOf(points: readonly (readonly [number, number])[]): Law {
  let best: Law & { misfit: number } = { ...flat, misfit: Infinity };
  const mean = points.reduce((sum, [, loss]) => sum + loss / points.length, 0);
  for (let hundredths = 1; hundredths <= 80; hundredths++) {
    const exponent = hundredths / 100;
    const powers = points.map(([updates]) => updates ** -exponent);
    const middle = powers.reduce((sum, power) => sum + power / points.length, 0);
    const spread = powers.reduce((sum, power) => sum + (power - middle) ** 2, 0);
    const slope = powers.reduce((sum, power, i) => sum + (power - middle) * (points[i]![1] - mean), 0) / spread;
    const scale = Math.max(0, slope);
    const floor = mean - scale * middle;
    const misfit = powers.reduce((sum, power, i) => sum + (points[i]![1] - floor - scale * power) ** 2, 0);
    if (misfit < best.misfit) best = { scale, floor, exponent, misfit };
  }
  const { scale, floor, exponent } = best;
  return { scale, floor, exponent };
}
