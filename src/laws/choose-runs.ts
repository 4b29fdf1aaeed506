/**
 * Which run next? Of a list of candidates, those that are expected to shrink an interval most: of one constant, of the
 * loss at a setting, of anything computed from the constants (c-optimal), or of all constants at once (D-optimal). Judged
 * by the law made linear at the fit (information.ts), so a guide and not a promise; it does not doubt the form.
 */
import { addRun, covariance, informationAt, inner, times } from "./information.js";
import { named } from "./fit.js";
import { domainOf, inside } from "./rows.js";
import type { Fit } from "./types.js";

export interface ChooseRunsOptions {
  fit: Fit;
  /** Settings that could be run, the law's inputs by name. */
  candidates: readonly Record<string, number>[];
  /** What should become surer: a constant's name, something computed from the constants, or "all"; defaults to "all". */
  target?: string | ((constants: Record<string, number>) => number | null);
  /** How many runs to choose, one after the other, each knowing the ones before; defaults to 1. */
  count?: number;
  /** Cost of each candidate in any unit: the gain per cost then decides; defaults to the same for all. */
  costs?: readonly number[];
}

export interface ChosenRun {
  candidate: number;
  at: Record<string, number>;
  /** Expected width of the interval after this run and those before it, as a part of today's; for "all", the mean over constants (geometric). */
  width: number;
}

export function chooseRuns(options: ChooseRunsOptions): ChosenRun[] {
  const { fit, candidates, target = "all", count = 1, costs } = options;
  const { law, values, data } = fit;
  if (!(Number.isInteger(count) && count > 0)) throw new Error(`next-runs: invalid count: ${count}`);
  if (candidates.length === 0) throw new Error("next-runs: invalid candidates: none");
  if (costs && (costs.length !== candidates.length || !costs.every((cost) => cost > 0 && cost < Infinity)))
    throw new Error("next-runs: invalid costs: give one positive number per candidate");
  const x = candidates.map((candidate, i) =>
    law.inputs.map((input) => {
      const value = candidate[input.name];
      if (typeof value === "number" && inside(input, value)) return value;
      throw new Error(
        `next-runs: invalid ${input.name}: ${value} in candidate ${i + 1}; ${law.name} holds for ${domainOf(input)}`,
      );
    }),
  );
  const information = informationAt(law, values);
  const v = covariance(information.slopes(data.x), values.length, 1e-12);
  const c = target === "all" ? undefined : information.slopesOf(quantity(fit, target));
  if (c?.some((slope) => !Number.isFinite(slope)) || c?.every((slope) => slope === 0))
    throw new Error("next-runs: invalid target: it has no slope at the fit (does it exist there?)");
  const slopes = information.slopes(x);
  const before = c ? inner(c, times(v, c)) : 0;
  let lost = 0;
  return Array.from({ length: count }, () => {
    let [best, most] = [0, -Infinity];
    slopes.forEach((row, i) => {
      const moved = times(v, row);
      const told = 1 + inner(row, moved);
      const gain = (c ? inner(c, moved) ** 2 / told : Math.log(told)) / (costs?.[i] ?? 1);
      if (gain > most) [best, most] = [i, gain];
    });
    lost += Math.log(1 + inner(slopes[best]!, times(v, slopes[best]!)));
    addRun(v, slopes[best]!);
    const width = c ? Math.sqrt(inner(c, times(v, c)) / before) : Math.exp(-lost / (2 * values.length));
    return { candidate: best, at: candidates[best]!, width };
  });
}

function quantity(
  { law }: Fit,
  target: Exclude<ChooseRunsOptions["target"], undefined>,
): (values: readonly number[]) => number {
  if (typeof target === "function") return (values) => target(named(law, values)) ?? NaN;
  const k = law.parameters.findIndex(({ name }) => name === target);
  if (k >= 0) return (values) => values[k]!;
  throw new Error(
    `next-runs: invalid target: ${target}; ${law.name} has ${law.parameters.map(({ name }) => name).join(", ")}, or say "all"`,
  );
}
