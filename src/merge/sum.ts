/** Inputs times factors, added up in double precision: what every method that only weights comes to. */
import type { Combine } from "./types.js";

export function sumOf(factors: readonly number[]): Combine {
  if (factors.length === 2) {
    const [ofA, ofB] = factors as [number, number];
    return ([a, b], out) => {
      for (let i = 0; i < out.length; i++) out[i] = ofA * a![i]! + ofB * b![i]!;
    };
  }
  let sum = new Float64Array(0);
  return (inputs, out) => {
    if (sum.length < out.length) sum = new Float64Array(out.length);
    factors.forEach((factor, k) => {
      const input = inputs[k]!;
      if (k === 0) for (let i = 0; i < out.length; i++) sum[i] = factor * input[i]!;
      else for (let i = 0; i < out.length; i++) sum[i]! += factor * input[i]!;
    });
    for (let i = 0; i < out.length; i++) out[i] = sum[i]!;
  };
}

/** base + Σ f (model − base), of inputs that begin with the base. */
export const sumFromBase = (factors: readonly number[]): Combine =>
  sumOf([factors.reduce((rest, factor) => rest - factor, 1), ...factors]);

/** The same where the number of models is known only by the inputs. */
export function sumBy(factorsOf: (models: number) => readonly number[], fromBase = false): Combine {
  let add: Combine | undefined;
  return (inputs, out) => {
    add ??= fromBase ? sumFromBase(factorsOf(inputs.length - 1)) : sumOf(factorsOf(inputs.length));
    add(inputs, out);
  };
}
