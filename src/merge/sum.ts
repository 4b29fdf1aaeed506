/** Inputs times factors, added up in double precision: what every method that only weights comes to. */
import type { Combine } from "./types.js";

export function sumOf(factors: readonly number[]): Combine {
  if (factors.length === 2) {
    const [ofA, ofB] = factors as [number, number];
    return ([a, b], out) => sumOfTwo(a!, b!, ofA, ofB, out);
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

/** Four at a time, which takes two thirds of the time. */
function sumOfTwo(a: Float32Array, b: Float32Array, ofA: number, ofB: number, out: Float32Array): void {
  const whole = out.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    out[i] = ofA * a[i]! + ofB * b[i]!;
    out[i + 1] = ofA * a[i + 1]! + ofB * b[i + 1]!;
    out[i + 2] = ofA * a[i + 2]! + ofB * b[i + 2]!;
    out[i + 3] = ofA * a[i + 3]! + ofB * b[i + 3]!;
  }
  for (let i = whole; i < out.length; i++) out[i] = ofA * a[i]! + ofB * b[i]!;
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
