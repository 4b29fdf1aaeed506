/**
 * The learning dynamics of continual pre-training (Wang et al. 2025, 2505.07796): the loss at every step from the learning
 * rates alone. Two areas describe a schedule: S₁, the sum of its rates, and S₂, how much it has annealed (Tissue et al. 2024,
 * 2408.11029). On top comes a shift from the old distribution to the new one, zero when continual training begins and
 * growing with S₁ of it: B > 0 for the loss on the old data, B < 0 on the new.
 *
 *   L = L0 + A (S1_pt + S1_cpt)^-alpha - C1 S2_pt - C2 S2_cpt + B (1 - (1 + E S1_cpt)^-beta)
 *
 * C2 needs a run that anneals and C1 two bases that annealed differently; B and E trade off when S1_cpt is short. The paper
 * also puts the replay ratio into the shift; that formula is not here, since it was not seen.
 */
import type { Input, Law } from "../types.js";
import { exponent, positive, signed } from "./ranges.js";
import { grid, heldStarts } from "./squares.js";

export interface AnnealingAreas {
  /** S₁ after each step. */
  forward: number[];
  /** S₂ after each step; negative while a rate that was raised is still felt. */
  annealing: number[];
}

export interface AnnealingOptions {
  /** The learning rate of each step. */
  rates: readonly number[];
  /** How long a change of the rate is felt, λ; defaults to 0.999. */
  memory?: number;
  /** The rate before the first step; defaults to the first, so that the start is no change. */
  before?: number;
}

/** S₁ = Σ η_i and S₂ = Σ_i m_i with m_i = λ m_{i−1} + (η_{i−1} − η_i). */
export function annealingAreas(options: AnnealingOptions): AnnealingAreas {
  const { rates, memory = 0.999, before = rates[0] ?? 0 } = options;
  if (!(memory >= 0 && memory < 1)) throw new Error(`annealingAreas: invalid memory: ${memory} (from 0 to below 1)`);
  const wrong = [before, ...rates].find((rate) => !(rate >= 0 && rate < Infinity));
  if (wrong !== undefined) throw new Error(`annealingAreas: invalid rate: ${wrong} (0 or more)`);
  const areas: AnnealingAreas = { forward: [], annealing: [] };
  let [sum, area, felt, last] = [0, 0, 0, before];
  for (const rate of rates) {
    sum += rate;
    felt = memory * felt + (last - rate);
    area += felt;
    last = rate;
    areas.forward.push(sum);
    areas.annealing.push(area);
  }
  return areas;
}

const area = (name: string, summary: string, openMin = false): Input => ({
  name,
  unit: "rate × steps",
  summary,
  min: 0,
  max: Infinity,
  openMin,
});
const change = (name: string, summary: string): Input => ({ ...area(name, summary), min: -Infinity });

export const cptDynamics: Law = {
  name: "cpt-dynamics",
  summary: "loss against the areas of both schedules: power of S1, less annealing, plus a shift of distribution",
  reference: "Wang et al. 2025, Learning Dynamics in Continual Pre-Training, arXiv:2505.07796",
  inputs: [
    area("forwardBefore", "S1 of pre-training", true),
    change("annealingBefore", "S2 of pre-training"),
    area("forward", "S1 of continual pre-training"),
    change("annealing", "S2 of continual pre-training"),
  ],
  parameters: [
    positive("L0", "loss", "floor without annealing", 3),
    positive("A", "loss", "factor of the power of S1", 0.5),
    exponent("alpha", "power of S1", 0.5),
    positive("C1", "loss/area", "gain per annealing area of pre-training", 0.3),
    positive("C2", "loss/area", "gain per annealing area of continual pre-training", 0.3),
    signed("B", "loss", "height of the shift: positive on the old data, negative on the new", 0.5),
    positive("E", "1/area", "rate of the shift", 100),
    exponent("beta", "power of the shift", 0.2),
  ],
  predict([L0, A, alpha, C1, C2, B, E, beta], [before, annealed, forward, annealing]) {
    const shift = 1 - (1 + E! * forward!) ** -beta!;
    return L0! + A! * (before! + forward!) ** -alpha! - C1! * annealed! - C2! * annealing! + B! * shift;
  },
  gradient([L0, A, alpha, C1, C2, B, E, beta], [before, annealed, forward, annealing], into) {
    const total = before! + forward!;
    const power = total ** -alpha!;
    const left = (1 + E! * forward!) ** -beta!;
    into[0] = 1;
    into[1] = power;
    into[2] = -A! * power * Math.log(total);
    into[3] = -annealed!;
    into[4] = -annealing!;
    into[5] = 1 - left;
    into[6] = (B! * beta! * left * forward!) / (1 + E! * forward!);
    into[7] = B! * left * Math.log1p(E! * forward!);
    return L0! + A! * power - C1! * annealed! - C2! * annealing! + B! * (1 - left);
  },
  starts: (data) =>
    heldStarts({
      data,
      grid: grid([0.2, 0.5, 1], [1, 30, 1000, 2e4], [0.05, 0.15, 0.4]),
      columns: ([before, annealed, forward, annealing], [alpha, E, beta]) => [
        1,
        (before! + forward!) ** -alpha!,
        -annealed!,
        -annealing!,
        1 - (1 + E! * forward!) ** -beta!,
      ],
      free: [false, false, false, false, true],
      assemble: ([L0, A, C1, C2, B], [alpha, E, beta]) => [L0!, A!, alpha!, C1!, C2!, B!, E!, beta!],
    }),
};

export interface TurningOptions {
  /** The constants of the law of the loss on the old data, in the law's order. */
  values: readonly number[];
  /** The areas at the end of pre-training. */
  before: { forward: number; annealing: number };
  /** The schedule of continual pre-training, as `annealingAreas` gives it. */
  areas: AnnealingAreas;
}

/** The first step (from 1) after the peak at which the old loss is back where it began: the turning length; null if never. */
export function turningStep(options: TurningOptions): number | null {
  const { values, before, areas } = options;
  const at = (forward: number, annealing: number): number =>
    cptDynamics.predict(values, [before.forward, before.annealing, forward, annealing]);
  const start = at(0, 0);
  const losses = areas.forward.map((forward, i) => at(forward, areas.annealing[i]!));
  const peak = losses.indexOf(losses.reduce((a, b) => Math.max(a, b), -Infinity));
  const back = losses.findIndex((loss, i) => i >= peak && loss <= start);
  return back < 0 ? null : back + 1;
}
