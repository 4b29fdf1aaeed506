/**
 * A base model from random weights, and the tokenizer with it. The run is kept in the cache under the hash of all that made
 * it, so whoever asks for the same base again has it at once, and one that was interrupted goes on.
 */
import { join } from "node:path";
import { cacheFolder } from "../corpus/index.js";
import { choose } from "../engine/index.js";
import { fixed, type Mixture } from "../mixture/index.js";
import { type ConfigOptions, configOf, init, type Size } from "../model/index.js";
import { rng } from "../rng.js";
import type { LanguageModel, Tokenizer } from "../types.js";
import { train as trainTokenizer } from "../vocab/index.js";
import { hashOf } from "./hash.js";
import { identity } from "./run/identity.js";
import { evaluationPoints } from "./run/points.js";
import type { Run } from "./run/run.js";
import { cosine, type Schedule } from "./schedules/index.js";
import { byName, closeShards, encodeTexts, type Texts } from "./text.js";
import { composedOf, roomIn } from "./composed.js";
import type { RunOptions } from "./options.js";
import { train } from "./train.js";

export interface PretrainOptions extends Partial<RunOptions> {
  /** Row of `model.sizes`; defaults to "tiny". */
  size?: Size;
  /** Fields of the architecture that differ from the size's. */
  config?: Partial<Omit<ConfigOptions, "size" | "vocabSize">>;
  /** Text, of one domain or of several. */
  on: Texts;
  /** Defaults to one that is trained on the train parts. */
  tokenizer?: Tokenizer;
  /** Tokens of the tokenizer to train; defaults to 4096. */
  vocabSize?: number;
  /** Defaults to equal shares of the domains. */
  mixture?: Mixture;
  /** Defaults to `cosine` with a peak of 3e-3 (1e-3 from "small" on). */
  schedule?: Schedule;
  /** UTF-8 bytes of held-out documents to score per domain; defaults to 65536. */
  heldOutBytes?: number;
  /** Whether to keep the run in the cache and take it from there; defaults to true unless `dir` is given. */
  cache?: boolean;
}

/** A run that is also its model, to hand on as it is. */
export interface Base extends Run, LanguageModel {}

export async function pretrain(options: PretrainOptions): Promise<Base> {
  const { size = "tiny", on, seed = 1, steps = 1000, batch = 16, heldOutBytes, signal, onProgress } = options;
  const { schedule = cosine({ peak: small.has(size) ? 3e-3 : 1e-3 }), cache = options.dir === undefined } = options;
  const texts = byName(on);
  const domains = Object.keys(texts);
  if (domains.length === 0) throw new Error("pretrain: invalid on: {} (name at least one text)");
  const mixture = options.mixture ?? fixed(Object.fromEntries(domains.map((domain) => [domain, 1 / domains.length])));
  const { vocabSize: wanted = 4096, config: fields } = options;
  const specials = specialsFor(fields);
  const tokenizer =
    options.tokenizer ??
    (await trainTokenizer({
      texts: Object.values(texts).flatMap(({ train }) => train),
      size: wanted,
      specials,
      signal,
      onProgress,
    }));
  const model = fresh({ size, tokenizer, seed, config: options.config });
  const shards = await encodeTexts({ on: texts, tokenizer, heldOutBytes, signal, onProgress });
  try {
    const {
      name = `pretrain ${size}`,
      context = roomIn(model, options.parameters),
      evaluateAt = evaluationPoints({ steps }),
    } = options;
    const engine = options.engine ?? (await choose());
    const filled = {
      ...options,
      name,
      seed,
      steps,
      batch,
      context,
      evaluateAt,
      schedule,
      mixture,
      model,
      shards,
      engine,
    };
    const { recipe, unknown } = identity({ ...filled, ...composedOf(filled) });
    // Engines agree to rounding only, so a base is cached for the device that made it.
    const key = hashOf({ ...recipe, engine: { mode: engine.mode, device: engine.device } });
    const cached =
      cache && unknown.length === 0
        ? { dir: join(cacheFolder(), "models", key), resume: true, remake: true, patience: Infinity }
        : {};
    const run = await train({ ...filled, ...cached });
    return { ...run, ...run.model };
  } finally {
    closeShards(shards);
  }
}

const small = new Set<Size>(["nano", "micro", "tiny"]);

/** Random weights for a tokenizer, from the seed alone. */
export function fresh(options: {
  size: Size;
  tokenizer: Tokenizer;
  seed: number;
  config?: PretrainOptions["config"];
}): LanguageModel {
  const { size, tokenizer, seed } = options;
  const config = configOf({ size, vocabSize: tokenizer.size, ...options.config });
  return { config, weights: init({ config, rng: rng(seed).fork("weights") }), tokenizer };
}

/** Special tokens that a tokenizer is trained with for a model of such fields; RoBERTa's pad token has id 1. */
export const specialsFor = (config: PretrainOptions["config"] = {}): string[] | undefined =>
  configOf({ vocabSize: 1, ...config }).encoder ? ["<|endoftext|>", "<pad>", "<mask>"] : undefined;
