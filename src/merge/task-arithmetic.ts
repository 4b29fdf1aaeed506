/** Task arithmetic (Ilharco et al. 2022, https://arxiv.org/abs/2212.04089): deltas added up, `base + scale · Σ w d`. */
import { type DeltaOptions, overDeltas } from "./deltas.js";
import type { MergeMethod } from "./types.js";

/** Normalized or not; defaults to not. */
export const taskArithmetic = ({ normalize = false, ...options }: DeltaOptions = {}): MergeMethod =>
  overDeltas({ name: "task-arithmetic", ...options, normalize });
