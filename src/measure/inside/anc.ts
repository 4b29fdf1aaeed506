/**
 * Average neuron-wise correlation (Del & Fishel 2022, https://arxiv.org/abs/2212.01924): whether the same neuron answers alike to
 * the same texts in two languages, or in two snapshots of one model. Unlike CKA it changes under rotation, so it says nothing
 * of two models that began from different seeds. That the correlation is taken without its sign is from memory of the paper.
 */
import { centred, checkPair, type Pair } from "./states.js";

export interface Anc {
  /** Mean of |corr(a, b)| over neurons that vary on both sides, from 0 to 1; null where none does. Noise has about √(2 / πn), not 0. */
  mean: number | null;
  /** Of each neuron; null where it does not vary. */
  byNeuron: (number | null)[];
}

/** Both sides of one width. */
export function anc({ a, b }: Pair): Anc {
  checkPair("anc", { a, b }, 2);
  const [n, width] = [a.shape[0]!, a.shape[1]!];
  if (b.shape[1] !== width) throw new Error(`anc: invalid b: ${b.shape[1]} neurons (as many as a, ${width})`);
  const [{ data: x }, { data: y }] = [centred(a), centred(b)];
  const byNeuron = Array.from({ length: width }, (_, j) => {
    let [across, ofX, ofY] = [0, 0, 0];
    for (let i = 0, at = j; i < n; i++, at += width) {
      across += x[at]! * y[at]!;
      ofX += x[at]! ** 2;
      ofY += y[at]! ** 2;
    }
    return ofX > 0 && ofY > 0 ? Math.min(1, Math.abs(across) / Math.sqrt(ofX * ofY)) : null;
  });
  const known = byNeuron.filter((value) => value !== null);
  return { mean: known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null, byNeuron };
}
