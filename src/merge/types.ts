/** What a way of merging is given and gives back. */
import type { NdArray } from "../types.js";

/** Between two tensors of one shape: `a` at t = 0, `b` at t = 1. Neither is changed. */
export type Between = (a: NdArray, b: NdArray, t: number) => NdArray;

export interface MergeMethod {
  summary: string;
  reference: string;
  between: Between;
}
