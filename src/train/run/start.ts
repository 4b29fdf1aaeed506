/** Where a run begins that is not at the beginning: what it takes over from another besides the weights. */
import type { StateArrays } from "../../types.js";
import type { BatchesState } from "./batches.js";
import { hashOf, hashOfWeights } from "../hash.js";

export interface Start {
  /** Of the optimiser and the parts; zero where there are none. */
  slots?: StateArrays;
  /** Updates that the slots have seen; with them the optimiser goes on counting. Defaults to 0. */
  updates?: number;
  /** Where streams and mixture stand. */
  batches?: Partial<BatchesState>;
}

/** As a run's identity has it. */
export const identityOf = ({ slots, updates, batches = {} }: Start): object => ({
  slots: slots && hashOfWeights(slots).slice(0, 16),
  updates,
  batches: hashOf(batches),
});
