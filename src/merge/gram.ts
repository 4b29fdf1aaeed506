/** Lengths of the inputs of a tensor and angles between them, as vectors: all dot products, in double precision. */
export type Gram = readonly (readonly number[])[];

export function gram(pieces: Iterable<readonly Float32Array[]>): Gram {
  const dots: number[][] = [];
  for (const inputs of pieces)
    inputs.forEach((a, j) => {
      const row = (dots[j] ??= []);
      for (let k = 0; k <= j; k++) {
        const b = inputs[k]!;
        let dot = row[k] ?? 0;
        for (let i = 0; i < a.length; i++) dot += a[i]! * b[i]!;
        row[k] = dot;
      }
    });
  return dots.map((row, j) => dots.map((other, k) => (k <= j ? row[k]! : other[j]!)));
}

export const lengthsOf = (dots: Gram): number[] => dots.map((row, k) => Math.sqrt(row[k]!));

/** Cosines; 0 where there is no length, and so no direction. */
export function cosinesOf(dots: Gram): Gram {
  const lengths = lengthsOf(dots);
  const cosine = (j: number, k: number): number =>
    lengths[j]! > 0 && lengths[k]! > 0 ? Math.max(-1, Math.min(1, dots[j]![k]! / lengths[j]! / lengths[k]!)) : 0;
  return dots.map((row, j) => row.map((_, k) => cosine(j, k)));
}
