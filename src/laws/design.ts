/**
 * Settings for a sweep that has no runs yet. `mixtures`: Dirichlet proposals around the natural shares with RegMix's rules
 * (Liu et al. 2024, 2407.01492, its mixture generator): strengths in equal ratios, nothing repeated more than so often,
 * crumbs set to 0, no mixture twice. `latinHypercube`: every part of every range once. `dOptimal`: of a list, those that tell
 * most about a law's constants, given a guess of them.
 */
import type { Rng } from "../rng.js";
import { dirichlet } from "./forms/regmix.js";
import { addRun, covariance, informationAt, inner, times } from "./information.js";
import { lawNamed, type LawName } from "./registry.js";
import { domainOf, inside } from "./rows.js";
import type { Law } from "./types.js";

export interface MixturesOptions {
  rng: Rng;
  count: number;
  /** Natural token share of every domain; they are scaled to sum to 1. */
  natural: Record<string, number>;
  /** Least and largest strength of the Dirichlet: small ones give lopsided mixtures; defaults to [0.1, 5]. */
  strength?: readonly [number, number];
  /** The natural shares are flattened by this power before they centre the draws; defaults to 0.5. */
  flatten?: number;
  /** A mixture that gives a domain more than this many times its natural share is drawn again; defaults to 15. */
  mostTimes?: number;
  /** Shares are rounded to multiples of this, and below it set to 0; defaults to 2e-4. */
  grain?: number;
}

/** Token shares by domain, each summing to 1. */
export function mixtures(options: MixturesOptions): Record<string, number>[] {
  const { rng, count, natural, strength = [0.1, 5], flatten = 0.5, mostTimes = 15, grain = 2e-4 } = options;
  const names = Object.keys(natural);
  const total = Object.values(natural).reduce((sum, share) => sum + share, 0);
  const shares = Object.values(natural).map((share) => share / total);
  if (!(Number.isInteger(count) && count > 0)) throw new Error(`design.mixtures: invalid count: ${count}`);
  if (!(names.length > 1 && shares.every((share) => share > 0)))
    throw new Error("design.mixtures: invalid natural: give two domains or more, each with a share above 0");
  if (!(strength[0] > 0 && strength[0] <= strength[1] && strength[1] < Infinity))
    throw new Error(`design.mixtures: invalid strength: ${strength.join(" to ")}`);
  if (!(grain > 0 && grain < 1 / names.length)) throw new Error(`design.mixtures: invalid grain: ${grain}`);
  if (!(mostTimes > 1)) throw new Error(`design.mixtures: invalid mostTimes: ${mostTimes} (more than 1)`);
  const flat = shares.map((share) => share ** flatten);
  const sum = flat.reduce((a, b) => a + b, 0);
  const seen = new Set<string>();
  const found: Record<string, number>[] = [];
  for (let tries = 0; found.length < count; tries++) {
    if (tries > 1000 * count)
      throw new Error(
        `design.mixtures: invalid count: ${count}; only ${found.length} different mixtures within ${mostTimes} times the natural shares were found`,
      );
    const by = strength[0] * (strength[1] / strength[0]) ** (rng.int(15) / 14);
    const drawn = dirichlet(
      flat.map((share) => (by * names.length * share) / sum),
      rng,
    );
    if (drawn.some((share, j) => share > mostTimes * shares[j]!)) continue;
    const grains = wholeGrains(drawn, Math.round(1 / grain));
    const key = grains.join(" ");
    if (seen.has(key)) continue;
    seen.add(key);
    found.push(Object.fromEntries(names.map((name, j) => [name, grains[j]! / Math.round(1 / grain)])));
  }
  return found;
}

