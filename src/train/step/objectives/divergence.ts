/**
 * How far two predictions of the next token are apart, in nats, and the student's cross-entropy with it, of one product with
 * the student's table. With q the teacher's probabilities and p the student's, both softmax(logits / temperature) over the ids
 * that both have:
 *
 *   forward KL  Σ q (log q − log p), which p covers;  reverse KL  Σ p (log p − log q), which p chooses among.
 *
 * Of a teacher of whom the k likeliest ids are kept, all others together are one more outcome, of what is left of each
 * probability: a lower bound of the whole divergence, that is 0 only where the student gives the others as much as the teacher.
 */
import * as tf from "../../../tensors.js";
import { byRows, entries, logSoftmax, topK } from "../../../engine/index.js";
import { type Head, logitsOf } from "../../../model/index.js";

/** Log-probabilities of the likeliest ids of each row, [n, k]. */
export interface Likeliest {
  values: tf.Tensor;
  ids: tf.Tensor;
}

export interface Divergence {
  temperature: number;
  direction: "forward" | "reverse";
  /** The teacher's probabilities of its first choice and of the right token change places. */
  swap?: boolean;
  /** How many of the teacher's ids are kept; defaults to all. */
  top?: number;
}

export interface Compared extends Divergence {
  student: Head;
  teacher: Head | Likeliest;
  /** The next tokens, [n] int32. */
  targets: tf.Tensor;
  /** Ids below this are compared. */
  shared: number;
  /** Added to the logits of both, [shared]: −1e9 where an id is not compared. */
  mask?: tf.Tensor;
  /** How many logits of a model there may be at a time; defaults to as many as there are. */
  atOnce?: number;
}

/** The least that the others' probability is taken for: what is left after rounding is not told apart from it. */
const LEAST = 1e-6;

/** Cross-entropy of each row at temperature 1 over all ids, and divergence, in nats, [n] each. */
export function compared(options: Compared): { crossEntropy: tf.Tensor; divergence: tf.Tensor } {
  const { student, teacher, targets, shared, mask, atOnce = Infinity, ...how } = options;
  const live = "table" in teacher;
  const vocab = Math.max(student.table.shape[0]!, live ? teacher.table.shape[0]! : 0);
  const both = byRows({
    inputs: { rows: [student.states], whole: [student.table, ...given(student.bias)] },
    constants: {
      rows: [targets, ...(live ? [teacher.states] : [teacher.values, teacher.ids])],
      whole: [...given(mask), ...(live ? [teacher.table, ...given(teacher.bias)] : [])],
    },
    block: Math.max(1, Math.floor(atOnce / vocab)),
    f({ rows: [states], whole: [table, bias] }, { rows: [y, one, two], whole }) {
      const masks = mask ? whole.slice(0, 1) : [];
      const [teachersTable, teachersBias] = whole.slice(masks.length);
      const raw = logitsOf({ ...student, states: states!, table: table!, bias });
      const all = logSoftmax(raw);
      const right = tf.reshape(y!, [-1, 1]);
      const crossEntropy = tf.neg(entries(all, right));
      const among = { shared, mask: masks[0], temperature: how.temperature };
      const whole_ = shared === raw.shape[1] && !mask && how.temperature === 1;
      const p = whole_ ? all : logSoftmax(asked(raw, among));
      let divergence;
      if (live) {
        const logits = logitsOf({ ...teacher, states: one!, table: teachersTable!, bias: teachersBias });
        const q = logSoftmax(asked(logits, among));
        divergence = how.top === undefined ? ofAll(p, q, right, how) : ofLikeliest(p, topK(q, how.top), how.direction);
      } else divergence = ofLikeliest(p, { values: one!, ids: two! }, how.direction);
      return tf.concat([crossEntropy, divergence], 1);
    },
  });
  const [crossEntropy, divergence] = tf.split(both, 2, 1);
  return { crossEntropy: tf.reshape(crossEntropy!, [-1]), divergence: tf.reshape(divergence!, [-1]) };
}

const given = (tensor?: tf.Tensor): tf.Tensor[] => (tensor ? [tensor] : []);

/** Logits of the ids that are compared, over the temperature. */
export function asked(
  logits: tf.Tensor,
  { shared, mask, temperature }: Pick<Compared, "shared" | "mask" | "temperature">,
): tf.Tensor {
  const [rows, vocab] = logits.shape as [number, number];
  const cut = shared === vocab ? logits : tf.slice(logits, [0, 0], [rows, shared]);
  const masked = mask ? tf.add(cut, mask) : cut;
  return temperature === 1 ? masked : tf.div(masked, temperature);
}

/** Of log-probabilities, each row's, [n, 1]. */
function ofAll(p: tf.Tensor, q: tf.Tensor, right: tf.Tensor, { direction, swap }: Divergence): tf.Tensor {
  if (direction === "reverse") return tf.sum(tf.mul(tf.exp(p), tf.sub(p, q)), 1, true);
  const forward = tf.sum(tf.mul(tf.exp(q), tf.sub(q, p)), 1, true);
  if (!swap) return forward;
  // Where two entries of q change places, two terms of Σ q log p do.
  const first = tf.reshape(tf.argMax(q, 1), [-1, 1]);
  const gold = tf.minimum(right, tf.scalar(p.shape[1]! - 1, "int32"));
  const more = tf.sub(tf.exp(entries(q, first)), tf.exp(entries(q, gold)));
  return tf.add(forward, tf.mul(more, tf.sub(entries(p, first), entries(p, gold))));
}

/** The same of the ids that are kept, and of all others as one. */
function ofLikeliest(p: tf.Tensor, { values: q, ids }: Likeliest, direction: Divergence["direction"]): tf.Tensor {
  const known = entries(p, ids);
  const [pRest, qRest] = [rest(known), rest(q)];
  const terms = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.mul(tf.exp(a), tf.sub(a, b));
  return direction === "forward"
    ? tf.add(tf.sum(terms(q, known), 1, true), terms(qRest, pRest))
    : tf.add(tf.sum(terms(known, q), 1, true), terms(pRest, qRest));
}

/** Log of what is left of the probability. */
const rest = (logs: tf.Tensor): tf.Tensor => tf.log(tf.maximum(tf.sub(1, tf.sum(tf.exp(logs), 1, true)), LEAST));
