/**
 * SLERP by weights, of whole models or of what they have beyond a base (mergekit's NuSLERP): t is the second weight's share of
 * both. The line stands in only where the arc is not defined, so deltas, and models however close, are merged on their arc.
 * A tensor is one vector, or each row of its matrix, as the file has it, or each column. Gains of norms and biases are on the
 * line, unless they are to be merged alike.
 */
import { made } from "../registry.js";
import { differences, deltasIn } from "./deltas.js";
import { cosinesOf, type Gram, gram } from "./gram.js";
import { arc } from "./slerp.js";
import { sumFromBase, sumOf } from "./sum.js";
import type { Combine, MergeMethod, Tensor } from "./types.js";
import { finite, named, type Vectors, unlessVector } from "./weights.js";

export interface NuslerpOptions extends Vectors {
  /** Of both models. Defaults to 1 and 1. */
  weights?: readonly [number, number];
  /** Whether the arc is between deltas, which need a base. Defaults to false. */
  deltas?: boolean;
  /** What is a vector. Defaults to the whole tensor. */
  by?: "tensor" | "row" | "column";
}

export function nuslerp(options: NuslerpOptions = {}): MergeMethod {
  const { weights = [1, 1], deltas = false, by = "tensor", vectors = "linear" } = options;
  if (by !== "tensor" && by !== "row" && by !== "column")
    throw new Error(`nuslerp: invalid by: ${JSON.stringify(by)} (one of tensor, row, column)`);
  weights.forEach((weight) => finite("nuslerp", "weights", weight));
  const sum = weights[0] + weights[1];
  const t = Math.abs(sum) < 1e-6 ? 0.5 : weights[1] / sum;
  const add = deltas ? sumFromBase : sumOf;
  const kinds: Record<typeof by, (tensor: Tensor) => Combine> = {
    tensor: (tensor) => add(onArc(gram(deltas ? deltasIn(tensor) : tensor.pieces()), t)),
    row: (tensor) => byRow(tensor.row, (row) => add(onArc(gram([deltas ? differences()(row) : row]), t))),
    column: (tensor) => byColumn(tensor, deltas, t),
  };
  return made({
    ...named("nuslerp", { weights, deltas, by, vectors }),
    models: { least: 2, most: 2 },
    fromBase: deltas,
    begin: unlessVector(
      "nuslerp",
      { vectors },
      () => add([1 - t, t]),
      (tensor) => kinds[tensor.isVector ? "tensor" : by](tensor),
    ),
  });
}

function onArc(dots: Gram, t: number): [ofA: number, ofB: number] {
  const cosine = cosinesOf(dots)[0]![1]!;
  const isArc = dots[0]![0]! > 0 && dots[1]![1]! > 0 && 1 - cosine * cosine > 1e-16;
  return isArc ? arc(Math.acos(cosine), t) : [1 - t, t];
}

/** Pieces are whole rows. */
function byRow(width: number, combineOf: (row: Float32Array[]) => Combine): Combine {
  return (inputs, out) => {
    for (let begin = 0; begin < out.length; begin += width) {
      const row = inputs.map((input) => input.subarray(begin, begin + width));
      combineOf(row)(row, out.subarray(begin, begin + width));
    }
  };
}

function byColumn(tensor: Tensor, deltas: boolean, t: number): Combine {
  const width = tensor.row;
  const [aa, ab, bb] = [0, 1, 2].map(() => new Float64Array(width)) as [Float64Array, Float64Array, Float64Array];
  for (const [a, b] of deltas ? deltasIn(tensor) : tensor.pieces())
    for (let i = 0; i < a!.length; i++) {
      const [x, y] = [a![i]!, b![i]!];
      aa[i % width]! += x * x;
      ab[i % width]! += x * y;
      bb[i % width]! += y * y;
    }
  const factors = Array.from(aa, (own, i) =>
    onArc(
      [
        [own, ab[i]!],
        [ab[i]!, bb[i]!],
      ],
      t,
    ),
  );
  return (inputs, out) => {
    const [base, a, b] = deltas ? inputs : [undefined, ...inputs];
    for (let i = 0; i < out.length; i++) {
      const [ofA, ofB] = factors[i % width]!;
      out[i] = ofA * a![i]! + ofB * b![i]! + (base ? (1 - ofA - ofB) * base[i]! : 0);
    }
  };
}
