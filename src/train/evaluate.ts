/** A model scored without training: the same rows as at an evaluation of a run, of any model and any text. */
import { choose, type Engine } from "../engine/index.js";
import type { Evaluation, LanguageModel, Measurement, OnProgress, Weights } from "../types.js";
import { bitsPerByte } from "./evaluators/bits-per-byte.js";
import { maskedLoss } from "./evaluators/masked-loss.js";
import type { Evaluator } from "./evaluators/types.js";
import { allOf } from "./step/step.js";
import type { Parameters } from "./step/types.js";
import { roomIn } from "./composed.js";
import { checkShards, closeShards, encodeTexts, type Shards, type Texts } from "./text.js";

export interface EvaluateOptions {
  /** Text by domain, of which the held-out parts are scored; or else `shards`. */
  on?: Texts;
  /** Open shards by domain; the caller closes them. */
  shards?: Shards;
  /** UTF-8 bytes of held-out documents to score per domain; defaults to all of them. */
  heldOutBytes?: number;
  /** With modules beside the model, e.g. a run's `modules`; a text's domain is its name. Defaults to the model alone. */
  parameters?: Parameters;
  /** Rows of `train.evaluators`; defaults to bits per byte alone, for an encoder to `maskedLoss()`. */
  evaluators?: readonly Evaluator[];
  /** Sequences at once; defaults to 16. */
  batch?: number;
  /** Tokens predicted per sequence; defaults to the model's context. */
  context?: number;
  /** Defaults to `engine.choose()`. */
  engine?: Engine;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface Scores {
  /** One row per domain: nats per token and bits per byte. */
  evaluations: Omit<Evaluation, "step" | "tokens">[];
  measurements: Omit<Measurement, "step" | "tokens">[];
}

export async function evaluate(model: LanguageModel, options: EvaluateOptions): Promise<Scores> {
  const scorer = await scorerOf(model, options);
  try {
    return await scorer.score();
  } finally {
    await scorer.dispose();
  }
}

/** Scores models that differ in nothing but their weights, with programs that are compiled once. */
export interface Scorer {
  /** Of these weights from then on; defaults to those that it has. */
  score(weights?: Weights): Promise<Scores>;
  dispose(): Promise<void>;
}

export async function scorerOf(model: LanguageModel, options: EvaluateOptions): Promise<Scorer> {
  const { on, heldOutBytes = Infinity, batch = 16, signal, onProgress } = options;
  const room = roomIn(model, options.parameters);
  const { context = room } = options;
  const standard = model.config.encoder ? maskedLoss() : bitsPerByte();
  const { evaluators = [standard] } = options;
  if (!on === !options.shards) throw new Error("evaluate: invalid text: give either on or shards");
  if (!(Number.isInteger(context) && context >= 1 && context <= room))
    throw new Error(`evaluate: invalid context: ${context} (1 to ${room}, what the model sees)`);
  if (!(Number.isInteger(batch) && batch >= 1)) throw new Error(`evaluate: invalid batch: ${batch} (from 1)`);
  const { tokenizer, config } = model;
  const shards = options.shards ?? (await encodeTexts({ on: on!, tokenizer, heldOutBytes, signal, onProgress }));
  const ends: (() => unknown)[] = on ? [() => closeShards(shards)] : [];
  const dispose = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    checkShards(shards, model);
    const engine = options.engine ?? (await choose());
    const leaves = options.parameters?.of({ config, seed: 1, weights: model.weights }) ?? allOf(config);
    const state = engine.upload({ ...model.weights, ...leaves.added });
    ends.push(() => state.dispose());
    const running = evaluators.map((evaluator) => {
      const one = evaluator.begin({
        engine,
        model,
        leaves,
        shards,
        batch,
        context,
        standard,
        others: evaluators,
        onProgress,
      });
      ends.push(() => one.dispose());
      return one;
    });
    return {
      async score(weights) {
        if (weights) state.write(weights);
        const scores: Scores = { evaluations: [], measurements: [] };
        for (const one of running) {
          signal?.throwIfAborted();
          for (const row of await one.evaluate(state)) {
            if ("metric" in row) scores.measurements.push(row);
            else scores.evaluations.push(row);
          }
        }
        return scores;
      },
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
