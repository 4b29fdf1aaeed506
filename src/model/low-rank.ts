/** Low-rank updates of matrices as numbers of the host: what a weight is with one of them in it. In graphs: `train/step/parameters/low-rank.ts`. */
import type { NdArray } from "../types.js";

export interface LowRank {
  /** [rank, in] */
  a: NdArray;
  /** [out, rank] */
  b: NdArray;
  /** Factor of b a. */
  scale: number;
  /** Lengths of the rows, one for each output, that they have after the update (DoRA); else they keep what it gives them. */
  magnitude?: NdArray;
}

/** weight + scale · b a, its rows at their magnitudes. `transposed` where the weight is kept as [in, out]. */
export function changed(weight: NdArray, { a, b, scale, magnitude }: LowRank, transposed = false): NdArray {
  const [[rank, width], [out]] = [a.shape, b.shape] as [[number, number], [number]];
  const data = weight.data.slice();
  const [step, stride] = transposed ? [out, 1] : [1, width];
  for (let i = 0; i < out; i++) {
    for (let k = 0; k < rank; k++) {
      const factor = scale * b.data[i * rank + k]!;
      for (let j = 0; j < width; j++) data[i * stride + j * step]! += factor * a.data[k * width + j]!;
    }
  }
  if (magnitude) {
    const lengths = rowLengths({ shape: weight.shape, data }, transposed);
    for (let i = 0; i < out; i++) {
      const factor = magnitude.data[i]! / lengths[i]!;
      for (let j = 0; j < width; j++) data[i * stride + j * step]! *= factor;
    }
  }
  return { shape: [...weight.shape], data };
}

/** Length of the weights of each output. */
export function rowLengths({ shape, data }: NdArray, transposed = false): Float32Array {
  const [rows, columns] = shape as [number, number];
  const [out, width] = transposed ? [columns, rows] : [rows, columns];
  const [step, stride] = transposed ? [columns, 1] : [1, columns];
  return Float32Array.from({ length: out }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += data[i * stride + j * step]! ** 2;
    return Math.sqrt(sum);
  });
}
