/** What a schedule is: the learning rate of every update, known before the run begins. It never looks at the loss. */
import type { Made } from "../../registry.js";

export interface Schedule extends Made {
  /** Rate of update `step` (1 … total) of a run of `total` updates. */
  learningRate(step: number, total: number): number;
  /** Highest rate, where it may lie outside the run: that of the whole which a branch goes on with. */
  readonly highest?: number;
}
