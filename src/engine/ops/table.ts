/** Rows of an embedding table, read by id and, in the gradient, written by id: never through a one-hot matrix. */
import * as tf from "../../tensors.js";
import { scatterAdd } from "../kernels/gather.js";
import { defineOp, withGradient } from "./define.js";

/** [base, ids, rows] → base with rows[i] added to its row ids[i]. */
const scatterOp = defineOp<object>({
  name: "ScatterAdd",
  reference: ([base, ids, rows]) => [
    tf.add(base!, tf.unsortedSegmentSum(rows!, tf.cast(ids!, "int32") as tf.Tensor1D, base!.shape[0]!)),
  ],
  emit: ({ graph, device, inputs: [base, ids, rows] }) => [scatterAdd({ graph, device }, base!, ids!, rows!)],
});

/** base [n, width], ids [m] int32, rows [m, width] → [n, width]. Has no gradient of its own. */
export const addRows = (base: tf.Tensor, ids: tf.Tensor, rows: tf.Tensor): tf.Tensor =>
  scatterOp([base, ids, rows], {})[0]!;

/** table [n, width], ids [m] int32 → [m, width]. */
export function lookup(table: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  return withGradient(
    [table],
    () => ({ value: tf.gather(table, ids as tf.Tensor1D), saved: [ids] }),
    (dy, [ids_]) => [addRows(tf.zeros(table.shape), ids_!, dy)],
  );
}

/** table [n, width], ids [m] int32, each once, rows [m, width] → table with rows[i] as its row ids[i]; a function of the rows alone. */
export function putRows(table: tf.Tensor, ids: tf.Tensor, rows: tf.Tensor): tf.Tensor {
  return withGradient(
    [rows],
    () => ({ value: tf.tensorScatterUpdate(table, tf.reshape(ids, [-1, 1]), rows), saved: [ids] }),
    (dy, [ids_]) => [tf.gather(dy, ids_ as tf.Tensor1D)],
  );
}
