/**
 * Next-token loss straight from the last hidden states. With p = softmax(h·Eᵀ) the gradients are
 *   dh = g∘(q·E),   dE = qᵀ·(g∘h),   q = p with 1 taken off at each y,
 * so the one-hot matrix is never built, and no two rows are ever written by one index.
 */
import * as tf from "../../tensors.js";
import { defineOp, withGradient } from "./define.js";
import { fence, fenced } from "./fence.js";

/** The smallest probability told apart from zero: a loss is at most 87 nats, its gradient is right beyond. */
const TINY = 1.2e-38;

/** [p, ids] → p[i, ids[i]], as a column. */
const pick = defineOp<object>({
  name: "Pick",
  reference: ([p, ids]) => {
    const rows = tf.range(0, p!.shape[0]!, 1, "int32");
    return [tf.reshape(tf.gatherND(p!, tf.stack([rows, ids!], 1)), [-1, 1])];
  },
  emit: ({ graph, inputs: [p, ids] }) => {
    const column = graph.reshape(graph.cast(ids!, "int32"), [ids!.shape[0]!, 1]);
    return [graph.node("GatherElements", { inputs: [p, column], shape: column.shape, attributes: { axis: 1 } })];
  },
});

/** [p, ids, …] → p with 1 taken off at [i, ids[i]], after the rest is done: then p is changed where it is where nothing else reads it. */
export const takeOne = defineOp<object>({
  name: "TakeOne",
  reference: ([p, ids]) => [tf.sub(p!, tf.oneHot(ids as tf.Tensor1D, p!.shape[1]!))],
  emit: ({ graph, device, inputs: [p, ids, ...before] }) => {
    const [n] = ids!.shape as [number];
    const minus = (shape: number[]) => graph.constant(new Array<number>(n).fill(-1), shape, "float32");
    if (device === "cpu") {
      // ScatterND would copy p.
      const inputs = [p, graph.reshape(graph.cast(ids!, "int32"), [n, 1]), fenced(graph, minus([n, 1]), before)];
      return [graph.node("ScatterElements", { inputs, shape: p!.shape, attributes: { axis: 1, reduction: "add" } })];
    }
    const rows = graph.constant(
      Array.from({ length: n }, (_, i) => i),
      [n, 1],
      "int64",
    );
    const columns = graph.reshape(graph.cast(ids!, "int64"), [n, 1]);
    const at = graph.node("Concat", { inputs: [rows, columns], shape: [n, 2], attributes: { axis: 1 } });
    const inputs = [p, at, minus([n])];
    return [graph.node("ScatterND", { inputs, shape: p!.shape, attributes: { reduction: "add" } })];
  },
});

export interface LogitOptions {
  /** Added to the logits, [vocab]. */
  bias?: tf.Tensor;
  /** Logits are bent to lie between −cap and cap, cap·tanh(logit/cap), after the bias (Gemma 2). Defaults to none. */
  cap?: number;
  /**
   * How many logits there may be at a time: more are made in blocks of rows, and once more in the backward pass, which is a
   * product of matrices in four. Defaults to as many as there are.
   */
  atOnce?: number;
}

/** hidden [n, width], head [vocab, width], targets [n] int32 → loss of each row in nats, [n]. */
export function crossEntropy(
  hidden: tf.Tensor,
  head: tf.Tensor,
  targets: tf.Tensor,
  { bias, cap, atOnce = Infinity }: LogitOptions = {},
): tf.Tensor {
  const [rows, vocab] = [hidden.shape[0]!, head.shape[0]!];
  const block = Math.max(1, Math.floor(atOnce / vocab));
  const inputs = bias ? [hidden, head, bias] : [hidden, head];
  if (rows > block) return inBlocks(inputs, targets, block, cap);
  return withGradient(
    inputs,
    () => {
      const { p, bent } = probabilities(inputs, cap);
      const value = lossOf(p, targets);
      return { value, saved: [...inputs, targets, value, p, ...(bent ? [bent] : [])] };
    },
    (dy, saved) => {
      const [y, value, p, bent] = saved.slice(inputs.length);
      return gradients(saved.slice(0, inputs.length), y!, { p: p!, bent, read: value! }, dy);
    },
  );
}

