/**
 * A function of rows, row by row, taken a block of them at a time: what it makes of a block (logits, as a rule) is there once, and
 * made again in the backward pass. Where all rows are one block it is the function itself.
 */
import * as tf from "../../tensors.js";
import { withGradient } from "./define.js";
import { fence } from "./fence.js";

/** `rows` are cut into blocks, `whole` are not. */
export interface RowTensors {
  rows: tf.Tensor[];
  whole: tf.Tensor[];
}

export interface ByRows {
  /** What is differentiated by; each must be used. */
  inputs: RowTensors;
  /** What is not. */
  constants: RowTensors;
  /** Rows in a block. */
  block: number;
  /** Values of some of the rows, [rows, n]. */
  f(inputs: RowTensors, constants: RowTensors): tf.Tensor;
}

export function byRows({ inputs, constants, block, f }: ByRows): tf.Tensor {
  const count = inputs.rows[0]!.shape[0]!;
  if (count <= block) return f(inputs, constants);
  const starts = Array.from({ length: Math.ceil(count / block) }, (_, i) => i * block);
  const cut = (x: tf.Tensor, start: number): tf.Tensor => tf.slice(x, start, Math.min(block, count - start));
  /** The block's rows, floats not before `after` is done. */
  const part = (rows: tf.Tensor[], start: number, after: tf.Tensor[]): tf.Tensor[] =>
    rows.map((x) => (x.dtype === "float32" ? fence(cut(x, start), after) : cut(x, start)));
  const { rows, whole } = inputs;
  return withGradient(
    [...rows, ...whole],
    () => {
      const values: tf.Tensor[] = [];
      for (const start of starts) {
        const after = values.slice(-1);
        const own = { ...constants, rows: part(constants.rows, start, after) };
        values.push(f({ whole, rows: part(rows, start, after) }, own));
      }
      const value = tf.concat(values);
      return { value, saved: [...rows, ...whole, ...constants.rows, ...constants.whole, value] };
    },
    (dy, saved) => {
      const take = (n: number): tf.Tensor[] => saved.splice(0, n);
      const [rows_, whole_] = [take(rows.length), take(whole.length)];
      const [fixedRows, fixed] = [take(constants.rows.length), take(constants.whole.length)];
      const [value] = saved;
      const perRow: tf.Tensor[][] = [];
      let sums: tf.Tensor[] = [];
      for (const start of starts) {
        const after = perRow.length === 0 ? [value!, dy] : [...perRow.at(-1)!, ...sums];
        const own = { rows: part(fixedRows, start, after), whole: fixed };
        const of = [...part(rows_, start, after), ...whole_];
        const made = apart(
          (...args) => f({ rows: args.slice(0, rows.length), whole: args.slice(rows.length) }, own),
          of,
          cut(dy, start),
        );
        perRow.push(made.slice(0, rows.length));
        sums = made.slice(rows.length).map((each, i) => (sums[i] ? tf.add(sums[i], each) : each));
      }
      return [...rows.map((_, i) => tf.concat(perRow.map((each) => each[i]!))), ...sums];
    },
  );
}

/** Gradients inside a gradient, which would else clear the outer one's tape. */
export function apart(f: (...args: tf.Tensor[]) => tf.Tensor, at: tf.Tensor[], dy: tf.Tensor): tf.Tensor[] {
  const { state } = tf.engine();
  const tape = state.activeTape;
  try {
    return tf.grads(f)(at, dy);
  } finally {
    state.activeTape = tape;
  }
}
