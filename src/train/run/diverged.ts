/** Why a run stopped by itself: its numbers ceased to be numbers. */
import type { StepRow } from "../../types.js";

/** What a recipe brings on itself, and does again wherever it is run: the loss or the gradient stopped being a number. */
export class Diverged extends Error {}

export function diverged({ step, loss, gradientNorm }: StepRow): Diverged {
  const what = Number.isFinite(loss) ? `gradient norm is ${gradientNorm}` : `loss is ${loss}`;
  return new Diverged(`train: diverged at step ${step}: ${what} (lower the schedule's peak or lengthen its warmup)`);
}