interface Probabilities {
  p: tf.Tensor;
  /** tanh of the logits over the cap, where there is one. */
  bent?: tf.Tensor;
  /** What else p was read for. */
  read?: tf.Tensor;
}

function probabilities([hidden, head, bias]: tf.Tensor[], cap?: number): Probabilities {
  const product = tf.matMul(hidden as tf.Tensor2D, head as tf.Tensor2D, false, true);
  const raw = bias ? tf.add(product, bias) : product;
  if (cap === undefined) return { p: tf.softmax(raw) };
  const bent = tf.tanh(tf.div(raw, cap));
  return { p: tf.softmax(tf.mul(bent, cap)), bent };
}

const lossOf = (p: tf.Tensor, targets: tf.Tensor): tf.Tensor =>
  tf.reshape(tf.neg(tf.log(tf.maximum(pick([p, targets], {})[0]!, TINY))), [-1]);

/** Of each input, where `dy` is that of each row's loss. */
function gradients(
  [hidden, head, bias]: tf.Tensor[],
  targets: tf.Tensor,
  { p, bent, read }: Probabilities,
  dy: tf.Tensor,
): tf.Tensor[] {
  const g = tf.reshape(dy, [-1, 1]);
  const taken = takeOne(read ? [p, targets, read] : [p, targets], {})[0]!;
  const q = (bent ? tf.mul(taken, tf.sub(1, tf.square(bent))) : taken) as tf.Tensor2D;
  const dHidden = tf.mul(tf.matMul(q, head as tf.Tensor2D), g);
  const dHead = tf.matMul(q, tf.mul(hidden!, g) as tf.Tensor2D, true, false);
  return bias ? [dHidden, dHead, tf.reshape(tf.matMul(q, g as tf.Tensor2D, true, false), [-1])] : [dHidden, dHead];
}

/** The same, `block` rows at a time; each block waits until the one before is done with its logits. */
function inBlocks(inputs: tf.Tensor[], targets: tf.Tensor, block: number, cap?: number): tf.Tensor {
  const rows = targets.shape[0]!;
  const starts = Array.from({ length: Math.ceil(rows / block) }, (_, i) => i * block);
  const cut = (x: tf.Tensor, start: number): tf.Tensor => tf.slice(x, start, Math.min(block, rows - start));
  return withGradient(
    inputs,
    () => {
      const [hidden, ...rest] = inputs as [tf.Tensor, ...tf.Tensor[]];
      const losses: tf.Tensor[] = [];
      for (const start of starts) {
        const { p } = probabilities([fence(cut(hidden, start), losses.slice(-1)), ...rest], cap);
        losses.push(lossOf(p, cut(targets, start)));
      }
      const value = tf.concat(losses);
      return { value, saved: [...inputs, targets, value] };
    },
    (dy, saved) => {
      const [hidden, ...rest] = saved.slice(0, inputs.length) as [tf.Tensor, ...tf.Tensor[]];
      const [y, value] = saved.slice(inputs.length) as [tf.Tensor, tf.Tensor];
      const dHidden: tf.Tensor[] = [];
      let sums: tf.Tensor[] = [];
      for (const start of starts) {
        const done = sums.length === 0 ? [value] : [dHidden.at(-1)!, ...sums];
        const part = [fence(cut(hidden, start), done), ...rest];
        const [own, ...shared] = gradients(part, cut(y, start), probabilities(part, cap), cut(dy, start));
        dHidden.push(own!);
        sums = shared.map((each, i) => (sums[i] ? tf.add(sums[i], each) : each));
      }
      return [tf.concat(dHidden), ...sums];
    },
  );
}
