/**
 * Contrastive alignment of pairs: the states of a text and of its translation are drawn together, and away from the other
 * translations of the batch (InfoNCE, van den Oord et al. 2018, https://arxiv.org/abs/1807.03748), beside the next token of
 * both. A window is a pair (`halves.ts`, `corpus.paired`); with z and z′ of its halves pooled after one layer,
 *
 *   loss of pair i = −log softmax over j of cos(z_i, z′_j) / temperature, at j = i,
 *
 * the mean over pairs and over layers; "both" is the mean of that and of the same with z and z′ changed. A pair's negatives are
 * the other pairs of its batch: those of other batches of one update (`accumulate`) are none. Where all states become alike the
 * loss stays at ln(batch), and `cosineOthers` in the step's row goes to 1.
 */
import * as tf from "../../../tensors.js";
import * as z from "zod";
import { logSoftmax } from "../../../engine/index.js";
import { forward, lossesOf } from "../../../model/index.js";
import { made } from "../../../registry.js";
import type { ModelConfig } from "../../../types.js";
import { check } from "../checks.js";
import type { Objective } from "../objective.js";
import { apart, halves, halvesInputs, weightsOfHalves } from "./halves.js";
import { checkPositive, checkWeights } from "./taught.js";

interface Form {
  /** After how many layers, 0 of them before the first; "middle", or "all" from 0 on. */
  layers: "middle" | "all" | number[];
  temperature: number;
  /** The mean of a text's tokens, or its last token. */
  pool: "mean" | "last";
  /** Of the next token's loss. */
  causal: number;
}

/** As published, as far as one objective on one batch goes. */
export const forms = {
  /** Liu and Niehues 2025, https://arxiv.org/abs/2502.14830, where batches of the two losses alternate. */
  "mid-align": { layers: "middle", temperature: 0.1, pool: "mean", causal: 1 },
  /** Li et al. 2023, https://arxiv.org/abs/2311.08089; the last token after the first layer, as its example is called. */
  afp: { layers: [1], temperature: 0.05, pool: "last", causal: 1.5 },
  /** Li et al. 2024, https://arxiv.org/abs/2407.16222, whose pairs are words of a dictionary and which aligns the rows of the head too. */
  prealign: { layers: "all", temperature: 0.1, pool: "mean", causal: 1 },
} as const satisfies Record<string, Form>;

export interface ContrastiveOptions extends Partial<Form> {
  /** What the other options default to; defaults to "mid-align". */
  form?: keyof typeof forms;
  /** Of the contrastive loss; defaults to 1. */
  weight?: number;
  /** Whether a text is told from translations alone (the default), or translations from texts too. */
  directions?: "one" | "both";
}

export const contrastiveOptions = z.strictObject({
  form: z.enum(Object.keys(forms) as [keyof typeof forms]).optional(),
  layers: z.union([z.enum(["middle", "all"]), z.array(z.int().min(0)).min(1)]).optional(),
  temperature: z.number().gt(0).optional(),
  pool: z.enum(["mean", "last"]).optional(),
  causal: z.number().min(0).optional(),
  weight: z.number().min(0).optional(),
  directions: z.enum(["one", "both"]).optional(),
});

