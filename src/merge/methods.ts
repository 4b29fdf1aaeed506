/** Ways from one tensor to another, by name. Adding one: a file with the function, a row here, a test. */
import { linear } from "./linear.js";
import { slerp } from "./slerp.js";
import type { MergeMethod } from "./types.js";

export type MethodName = "linear" | "slerp";

export const methods: Record<MethodName, MergeMethod> = {
  linear: {
    summary: "the weighted mean of two models",
    reference: "Wortsman et al. 2022 (WiSE-FT), https://arxiv.org/abs/2109.01903",
    between: linear,
  },
  slerp: {
    summary: "the arc between two models, tensor by tensor; a line where they are nearly parallel",
    reference: "Shoemake 1985, https://doi.org/10.1145/325334.325242",
    between: slerp,
  },
};
