/**
 * What every objective of preference is made of: pairs of answers to one prompt, of which one is to become more likely than
 * the other. A window is a pair (`halves.ts`): the chosen answer after its prompt, then the rejected one after it; which
 * tokens are the answer's, its weights say. Rows say what is made of log-probabilities.
 *
 * A pair of which either answer has no token in the window counts nothing: a prompt may fill a half by itself. What both
 * log-probabilities do is in the step's row, for a margin may grow while both fall. With a reference an update takes about 1.2
 * times as long as the next token's on the same windows, without one as long (measured as in `kl.ts`).
 */
import * as tf from "../../../tensors.js";
import { losses } from "../../../model/index.js";
import { made, type Options } from "../../../registry.js";
import type { Objective } from "../objective.js";
import { apart, halves, halvesInputs, weightsOfHalves } from "./halves.js";
import { referenceOf } from "./reference.js";

/** Log-probabilities of answers in nats, [pairs] each: of all of an answer, and of one of its tokens on average. */
export interface Answers {
  sum: tf.Tensor;
  mean: tf.Tensor;
}

/** The same of both answers. */
export interface Pairs {
  chosen: Answers;
  rejected: Answers;
}

export interface Preference {
  name: string;
  /** As they are written down; `reference` is among them where there is one. */
  options: Options & { readonly reference?: string };
  /** By how much each pair's chosen answer is preferred, in the objective's own measure, and its loss, [pairs] each. */
  of(policy: Pairs, reference?: Pairs): { margin: tf.Tensor; loss: tf.Tensor };
  /** The chosen answer's own loss besides, a mean over its tokens, in pairs of these domains or of all. */
  answers?: { weight: number; on?: readonly string[] };
}

export function preference({ name, options, of, answers }: Preference): Objective {
  const path = options.reference;
  const reference = path === undefined ? undefined : referenceOf(name, path);
  return made<Objective>({
    name,
    options,
    ...(answers?.on && { on: answers.on }),
    reads: ["weights"],
    order: "pairs",
    check({ config }) {
      if (config.encoder) throw new Error(`${name}: invalid model: an encoder (it learns by masked)`);
    },
    written: () => ({ name, ...options, ...reference?.written() }),
    begin(at) {
      const frozen = reference?.begin(at);
      return {
        ...(frozen && { fixed: frozen.fixed, notes: { reference: frozen.told } }),
        inputs(given) {
          frozen?.check((given.context - 1) / 2);
          return {
            ...halvesInputs(name, given),
            ...(answers?.on && { counted: { shape: [given.batch], dtype: "float32" } }),
          };
        },
        ...(answers?.on && {
          feeds: ({ drawn, domains }) => ({
            ...drawn,
            counted: Float32Array.from(domains, (domain) => (answers.on!.includes(domain) ? 1 : 0)),
          }),
        }),
        loss({ config, weights, state, inputs, memory }) {
          const tokens = halves(inputs.tokens!);
          const counts = weightsOfHalves(inputs.weights!, inputs.tokens!.shape[0]!);
          const policy = pairsOf(losses(config, weights, tokens, { memory }), counts);
          const theirs = frozen && pairsOf(frozen.losses(state, tokens, memory), counts);
          const { margin, loss } = of(policy, theirs);
          const own = answers && tf.mul(policy.chosen.mean, -answers.weight);
          const whole = own ? tf.add(loss, inputs.counted ? tf.mul(own, inputs.counted) : own) : loss;
          const [first, second] = apart(tf.sum(counts, 1));
          const present = tf.cast(tf.logicalAnd(tf.greater(first, 0), tf.greater(second, 0)), "float32");
          const count = tf.sum(present);
          const mean = (x: tf.Tensor): tf.Tensor => tf.div(tf.sum(tf.mul(x, present)), tf.maximum(count, 1));
          const bySequence = tf.mul(whole, present);
          return {
            loss: mean(inputs.weight ? tf.mul(whole, inputs.weight) : whole),
            count,
            outputs: {
              bySequence,
              countBySequence: present,
              accuracy: mean(tf.cast(tf.greater(margin, 0), "float32")),
              margin: mean(margin),
              chosen: mean(policy.chosen.sum),
              rejected: mean(policy.rejected.sum),
            },
          };
        },
      };
    },
  });
}

/** Of losses in nats of the tokens of halves, [2·pairs·(half − 1)], and what each counts, [2·pairs, half − 1]. */
function pairsOf(nats: tf.Tensor, counts: tf.Tensor): Pairs {
  const sums = tf.neg(tf.sum(tf.mul(tf.reshape(nats, counts.shape), counts), 1));
  const means = tf.div(sums, tf.maximum(tf.sum(counts, 1), 1e-6));
  const [[chosen, rejected], [chosenMean, rejectedMean]] = [apart(sums), apart(means)];
  return { chosen: { sum: chosen, mean: chosenMean }, rejected: { sum: rejected, mean: rejectedMean } };
}

/** −log σ(x). */
export const surprise = (x: tf.Tensor): tf.Tensor => tf.softplus(tf.neg(x));

/** By how much more than the reference the policy prefers what was chosen, in nats: of whole answers, or a token on average. */
export function preferredMore(of: keyof Answers, policy: Pairs, reference: Pairs): tf.Tensor {
  const more = (which: keyof Pairs): tf.Tensor => tf.sub(policy[which][of], reference[which][of]);
  return tf.sub(more("chosen"), more("rejected"));
}