export function contrastive(options: ContrastiveOptions = {}): Objective {
  const { form = "mid-align", weight = 1, directions = "one" } = options;
  if (!Object.hasOwn(forms, form))
    throw new Error(`contrastive: invalid form: ${String(form)} (one of ${Object.keys(forms).join(", ")})`);
  const { layers, temperature, pool, causal } = { ...(forms[form] as Form), ...defined(options) };
  checkPositive("contrastive", { temperature });
  checkWeights("contrastive", { weight, causal });
  if (typeof layers === "object")
    layers.forEach((layer, i) => check("contrastive", `layers[${i}]`, layer, Number.isInteger(layer) && layer >= 0));
  return made<Objective>({
    name: "contrastive",
    options: { layers, temperature, pool, causal, weight, directions },
    reads: ["weights", "documents"],
    order: "pairs",
    check({ config }) {
      if (config.encoder) throw new Error("contrastive: invalid model: an encoder (it learns by masked)");
      const beyond = typeof layers === "object" ? layers.find((layer) => layer > config.layers) : undefined;
      if (beyond !== undefined)
        throw new Error(`contrastive: invalid layer: ${beyond} (the model has ${config.layers})`);
    },
    begin: () => ({
      inputs({ batch, context, weighted }) {
        if (batch < 2)
          throw new Error(
            `contrastive: invalid batch: ${batch} (a pair is told from the others of its batch: at least 2)`,
          );
        return {
          ...halvesInputs("contrastive", { batch, context, weighted }),
          documents: { shape: [batch * (context + 1)], dtype: "int32" },
        };
      },
      loss({ config, weights, inputs, memory }) {
        const tokens = halves(inputs.tokens!);
        const [rows, half] = tokens.shape as [number, number];
        const wanted = new Set(layersOf(layers, config));
        const states: tf.Tensor[] = [];
        const read = tf.slice(tokens, [0, 0], [rows, half - 1]);
        const last = forward(config, weights, read, {
          memory,
          onLayer: (done, x) => void (wanted.has(done) && states.push(x)),
        });
        const targets = tf.reshape(tf.slice(tokens, [0, 1], [rows, half - 1]), [-1]);
        const nats = tf.reshape(lossesOf(config, weights, last, targets, { memory }), [rows, half - 1]);
        const counts = weightsOfHalves(inputs.weights!, rows / 2);
        const count = tf.sum(counts);
        const sums = tf.addN(apart(tf.sum(tf.mul(nats, counts), 1)));
        const countBySequence = tf.addN(apart(tf.sum(counts, 1)));
        const total = tf.sum(inputs.weight ? tf.mul(sums, inputs.weight) : sums);
        const crossEntropy = tf.div(total, tf.maximum(count, 1));

        const real = tf.slice(tf.reshape(inputs.documents!, [rows, half]), [0, 0], [rows, half - 1]);
        const mask = tf.cast(tf.greaterEqual(real, 0), "float32");
        const each = states.map((x) => aligned(pooled(x, mask, pool), { temperature, directions }));
        const mean = (of: keyof Aligned): tf.Tensor => tf.div(tf.addN(each.map((layer) => layer[of])), each.length);
        const loss = tf.add(tf.mul(crossEntropy, causal), tf.mul(mean("loss"), weight));
        return {
          loss,
          count,
          outputs: {
            bySequence: tf.div(sums, tf.maximum(countBySequence, 1)),
            countBySequence,
            crossEntropy,
            contrastive: mean("loss"),
            cosinePairs: mean("pairs"),
            cosineOthers: mean("others"),
          },
        };
      },
    }),
  });
}

const defined = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;

function layersOf(layers: Form["layers"], config: ModelConfig): number[] {
  if (layers === "middle") return [Math.max(1, Math.round(config.layers / 2))];
  return layers === "all" ? Array.from({ length: config.layers + 1 }, (_, i) => i) : layers;
}

/** States [rows·time, width], mask [rows, time] that is 1 at a text's tokens, which come first → [rows, width]. */
export function pooled(states: tf.Tensor, mask: tf.Tensor, pool: "mean" | "last"): tf.Tensor {
  const [rows, time] = mask.shape as [number, number];
  const x = tf.reshape(states, [rows, time, -1]);
  const tokens = tf.sum(mask, 1, true);
  // Of the last one: what no token after it takes over.
  const after = tf.concat([tf.slice(mask, [0, 1], [rows, time - 1]), tf.zeros([rows, 1])], 1);
  const share = pool === "mean" ? tf.div(mask, tf.maximum(tokens, 1)) : tf.sub(mask, tf.mul(mask, after));
  return tf.sum(tf.mul(x, tf.expandDims(share, 2)), 1);
}

interface Aligned {
  loss: tf.Tensor;
  /** Mean cosine of translations, and of what are none. */
  pairs: tf.Tensor;
  others: tf.Tensor;
}

/** Of pooled states [2·pairs, width], a pair's one after the other. */
export function aligned(
  states: tf.Tensor,
  { temperature, directions }: { temperature: number; directions: "one" | "both" },
): Aligned {
  const width = states.shape[1]!;
  const lengths = tf.sqrt(tf.maximum(tf.sum(tf.square(states), 1, true), 1e-16));
  const [one, two] = tf.unstack(tf.reshape(tf.div(states, lengths), [-1, 2, width]), 1);
  const pairs = one!.shape[0]!;
  const cosines = tf.matMul(one as tf.Tensor2D, two as tf.Tensor2D, false, true);
  return { ...infoNce(cosines, { temperature, directions }), ...means(cosines, pairs) };
}

function means(cosines: tf.Tensor, pairs: number): { pairs: tf.Tensor; others: tf.Tensor } {
  const diagonal = tf.sum(tf.mul(cosines, tf.eye(pairs)));
  const others = tf.sub(tf.sum(cosines), diagonal);
  return { pairs: tf.div(diagonal, pairs), others: tf.div(others, Math.max(1, pairs * (pairs - 1))) };
}

/** Cosines [n, n] of texts and translations → the mean over texts, in nats. */
export function infoNce(
  cosines: tf.Tensor,
  { temperature, directions }: { temperature: number; directions: "one" | "both" },
): { loss: tf.Tensor } {
  const n = cosines.shape[0]!;
  const scores = tf.div(cosines, temperature);
  const over = (x: tf.Tensor): tf.Tensor => tf.neg(tf.mean(tf.sum(tf.mul(logSoftmax(x), tf.eye(n)), 1)));
  return { loss: directions === "one" ? over(scores) : tf.div(tf.add(over(scores), over(tf.transpose(scores))), 2) };
}
