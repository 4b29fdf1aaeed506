/**
 * Logits as log-probabilities, and few of many: the k largest of each row, and the entries of a row at given places. No
 * gradient makes a one-hot matrix.
 */
import * as tf from "../../tensors.js";
import { defineOp, withGradient } from "./define.js";

const logSoftmaxOp = defineOp<object>({
  name: "LogSoftmax",
  reference: ([x]) => {
    const down = tf.sub(x!, tf.max(x!, 1, true));
    return [tf.sub(down, tf.log(tf.sum(tf.exp(down), 1, true)))];
  },
  emit: ({ graph, inputs: [x] }) => [
    graph.node("LogSoftmax", { inputs: [x], shape: x!.shape, attributes: { axis: 1 } }),
  ],
});

/** x − log Σ exp x, along rows [n, m]. */
export function logSoftmax(x: tf.Tensor): tf.Tensor {
  return withGradient(
    [x],
    () => {
      const [value] = logSoftmaxOp([x], {});
      return { value: value!, saved: [value!] };
    },
    (dy, [value]) => [tf.sub(dy, tf.mul(tf.exp(value!), tf.sum(dy, 1, true)))],
  );
}

const largest = defineOp<{ k: number }>({
  name: "TopK",
  reference: ([x], { k }) => {
    const { values, indices } = tf.topk(x!, k);
    return [values, indices];
  },
  emit: ({ graph, inputs: [x], attrs: { k } }) => {
    const shape = [x!.shape[0]!, k];
    const [values, places] = graph.multi("TopK", { inputs: [x, graph.integers([k])] }, [shape, shape]);
    return [values!, graph.cast({ ...places!, dtype: "int64" }, "int32")];
  },
});

/** x [n, m] → the k largest of each row and their places, the largest first, [n, k] each. Has no gradient. */
export function topK(x: tf.Tensor, k: number): { values: tf.Tensor; ids: tf.Tensor } {
  const [values, ids] = largest([x], { k });
  return { values: values!, ids: ids! };
}

/** [row, column] of every entry of `ids` [n, k], one after another. */
const placesOf = (ids: tf.Tensor): tf.Tensor => {
  const rows = tf.tile(tf.reshape(tf.range(0, ids.shape[0]!, 1, "int32"), [-1, 1]), [1, ids.shape[1]!]);
  return tf.stack([tf.reshape(rows, [-1]), tf.reshape(ids, [-1])], 1);
};

const gathered = defineOp<object>({
  name: "Entries",
  reference: ([x, ids]) => [tf.reshape(tf.gatherND(x!, placesOf(ids!)), ids!.shape)],
  emit: ({ graph, inputs: [x, ids] }) => [
    graph.node("GatherElements", { inputs: [x, ids], shape: ids!.shape, attributes: { axis: 1 } }),
  ],
});

const spread = defineOp<{ columns: number }>({
  name: "SpreadEntries",
  reference: ([values, ids], { columns }) => [
    tf.scatterND(placesOf(ids!), tf.reshape(values!, [-1]), [ids!.shape[0]!, columns]),
  ],
  emit: ({ graph, inputs: [values, ids], attrs: { columns } }) => {
    const shape = [ids!.shape[0]!, columns];
    const inputs = [graph.fill(0, shape, "float32"), ids, values];
    return [graph.node("ScatterElements", { inputs, shape, attributes: { axis: 1 } })];
  },
});

/** x [n, m], ids [n, k] int32, distinct within a row → x[i, ids[i, j]], [n, k]. */
export function entries(x: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  return withGradient(
    [x],
    () => ({ value: gathered([x, ids], {})[0]!, saved: [ids] }),
    (dy, [ids_]) => [spread([dy, ids_!], { columns: x.shape[1]! })[0]!],
  );
}
