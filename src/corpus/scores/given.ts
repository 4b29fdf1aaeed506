/**
 * Numbers that were computed before, such as the losses of a small model: one for each window of the text, where an order reads by them
 * (`train.windowLosses`), or one for each document that comes to a step (`train.documentLosses`).
 */
import { made } from "../../registry.js";
import type { GivenScore } from "./types.js";

export interface GivenOptions {
  /** Window by window, cut at the context of the run; or document by document. */
  values: readonly number[];
  /** Defaults to "low". */
  easy?: "low" | "high";
}

export function given({ values, easy = "low" }: GivenOptions): GivenScore {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new Error(`given: invalid values: ${values[bad]} for number ${bad} (want numbers)`);
  return made({ name: "given", options: { values, easy }, easy, values });
}
