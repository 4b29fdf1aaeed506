/**
 * The profile of one constant: hold it, fit the others, see how much worse the rows are described. Where the curve stays
 * flat the constant is not identified, whatever its value in the fit.
 */
import { objectiveNamed } from "./objective.js";
import { problemOf } from "./search.js";
import { settle } from "./settle.js";
import type { Fit } from "./types.js";

export interface ProfileOptions {
  fit: Fit;
  /** Name of the constant. */
  parameter: string;
  /** Values to try; defaults to 41 around the fitted one, from a tenth to ten times its size away on both sides. */
  values?: readonly number[];
  /** Whether a side is left where it crosses the 95 % line: its end is the same, its curve goes no further; defaults to false. */
  ends?: boolean;
}

export interface Profile {
  parameter: string;
  /** Best objective with the constant held at each value, in order of value; the fit's own is among them. */
  points: { value: number; objective: number }[];
  /** Where the profile crosses the 95 % line; null on a side where it never does within the values tried. */
  low: number | null;
  high: number | null;
  /**
   * Rows less constants, twice that for absolute deviations: `spare · ln(objective / best)` is then a likelihood ratio.
   * Left out: the objective is itself a negative log-likelihood.
   */
  spare?: number;
  /** Present when an end is open. */
  note?: string;
}

export function profile(options: ProfileOptions): Profile {
  const { fit, parameter: name } = options;
  const k = fit.law.parameters.findIndex((parameter) => parameter.name === name);
  const parameter = fit.law.parameters[k];
  if (!parameter) {
    throw new Error(
      `laws.profile: invalid parameter: ${name}; ${fit.law.name} has ${fit.law.parameters.map((p) => p.name).join(", ")}`,
    );
  }
  const best = fit.values[k]!;
  const [min, max] = parameter.range;
  const tried = options.values ?? around(best, parameter.typical);
  const values = tried.filter((value) => Number.isFinite(value) && value > min && value < max && value !== best);
  const spare = spareOf(fit);
  const { value } = fit.objective;
  const limit = spare === undefined ? value + chiSquare / 2 : value * Math.exp(chiSquare / spare);
  const past = options.ends ? limit : Infinity;
  const side = (of: (value: number) => boolean): number[] =>
    values.filter(of).sort((a, b) => Math.abs(a - best) - Math.abs(b - best));
  const below = walk({ fit, k, past, values: side((value) => value < best) });
  const above = walk({ fit, k, past, values: side((value) => value > best) });
  const middle = { value: best, objective: value };
  const low = crossing([middle, ...below], limit);
  const high = crossing([middle, ...above], limit);
  const result: Profile = { parameter: name, points: [...below.reverse(), middle, ...above], low, high, spare };
  if (low === null || high === null) {
    const side = low === null && high === null ? "on either side" : low === null ? "below" : "above";
    result.note = `${name} is not determined ${side}: within the values tried the rows are described about as well as by the best fit.`;
  }
  return result;
}

function around(best: number, typical: number): number[] {
  const size = Math.max(Math.abs(best), 1e-3 * typical);
  const steps = Array.from({ length: 20 }, (_, i) => size * 10 ** (-3 + (4 * i) / 19));
  return [...steps.map((step) => best - step), best, ...steps.map((step) => best + step)];
}

interface Walk {
  fit: Fit;
  k: number;
  values: readonly number[];
  /** An objective beyond which nobody asks. */
  past: number;
}

/** Outward from the fit, each point started from the one before. */
function walk({ fit, k, values, past }: Walk): { value: number; objective: number }[] {
  const { name, delta } = fit.objective;
  const problem = problemOf(fit.law, fit.data, objectiveNamed("laws.profile", name), delta);
  const held = fit.values.map((_, i) => i === k);
  let from = fit.values;
  const points: { value: number; objective: number }[] = [];
  for (const value of values) {
    const start = problem.toFree(from.map((v, i) => (i === k ? value : v)));
    const found = settle({ ...problem, start, held });
    if (found.value < Infinity) from = problem.toNatural(found.x);
    points.push({ value, objective: found.value });
    if (found.value > past) break;
  }
  return points;
}

/** The 95 % point of χ² with one degree of freedom: where an interval ends, in −2 ln likelihood. */
const chiSquare = 3.84;

/** A sum of penalties counts as squared errors of unknown variance, absolute deviations as Laplace's. */
function spareOf({ objective, data, values }: Fit): number | undefined {
  const { penalty } = objectiveNamed("laws.profile", objective.name);
  const spare = Math.max(1, data.y.length - values.length);
  return penalty === "scaled-huber" ? undefined : penalty === "absolute" ? 2 * spare : spare;
}

/** Where the objective first passes the limit, by a straight line between the two values around it. */
function crossing(points: readonly { value: number; objective: number }[], limit: number): number | null {
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    if (b.objective <= limit) continue;
    if (!Number.isFinite(b.objective)) return a.value;
    const part = b.objective === a.objective ? 0 : (limit - a.objective) / (b.objective - a.objective);
    return a.value + part * (b.value - a.value);
  }
  return null;
}
