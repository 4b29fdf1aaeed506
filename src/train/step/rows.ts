/**
 * Tables that are trained in part: what is trained is a leaf of those rows alone, taken out of the table before an update and
 * put back after it. So gradients are clipped, moments kept and decay applied for them and for no other, and the table stays
 * one tensor of the state, under the model's name.
 */
import * as tf from "../../tensors.js";
import { lookup, type Tensors } from "../../engine/index.js";
import type { Weights } from "../../types.js";

/** Which rows of the tables are new. */
export type NewRows = { from: number } | number[];

/** The same rows of so many, in fewer words where they are all from one on. */
export function shortened(rows: NewRows, count: number): NewRows {
  if (!Array.isArray(rows) || rows.length === 0) return rows;
  const from = count - rows.length;
  return rows.every((id, i) => id === from + i) ? { from } : rows;
}

/** Ids of the rows that are trained, ascending, by table. */
export type TrainedRows = Readonly<Record<string, Int32Array>>;

/** `tensors` with the rows that are trained in place of those tables; it can be differentiated. */
export function taken(rows: TrainedRows, tensors: Tensors): Tensors {
  const parts = Object.entries(rows).map(([name, ids]) => [name, lookup(tensors[name]!, tf.tensor1d(ids, "int32"))]);
  return { ...tensors, ...(Object.fromEntries(parts) as Tensors) };
}

/** What replaces entries of `state`, with whole tables again. */
export function putBack(rows: TrainedRows, state: Tensors, next: Tensors): Tensors {
  const whole = Object.entries(rows).map(([name, ids]) => [
    name,
    tf.tensorScatterUpdate(state[name]!, tf.tensor2d(ids, [ids.length, 1], "int32"), next[name]!),
  ]);
  return { ...next, ...(Object.fromEntries(whole) as Tensors) };
}

/** `taken` on the host. */
export function takenOf(rows: TrainedRows, weights: Weights): Weights {
  const parts = Object.entries(rows).map(([name, ids]) => {
    const [, width] = weights[name]!.shape as [number, number];
    const data = new Float32Array(ids.length * width);
    ids.forEach((id, i) => data.set(weights[name]!.data.subarray(id * width, (id + 1) * width), i * width));
    return [name, { shape: [ids.length, width], data }];
  });
  return { ...weights, ...(Object.fromEntries(parts) as Weights) };
}

/** `putBack` on the host. The tables are new arrays. */
export function putBackOf(rows: TrainedRows, weights: Weights, next: Weights): Weights {
  const whole = Object.entries(rows).map(([name, ids]) => {
    const { shape, data } = weights[name]!;
    const [table, width] = [data.slice(), shape[1]!];
    ids.forEach((id, i) => table.set(next[name]!.data.subarray(i * width, (i + 1) * width), id * width));
    return [name, { shape, data: table }];
  });
  return { ...next, ...(Object.fromEntries(whole) as Weights) };
}
