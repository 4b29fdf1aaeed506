/** The initialisers by name. Adding one: a file with the function, a row here, a test. */
import { gaussian } from "./gaussian.js";
import { mean } from "./mean.js";
import { subwordMean } from "./subwordmean.js";
import type { Initialiser } from "./types.js";

export type InitialiserName = "mean" | "gaussian" | "subword-mean";

export const initialisers: Record<InitialiserName, Initialiser> = {
  mean: {
    summary: "every new row is the mean of the old rows",
    reference: "Hewitt 2021, https://nlp.stanford.edu/~johnhew/vocab-expansion.html",
    convex: true,
    initialise: mean,
  },
  gaussian: {
    summary: "new rows are drawn with each dimension's mean and standard deviation over the old rows",
    reference: "the random baseline of Minixhofer et al. 2022 (WECHSEL), https://arxiv.org/abs/2112.06598",
    convex: false,
    initialise: gaussian,
  },
  "subword-mean": {
    summary: "a new row is the mean of the rows of the old tokens that spell it",
    reference: "Gee et al. 2022 (fast vocabulary transfer), https://arxiv.org/abs/2402.09977",
    convex: true,
    initialise: subwordMean,
  },
};
