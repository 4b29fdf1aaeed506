/**
 * The loss of a reference model on every window of a text, as the numbers that an order reads by:
 * `corpus.curriculum({ score: corpus.given({ values }) })`. The model is scored as it is, each window from its own first token.
 */
import { cut } from "../corpus/index.js";
import { choose, type Engine } from "../engine/index.js";
import type { LanguageModel, OnProgress } from "../types.js";
import { allOf, evaluationStep } from "./step/step.js";
import { checkShards, closeShards, encodeTexts, type Shards, type Texts } from "./text.js";

export interface WindowLossesOptions {
  /** Text by domain, of which the train parts are scored; or else `shards`. */
  on?: Texts;
  /** Open shards by domain; the caller closes them. */
  shards?: Shards;
  /** Of the run that is to read by these numbers; defaults to the model's. */
  context?: number;
  /** Windows at once; defaults to 16. */
  batch?: number;
  /** Defaults to `engine.choose()`. */
  engine?: Engine;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** Mean nats per token of each window, by domain. */
export async function windowLosses(
  model: LanguageModel,
  options: WindowLossesOptions,
): Promise<Record<string, number[]>> {
  const { on, context = model.config.context, batch = 16, signal, onProgress } = options;
  if (!on === !options.shards) throw new Error("windowLosses: invalid text: give either on or shards");
  if (!(Number.isInteger(context) && context >= 1 && context <= model.config.context))
    throw new Error(`windowLosses: invalid context: ${context} (1 to ${model.config.context}, what the model sees)`);
  if (!(Number.isInteger(batch) && batch >= 1)) throw new Error(`windowLosses: invalid batch: ${batch} (from 1)`);
  const shards = options.shards ?? (await encodeTexts({ on: on!, tokenizer: model.tokenizer, signal, onProgress }));
  try {
    checkShards(shards, model);
    const engine = options.engine ?? (await choose());
    const { config } = model;
    const { fn, signature } = evaluationStep({ config, batch, context, leaves: allOf(config) });
    const program = await engine.compile(fn, signature);
    const state = engine.upload(model.weights);
    try {
      const losses: Record<string, number[]> = {};
      for (const [domain, { train: shard }] of Object.entries(shards)) {
        if (!shard) continue;
        const { count, read } = cut({ shard, context });
        const own: number[] = (losses[domain] = []);
        while (own.length < count) {
          signal?.throwIfAborted();
          const from = own.length;
          const some = Math.min(batch, count - from);
          const tokens = new Int32Array(batch * (context + 1));
          for (let i = 0; i < some; i++) tokens.set(read(from + i), i * (context + 1));
          const { perToken } = await program.run(state, { tokens });
          for (let i = 0; i < some; i++) own.push(meanOf(perToken!.subarray(i * context, (i + 1) * context)));
          onProgress?.({ label: `score ${domain}`, done: own.length, total: count });
        }
      }
      return losses;
    } finally {
      state.dispose();
      await program.dispose();
    }
  } finally {
    if (on) closeShards(shards);
  }
}

const meanOf = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
