/** Numbers that were computed before, one for each window of the text, such as the losses of a reference model (`train.windowLosses`). */
import { made } from "../../registry.js";
import type { GivenScore } from "./types.js";

export interface GivenOptions {
  /** Window by window, cut at the context of the run. */
  values: readonly number[];
  /** Defaults to "low". */
  easy?: "low" | "high";
}

export function given({ values, easy = "low" }: GivenOptions): GivenScore {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new Error(`given: invalid values: ${values[bad]} for window ${bad} (want numbers)`);
  return made({ name: "given", options: { values, easy }, easy, values });
}
