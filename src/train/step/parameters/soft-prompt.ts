/**
 * A soft prompt (Lester et al. 2021, https://arxiv.org/abs/2104.08691): trained vectors before the first token of every sequence,
 * where the model itself stays as it is; losses are of the tokens alone. With `domains` each has vectors of its own, and a sequence
 * of no such domain has zeros there. The vectors take their places out of the model's context.
 *
 * They begin as rows of the embedding table, drawn from the run's seed, as the authors' sampled vocabulary.
 */
import * as z from "zod";
import * as tf from "../../../tensors.js";
import { tablesOf } from "../../../architecture/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { ModelConfig, NdArray, Weights } from "../../../types.js";
import { beside, type BesideOptions, besideOptions, besideSaid, chosen, DOMAIN, toldRows } from "./beside.js";
import type { Leaves, Parameters } from "../types.js";

export interface SoftPromptOptions extends BesideOptions {
  /** Vectors before a sequence; defaults to 10. */
  tokens?: number;
}

export const softPromptOptions = z.strictObject({ tokens: z.int().min(1).optional(), ...besideOptions });

export function softPrompt({ tokens = 10, ...options }: SoftPromptOptions = {}): Parameters {
  const caller = "softPrompt";
  if (!(Number.isInteger(tokens) && tokens >= 1))
    throw new Error(`${caller}: invalid tokens: ${tokens} (a whole number from 1)`);
  return made({
    name: "soft-prompt",
    options: { tokens, ...besideSaid(caller, options) },
    places: tokens,
    told(run) {
      const newRows = toldRows(options, run.newRows);
      return newRows && softPrompt({ ...options, tokens, newRows });
    },
    of({ config, seed, weights }) {
      if (tokens >= config.context)
        throw new Error(`${caller}: invalid tokens: ${tokens} (fewer than the model's context, ${config.context})`);
      const { domains } = options;
      const named = new Map((domains ?? [undefined]).map((domain) => [promptOf(domain), domain]));
      const names = [...named.keys()];
      const begun = names.map((name) => [name, begin({ name, tokens, config, seed, weights })] as const);
      const module = {
        reads: domains ? [DOMAIN, ...names] : names,
        of({ tensors, y, batch }: { tensors: tf.Tensor[]; y: tf.Tensor; batch: number }): tf.Tensor {
          const [rows, width] = y.shape as [number, number];
          const time = rows / batch;
          const [first, ...rest] = tensors as [tf.Tensor, ...tf.Tensor[]];
          const own = domains
            ? chosen(first, rest, batch)
            : tf.tile(tf.reshape(first, [1, tokens, width]), [batch, 1, 1]);
          return tf.reshape(tf.concat([own, tf.reshape(y, [batch, time, width])], 1), [-1, width]);
        },
      };
      const role = "embedding";
      const parts = { added: Object.fromEntries(begun), domainOf: (name: string) => named.get(name) };
      const [name] = names;
      const adapter: Leaves["adapter"] = (state) => ({ updates: {}, rows: {}, prompt: state[name!]! });
      return beside({
        ...options,
        ...parts,
        ...(!domains && { adapter }),
        config,
        caller,
        role,
        modules: { embedding: module },
      });
    },
  });
}

const promptOf = (domain?: string): string => (domain === undefined ? "prompt" : `prompt.${domain}`);

interface Begin {
  name: string;
  tokens: number;
  config: ModelConfig;
  seed: number;
  weights: Weights | undefined;
}

function begin({ name, tokens, config, seed, weights }: Begin): NdArray {
  const table = weights?.[tablesOf(config).embedding];
  const width = config.embeddingWidth ?? config.width;
  const data = new Float32Array(tokens * width);
  const random = rng(seed).fork(name);
  for (let i = 0; table && i < tokens; i++) {
    const row = random.int(table.shape[0]!) * width;
    data.set(table.data.subarray(row, row + width), i * width);
  }
  return { shape: [tokens, width], data };
}
