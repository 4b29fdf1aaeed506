/** What an online mixture may be told of an update besides its losses. Each is measured only where a mixture wants it. */
import type { State } from "../engine/index.js";
import type { Observation } from "../mixture/index.js";
import type { Batch } from "./batches.js";

export interface Signals {
  /** After update `step` on `batch`, of the weights in `state`. */
  after(state: State, batch: Batch, step: number): Promise<Partial<Observation>>;
  dispose(): Promise<void>;
}
