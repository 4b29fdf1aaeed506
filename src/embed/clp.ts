/**
 * CLP-Transfer (Ostendorff & Rehm 2023, https://arxiv.org/abs/2301.09626): the input table of another model that reads the
 * new language says which tokens are alike. CLP divides the cosines with all shared tokens by their sum, negative ones
 * included, so a sum near zero makes very large rows; CLP+ (Yamaguchi et al. 2024, https://arxiv.org/abs/2402.10712) takes
 * their sparsemax instead. The helper's table is compared, never copied.
 */
import { overlap } from "./canonical.js";
import { need } from "./evidence.js";
import { mixAnchors } from "./focus.js";
import { sparsemax, type Sparse } from "./sparsemax.js";
import type { Growing, Initialise } from "./types.js";
import type { NdArray } from "../types.js";

export const clp: Initialise = (growing, rows) => mixAnchors("clp", helped("clp", growing), rows, shares);

export const clpPlus: Initialise = (growing, rows) =>
  mixAnchors("clp-plus", helped("clp-plus", growing), rows, sparsemax);

/** Scores as shares of their sum: signed, and as large as the sum is small. */
export function shares(scores: ArrayLike<number>): Sparse {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i]!;
  if (!(sum !== 0)) throw new Error(`clp: invalid cosines: they add to ${sum} (clp-plus needs no such sum)`);
  return {
    at: Int32Array.from(scores, (_, i) => i),
    weights: Float64Array.from(scores, (score) => score / sum),
  };
}

/** The helper's rows as token vectors, by the tokens that both vocabularies have. */
function helped(caller: string, growing: Growing): Growing {
  const { tokenizer, evidence } = growing;
  const { table, tokenizer: theirs } = need(caller, evidence, "helper");
  const width = table.shape[1]!;
  if (!(table.shape[0]! >= theirs.size && table.data.length === table.shape[0]! * width))
    throw new Error(`${caller}: invalid helper: a table [${table.shape}] for a tokenizer of ${theirs.size}`);
  const tokenVectors: NdArray = { shape: [tokenizer.size, width], data: new Float32Array(tokenizer.size * width) };
  const both = overlap({ base: theirs, tokenizer });
  both.target.forEach((id, n) => {
    const from = both.base[n]! * width;
    tokenVectors.data.set(table.data.subarray(from, from + width), id * width);
  });
  return { ...growing, evidence: { ...evidence, tokenVectors } };
}
