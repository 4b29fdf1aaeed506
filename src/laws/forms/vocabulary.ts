/**
 * The vocabulary law (Tao et al. 2024, 2407.13623): the unigram-normalised loss against the parameters that are not and that
 * are of the vocabulary, and the tokens; and the vocabulary that is best for a budget. That loss is negative, so fit it with
 * `objective: "huber"` (the paper: Huber, δ = 0.001, on the raw loss). The paper ties alpha1 = beta; here they are free.
 * The released constants hold only for tokens counted with the release's own slip (V in thousands put into tokens per
 * character), so none are repeated here: refit.
 */
import type { Input, Law } from "../types.js";
import { exponent, parametersInput, positive, tokensInput } from "./ranges.js";
import { grid, heldStarts } from "./squares.js";

const size = (name: string, summary: string): Input => ({ ...parametersInput, name, summary });

export const vocabularyLaw: Law = {
  name: "vocabulary",
  summary: "unigram-normalised loss: L = -E + A1/N_nv^alpha1 + A2/N_v^alpha2 + B/D^beta",
  reference: "Tao et al. 2024, Scaling Laws with Vocabulary, arXiv:2407.13623",
  inputs: [
    size("nonVocabulary", "parameters outside the embedding tables"),
    size("vocabulary", "parameters of the vocabulary: its size times the width"),
    tokensInput,
  ],
  parameters: [
    positive("E", "loss", "depth of the floor below the unigram model", 5),
    positive("A1", "loss", "factor of the non-vocabulary term", 100),
    positive("A2", "loss", "factor of the vocabulary term", 100),
    positive("B", "loss", "factor of the token term", 100),
    exponent("alpha1", "power of the non-vocabulary parameters"),
    exponent("alpha2", "power of the vocabulary parameters"),
    exponent("beta", "power of the tokens"),
  ],
  predict: ([E, A1, A2, B, alpha1, alpha2, beta], [n, v, d]) =>
    -E! + A1! * n! ** -alpha1! + A2! * v! ** -alpha2! + B! * d! ** -beta!,
  gradient([E, A1, A2, B, alpha1, alpha2, beta], [n, v, d], into) {
    const [body, table, token] = [n! ** -alpha1!, v! ** -alpha2!, d! ** -beta!];
    into[0] = -1;
    into[1] = body;
    into[2] = table;
    into[3] = token;
    into[4] = -A1! * body * Math.log(n!);
    into[5] = -A2! * table * Math.log(v!);
    into[6] = -B! * token * Math.log(d!);
    return -E! + A1! * body + A2! * table + B! * token;
  },
  starts: (data) =>
    heldStarts({
      data,
      grid: grid([0.2, 0.4, 0.7], [0.2, 0.5, 0.9], [0.2, 0.4, 0.7]),
      columns: ([n, v, d], [alpha1, alpha2, beta]) => [-1, n! ** -alpha1!, v! ** -alpha2!, d! ** -beta!],
      relative: false,
      assemble: (factors, exponents) => [...factors, ...exponents],
    }),
};

/** Tokens per character of English web text with a vocabulary of V (the paper's fit, for V up to 200,000). */
export function tokensPerCharacter(vocabularySize: number): number {
  if (!(vocabularySize >= 1 && vocabularySize <= 2e5))
    throw new Error(`tokensPerCharacter: invalid vocabularySize: ${vocabularySize} (from 1 to 200000)`);
  const log = Math.log(vocabularySize);
  return 0.00639222 * log * log - 0.15811069 * log + 1.20470122;
}

/**
 * The vocabulary parameters with the least loss for `flops` = 6 (N_nv + N_v) D at a fixed N_nv: the root of
 * B β D^{−β}/(N_nv + N_v) = A₂ α₂ N_v^{−α₂−1}, which is the only one.
 */
export function optimalVocabulary(options: {
  values: readonly number[];
  nonVocabulary: number;
  flops: number;
}): number {
  const { values, nonVocabulary, flops } = options;
  if (!(nonVocabulary > 0)) throw new Error(`optimalVocabulary: invalid nonVocabulary: ${nonVocabulary}`);
  if (!(flops > 0)) throw new Error(`optimalVocabulary: invalid flops: ${flops}`);
  const [, , A2, B, , alpha2, beta] = values;
  const costs = (logV: number): boolean => {
    const v = Math.exp(logV);
    const tokens = flops / 6 / (nonVocabulary + v);
    return (B! * beta! * tokens ** -beta! * v) / (nonVocabulary + v) > A2! * alpha2! * v ** -alpha2!;
  };
  let [low, high] = [-50, 100];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (costs(middle)) high = middle;
    else low = middle;
  }
  return Math.exp((low + high) / 2);
}
