/**
 * How much a text's loss depends on each number that is trained: the diagonal of the Fisher information, from one sequence at
 * a time, since the square of a batch's mean gradient is smaller by about the batch. It is per token: half the sum of
 * importance · d² is about what the mean loss of a token of that text rises by, in nats, where the weights move by d.
 */
import * as tf from "../../../tensors.js";
import type { Engine, Specs, State, Tensors } from "../../../engine/index.js";
import { forward, logits, losses, lossesOf } from "../../../model/index.js";
import { rng } from "../../../rng.js";
import type { ModelConfig, OnProgress } from "../../../types.js";
import { valueAndGradients } from "../differentiate.js";
import { domainFeeds } from "../domains.js";
import { taken } from "../rows.js";
import { evaluationStep, specsOf, type Step } from "../step.js";
import type { Leaves } from "../types.js";

/**
 * "text" squares the gradients of the text's own next tokens (the empirical Fisher information), "model" those of tokens that
 * the model draws in their place, each after the text's own (the true one).
 */
export type Labels = "text" | "model";

export interface ImportanceOptions {
  engine: Engine;
  /** Weights, and the slots that are added to. */
  state: State;
  config: ModelConfig;
  leaves: Leaves;
  /** Of a leaf. */
  slot: (leaf: string) => string;
  context: number;
  /** Of the text. */
  domain: string;
  sequences: number;
  /** The n-th from 0: `context` + 1 tokens. */
  sequence: (n: number) => Int32Array;
  labels: Labels;
  seed: number;
  label: string;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** Adds the importance of every leaf to its slot. */
export async function addImportance(options: ImportanceOptions): Promise<void> {
  const { engine, state, leaves, context, domain, sequences, sequence, labels, seed, label, signal, onProgress } =
    options;
  const { fn, signature } = importanceStep(options);
  const program = await engine.compile(fn, signature);
  const random = rng(seed).fork("importance");
  try {
    for (let done = 0; done < sequences && !signal?.aborted; done++) {
      const tokens = sequence(done);
      const share = Float32Array.of(1 / sequences);
      const draws = labels === "model" && { draws: Float32Array.from({ length: context }, () => random.uniform()) };
      await program.run(state, { tokens, share, ...draws, ...domainFeeds(leaves, [domain]) });
      onProgress?.({ label, done: done + 1, total: sequences });
    }
  } finally {
    await program.dispose();
  }
}

/** Feeds: `tokens` of a sequence, the `share` that it counts for, `draws` in [0, 1) for labels of the model. */
export function importanceStep(
  options: Pick<ImportanceOptions, "config" | "leaves" | "slot" | "context" | "labels">,
): Step {
  const { config, leaves, slot, context, labels } = options;
  const { signature } = evaluationStep({ config, batch: 1, context, leaves });
  const slots = Object.entries(leaves.leaves).map(([name, { shape }]) => [slot(name), { shape }]);
  const draws: Specs = labels === "model" ? { draws: { shape: [context], dtype: "float32" } } : {};
  return {
    signature: {
      state: { ...signature.state, ...specsOf(Object.fromEntries(slots)) },
      inputs: { ...signature.inputs, share: { shape: [], dtype: "float32" }, ...draws },
    },
    fn(state, inputs) {
      const { tokens, share, draws } = inputs;
      const still = leaves.weights?.(state, inputs) ?? state;
      const drawn = draws && drawnBy(config, still, tokens!, draws);
      const { gradients } = valueAndGradients(Object.keys(leaves.leaves), state, (named) => {
        const live = { ...state, ...named };
        const weights = leaves.weights?.(live, inputs) ?? live;
        return tf.mean(
          drawn
            ? lossesOf(config, weights, forward(config, weights, read(tokens!)), drawn)
            : losses(config, weights, tokens!),
        );
      });
      // The gradient of a mean over the tokens, squared: times their number it is a token's share of the sum's.
      const factor = tf.mul(share!, context);
      const next: Tensors = {};
      for (const [name, gradient] of Object.entries(taken(leaves.rows, gradients)))
        next[slot(name)] = tf.add(state[slot(name)]!, tf.mul(tf.square(gradient), factor));
      return { state: next, outputs: {} };
    },
  };
}

/** A token after each of the sequence, drawn from the model's distribution there: the first whose share of the mass passes the draw. */
function drawnBy(config: ModelConfig, weights: Tensors, tokens: tf.Tensor, draws: tf.Tensor): tf.Tensor {
  const mass = tf.softmax(logits(config, weights, forward(config, weights, read(tokens))));
  const below = tf.lessEqual(tf.cumsum(mass, 1), tf.reshape(draws, [-1, 1]));
  // Rounding may leave the whole mass below a draw.
  return tf.minimum(tf.sum(tf.cast(below, "int32"), 1), mass.shape[1]! - 1);
}

const read = (tokens: tf.Tensor): tf.Tensor => tf.slice(tokens, [0, 0], [1, tokens.shape[1]! - 1]);