/** Whole grains that sum to `total`: rounded down, the rest to the largest remainders; less than one grain is none. */
function wholeGrains(shares: readonly number[], total: number): number[] {
  const kept = shares.map((share) => (share * total < 1 ? 0 : share));
  const sum = kept.reduce((a, b) => a + b, 0);
  const exact = kept.map((share) => (share / sum) * total);
  const grains = exact.map(Math.floor);
  const rest = total - grains.reduce((a, b) => a + b, 0);
  const order = exact.map((value, j) => ({ j, left: value - grains[j]! })).sort((a, b) => b.left - a.left || a.j - b.j);
  for (const { j } of order.slice(0, rest)) grains[j]!++;
  return grains;
}

export interface LatinHypercubeOptions {
  rng: Rng;
  count: number;
  /** Ends per column; `log` spaces it in equal ratios. */
  ranges: Record<string, { low: number; high: number; log?: boolean }>;
}

export function latinHypercube(options: LatinHypercubeOptions): Record<string, number>[] {
  const { rng, count, ranges } = options;
  if (!(Number.isInteger(count) && count > 0)) throw new Error(`design.latinHypercube: invalid count: ${count}`);
  const columns = Object.entries(ranges).map(([name, { low, high, log = false }]) => {
    if (!(low < high && Number.isFinite(high - low)) || (log && !(low > 0)))
      throw new Error(`design.latinHypercube: invalid ${name}: ${low} to ${high}${log ? " in ratios" : ""}`);
    const places = rng.shuffle(Array.from({ length: count }, (_, i) => i)).map((i) => (i + rng.uniform()) / count);
    const at = (part: number): number => (log ? low * (high / low) ** part : low + part * (high - low));
    return [name, places.map(at)] as const;
  });
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[i]!])),
  );
}

export interface DOptimalOptions {
  law: LawName | Law;
  /** A guess of the constants by name: published ones, say. */
  constants: Record<string, number>;
  /** Settings to choose from, the law's inputs by name. */
  candidates: readonly Record<string, number>[];
  /** At least as many as constants. */
  count: number;
}

/**
 * Places in `candidates`, a candidate perhaps more than once: chosen one by one, then exchanged (Fedorov 1972) while that
 * raises the determinant of the information.
 */
export function dOptimal(options: DOptimalOptions): number[] {
  const { candidates, count, constants } = options;
  const law = lawNamed("design.dOptimal", options.law);
  const values = law.parameters.map(({ name }) => {
    const value = constants[name];
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new Error(`design.dOptimal: invalid ${name}: ${value} (give a guess of every constant)`);
  });
  if (!(Number.isInteger(count) && count >= values.length))
    throw new Error(`design.dOptimal: invalid count: ${count} for ${values.length} constants`);
  const x = candidates.map((candidate, i) =>
    law.inputs.map((input) => {
      const value = candidate[input.name];
      if (typeof value === "number" && inside(input, value)) return value;
      throw new Error(
        `design.dOptimal: invalid ${input.name}: ${value} in candidate ${i + 1}; ${law.name} holds for ${domainOf(input)}`,
      );
    }),
  );
  const rows = informationAt(law, values).slopes(x);
  const ridge = 1e-9;
  const v = covariance([], values.length, ridge);
  const told = (each: number[][], row: readonly number[]): number => inner(row, times(each, row));
  const bestOf = (each: number[][]): number =>
    rows.reduce((best, row, i) => (told(each, row) > told(each, rows[best]!) ? i : best), 0);
  const chosen = Array.from({ length: count }, () => {
    const best = bestOf(v);
    addRun(v, rows[best]!);
    return best;
  });
  for (let pass = 0, moved = true; pass < 50 && moved; pass++) {
    moved = false;
    for (let place = 0; place < count; place++) {
      const others = covariance(
        chosen.filter((_, i) => i !== place).map((i) => rows[i]!),
        values.length,
        ridge,
      );
      const best = bestOf(others);
      if (told(others, rows[best]!) > told(others, rows[chosen[place]!]!) * (1 + 1e-9))
        [chosen[place], moved] = [best, true];
    }
  }
  return chosen;
}
