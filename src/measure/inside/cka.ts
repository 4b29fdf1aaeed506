/**
 * Linear centred kernel alignment (Kornblith et al. 2019, https://arxiv.org/abs/1905.00414): how alike two sets of states of
 * the same texts are, whatever rotation and scale lie between them. Debiased by the HSIC with an empty diagonal (Song et al.
 * 2012; Nguyen et al. 2021, https://arxiv.org/abs/2010.15327): the biased one is near 1 for noise where there are fewer texts than
 * dimensions (20 texts of 200 dimensions: 0.92). It is high where few directions of great variance agree, and does not say which.
 */
import { matmul, type Matrix } from "../../embed/index.js";
import { centred, checkPair, type Pair } from "./states.js";

export interface CkaOptions extends Pair {
  /** Defaults to true. */
  debiased?: boolean;
}

/**
 * 1 for states that are alike up to rotation and scale, expected 0 for unrelated ones; debiased also below 0. Null where a side
 * does not vary. Debiased it takes at least 4 texts; n texts take n² numbers.
 */
export async function cka({ a, b, debiased = true }: CkaOptions): Promise<number | null> {
  checkPair("cka", { a, b }, debiased ? 4 : 2);
  const [k, l] = [await gram(centred(a)), await gram(centred(b))];
  const hsic = debiased ? unbiased : product;
  const across = hsic(k, l);
  const within = hsic(k, k) * hsic(l, l);
  return hsic(k, k) > 0 && hsic(l, l) > 0 ? across / Math.sqrt(within) : null;
}

const gram = async (x: Matrix<Float64Array>): Promise<Matrix<Float64Array>> => matmul(x, x);

/** tr(KL). */
function product({ data: k }: Matrix<Float64Array>, { data: l }: Matrix<Float64Array>): number {
  let sum = 0;
  for (let i = 0; i < k.length; i++) sum += k[i]! * l[i]!;
  return sum;
}

/** HSIC₁ without its factor 1 / n(n − 3): [tr(KL) + (1ᵀK1)(1ᵀL1) / (n − 1)(n − 2) − 2 1ᵀKL1 / (n − 2)], diagonals of 0. */
function unbiased({ shape, data: k }: Matrix<Float64Array>, { data: l }: Matrix<Float64Array>): number {
  const n = shape[0]!;
  let [trace, between, ofK, ofL] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    let [rowOfK, rowOfL] = [0, 0];
    for (let j = 0, at = i * n; j < n; j++, at++) {
      if (i === j) continue;
      trace += k[at]! * l[at]!;
      rowOfK += k[at]!;
      rowOfL += l[at]!;
    }
    between += rowOfK * rowOfL;
    ofK += rowOfK;
    ofL += rowOfL;
  }
  return trace + (ofK * ofL) / ((n - 1) * (n - 2)) - (2 * between) / (n - 2);
}
