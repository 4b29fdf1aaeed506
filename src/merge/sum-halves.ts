/**
 * Weighted sums of numbers in 16 bits: there are only 65,536 of them, so each times its factor is looked up and none is decoded.
 * The same numbers as `sumOf` gives.
 */
import { firstNotFinite } from "../finite.js";

/** Adds up a piece; says whether all of the sum is finite, which it is not where an input is not. */
export type SumHalves = (inputs: readonly Uint16Array[], out: Float32Array) => boolean;

/** `values` are what the halves of each input stand for. */
export function sumOfHalves(factors: readonly number[], values: readonly Float32Array[]): SumHalves {
  const products = factors.map((factor, k) => Float64Array.from(values[k]!).map((value) => factor * value));
  if (products.length === 2) return ([a, b], out) => sumOfTwo(a!, b!, products[0]!, products[1]!, out);
  let sum = new Float64Array(0);
  return (inputs, out) => {
    if (sum.length < out.length) sum = new Float64Array(out.length);
    products.forEach((product, k) => {
      const input = inputs[k]!;
      if (k === 0) for (let i = 0; i < out.length; i++) sum[i] = product[input[i]!]!;
      else for (let i = 0; i < out.length; i++) sum[i]! += product[input[i]!]!;
    });
    for (let i = 0; i < out.length; i++) out[i] = sum[i]!;
    return firstNotFinite(out) < 0;
  };
}

/** Four at a time. Only what is not finite, also as a single, times zero is not zero. */
function sumOfTwo(a: Uint16Array, b: Uint16Array, ofA: Float64Array, ofB: Float64Array, out: Float32Array): boolean {
  const whole = out.length & ~3;
  let [front, back] = [0, 0];
  for (let i = 0; i < whole; i += 4) {
    const one = ofA[a[i]!]! + ofB[b[i]!]!;
    const two = ofA[a[i + 1]!]! + ofB[b[i + 1]!]!;
    const three = ofA[a[i + 2]!]! + ofB[b[i + 2]!]!;
    const four = ofA[a[i + 3]!]! + ofB[b[i + 3]!]!;
    out[i] = one;
    out[i + 1] = two;
    out[i + 2] = three;
    out[i + 3] = four;
    front += (Math.fround(one) - Math.fround(two)) * 0;
    back += (Math.fround(three) - Math.fround(four)) * 0;
  }
  for (let i = whole; i < out.length; i++) front += Math.fround((out[i] = ofA[a[i]!]! + ofB[b[i]!]!)) * 0;
  return front + back === 0;
}
