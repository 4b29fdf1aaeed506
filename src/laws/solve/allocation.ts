/**
 * The third use of the D-CPT law (Que et al. 2024, 2406.01375): the size and tokens with the least loss for a budget of
 * compute at a fixed share. Chinchilla's split with B r^η for B; `computeOptimal` is the same for other laws.
 */
import { constantsOf, dCptSlope } from "../forms/d-cpt-uses.js";
import { lawOf } from "./answers.js";
import { computeOptimal, type ComputeOptimal, type ComputeOptimalOptions } from "./compute-optimal.js";

export interface AllocationOptions extends Omit<ComputeOptimalOptions, "at" | "sizes"> {
  /** Share of the corpus whose loss this is; above 0. */
  share: number;
}

export function allocation(options: AllocationOptions): ComputeOptimal {
  const { share, ...rest } = options;
  lawOf("allocation", rest, ["d-cpt", "d-cpt-8"]);
  if (!(share > 0 && share <= 1)) throw new Error(`allocation: invalid share: ${share} (above 0, at most 1)`);
  const answer = computeOptimal({ ...rest, at: { share } });
  const { value } = answer.tokens;
  const constants = constantsOf("allocation", rest.fit.parameters);
  if (value === null || dCptSlope(constants, value, share) < 0) return answer;
  const turned = "At that many tokens the law says that more of this corpus means more loss, which it should not.";
  return { ...answer, notes: [...answer.notes, turned] };
}
