/**
 * The tuned lens (Belrose et al. 2023, https://arxiv.org/abs/2303.08112): for each layer an affine map, trained so that the head
 * reads from its states what the model predicts in the end, KL(final ‖ layer). The logit lens asks what the head can read as it
 * is; this asks what is there at all in a form that is one matrix away, and so says nothing of what the model itself reads.
 * The model stays as it is. Compare layers by it on other texts than it was trained on: `logitLens(model, { lens })`.
 */
import * as tf from "../../tensors.js";
import { choose, logSoftmax, type StepFunction, zerosOf } from "../../engine/index.js";
import { asLast, forward, LOGITS, logits } from "../../model/index.js";
import { rng } from "../../rng.js";
import type { LanguageModel } from "../../types.js";
import { valueAndGradients } from "../step/differentiate.js";
import { adamw } from "../step/optimisers/adamw.js";
import { allOf, specsOf } from "../step/step.js";
import type { Optimiser } from "../step/types.js";
import { lacks } from "./logit-lens.js";
import { layersAsked, type ReadingOptions, windowsOf } from "./reading.js";
import { newTranslators, translated, type Translators } from "./translators.js";

export interface TunedLensOptions extends ReadingOptions {
  /** Default to all but the last, from 0; the last is the model. */
  layers?: readonly number[];
  /** Of each layer's matrix; defaults to "full". */
  rank?: number | "full";
  /** Updates, each on `batch` of the texts; defaults to 250. */
  steps?: number;
  /** At the start; it falls to 0 on a straight line. Defaults to 1e-3. */
  learningRate?: number;
  /** Row of `train.optimisers`; defaults to AdamW without decay, betas 0.9 and 0.999. */
  optimiser?: Optimiser;
  /** Of the order of the texts and of low-rank starts; defaults to 1. */
  seed?: number;
}

export interface TunedLens extends Translators {
  /** Before each update: mean over layers of KL(final ‖ layer), nats by position. */
  steps: { step: number; kl: number }[];
}

export async function tunedLens(model: LanguageModel, options: TunedLensOptions): Promise<TunedLens> {
  const { config, tokenizer } = model;
  const { rank = "full", steps = 250, learningRate = 1e-3, seed = 1, signal, onProgress } = options;
  const { optimiser = adamw({ betas: [0.9, 0.999], weightDecay: 0 }) } = options;
  const all = Array.from({ length: config.layers }, (_, layer) => layer);
  const layers = layersAsked("tunedLens", model, options.layers ?? all).filter((layer) => layer < config.layers);
  const check = (name: string, value: unknown, ok: boolean, wanted: string): void => {
    if (!ok) throw new Error(`tunedLens: invalid ${name}: ${String(value)} (${wanted})`);
  };
  const fits = rank === "full" || (Number.isInteger(rank) && rank >= 1 && rank <= config.width);
  check("rank", rank, fits, `1 to ${config.width}, or "full"`);
  check("steps", steps, Number.isInteger(steps) && steps >= 1, "a whole number from 1");
  check("learningRate", learningRate, learningRate > 0 && learningRate < Infinity, "a positive number");
  check("layers", options.layers, layers.length > 0, "one below the last at least");
  const windows = await windowsOf("tunedLens", model, options);
  const { ids, before, time } = windows;
  const batch = Math.max(1, Math.min(options.batch ?? 16, ids.length, Math.floor(LOGITS / (time * config.vocabSize))));
  const random = rng(seed);
  const { weights } = newTranslators({ layers, width: config.width, rank, rng: random });
  const leaves = Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, { shape }]));
  const slots = optimiser.slots(leaves);
  const scalars = Object.keys(optimiser.scalars(1, learningRate));

  const fn: StepFunction = (state, inputs) => {
    const seen: tf.Tensor[] = [];
    forward(config, state, inputs.tokens!, { onLayer: (layer, x) => void (seen[layer] = x) });
    const read = (x: tf.Tensor): tf.Tensor => logSoftmax(logits(config, state, asLast(config, state, x)));
    const final = read(seen[config.layers]!);
    const { value, gradients } = valueAndGradients(Object.keys(leaves), state, (own) => {
      const each = layers.map((layer) =>
        tf.sum(tf.mul(lacks(final, read(translated(own, layer, seen[layer]!))), inputs.counted!)),
      );
      return tf.addN(each);
    });
    const fed = Object.fromEntries(scalars.map((name) => [name, inputs[name]!]));
    return { state: optimiser.update(state, gradients, fed, { leaves }).state, outputs: { kl: value } };
  };

  const engine = options.engine ?? (await choose());
  const zeros = Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, zerosOf(slot)]));
  const program = await engine.compile(fn, {
    state: specsOf({ ...allOf(config).leaves, ...leaves, ...slots }),
    inputs: {
      tokens: { shape: [batch, time], dtype: "int32" },
      counted: { shape: [batch * time], dtype: "float32" },
      ...Object.fromEntries(scalars.map((name) => [name, { shape: [], dtype: "float32" as const }])),
    },
  });
  const state = engine.upload({ ...model.weights, ...weights, ...zeros });
  const rows: TunedLens["steps"] = [];
  let order: number[] = [];
  try {
    for (let step = 1; step <= steps; step++) {
      signal?.throwIfAborted();
      const tokens = new Int32Array(batch * time).fill(tokenizer.endOfText);
      const counted = new Float32Array(batch * time);
      for (let i = 0; i < batch; i++) {
        if (order.length === 0) order = random.fork(`order ${step}`).shuffle(ids.map((_, text) => text));
        const own = ids[order.pop()!]!;
        tokens.set(before, i * time);
        tokens.set(own, i * time + before.length);
        // Each position but the text's last: what it predicts is in the text.
        counted.fill(1, i * time + Math.max(0, before.length - 1), i * time + before.length + own.length - 1);
      }
      const positions = counted.reduce((sum, one) => sum + one, 0);
      const rate = (learningRate * (steps - step + 1)) / steps;
      const feeds = { tokens, counted: counted.map((one) => one / Math.max(1, positions)) };
      const { kl } = await program.run(state, { ...feeds, ...optimiser.scalars(step, rate) });
      rows.push({ step, kl: kl![0]! / layers.length });
      onProgress?.({ label: "tune the lens", done: step, total: steps });
    }
    return { layers, rank, weights: await state.download(Object.keys(weights)), steps: rows };
  } finally {
    state.dispose();
    await program.dispose();
  }
}
