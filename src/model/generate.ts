/** Text from a model, token by token over a window of fixed size. Greedy at temperature 0, else sampled from the `topK` best. */
import * as tf from "@tensorflow/tfjs";
import type { Engine, StepFunction } from "../engine/index.js";
import type { Rng } from "../rng.js";
import type { LanguageModel } from "../types.js";
import { parameterShapes } from "../architecture/index.js";
import { forward, logits as logitsOf } from "./forward.js";

export interface GenerateOptions {
  model: LanguageModel;
  engine: Engine;
  prompt: string;
  /** Defaults to 40. */
  tokens?: number;
  /** Defaults to 0.8; 0 is greedy. */
  temperature?: number;
  /** Defaults to 40. */
  topK?: number;
  rng: Rng;
  signal?: AbortSignal;
}

/** The prompt and what follows it, up to `tokens` tokens or the end of the document. */
export async function generate({
  model,
  engine,
  prompt,
  tokens = 40,
  temperature = 0.8,
  topK = 40,
  rng,
  signal,
}: GenerateOptions): Promise<string> {
  const check = (name: string, value: number, ok: boolean, wanted: string): void => {
    if (!ok) throw new Error(`generate: invalid ${name}: ${value} (${wanted})`);
  };
  check("tokens", tokens, Number.isInteger(tokens) && tokens >= 0, "a whole number from 0");
  check("temperature", temperature, temperature >= 0 && temperature < Infinity, "a number from 0");
  check("topK", topK, Number.isInteger(topK) && topK >= 1, "a whole number from 1");
  const { config, tokenizer, weights } = model;
  const ids = [tokenizer.endOfText, ...(await tokenizer.encode(prompt))];
  const window = Math.min(config.context, ids.length + tokens);
  const next: StepFunction = (params, { ids: window_, last }) => {
    const hidden = tf.gather(forward(config, params, window_!), last as tf.Tensor1D);
    return { outputs: { logits: logitsOf(config, params, hidden) } };
  };
  const specs = Object.fromEntries(
    Object.entries(parameterShapes(config)).map(([name, shape]) => [name, { shape, dtype: "float32" as const }]),
  );
  const program = await engine.compile(next, {
    state: specs,
    inputs: { ids: { shape: [1, window], dtype: "int32" }, last: { shape: [1], dtype: "int32" } },
  });
  const state = engine.upload(weights);
  try {
    for (let made = 0; made < tokens && !signal?.aborted; made++) {
      const seen = ids.slice(-window);
      const padded = new Int32Array(window);
      padded.set(seen);
      const { logits } = await program.run(state, { ids: padded, last: Int32Array.of(seen.length - 1) });
      const id = choose(logits!.subarray(0, tokenizer.size), temperature, topK, rng);
      if (id === tokenizer.endOfText) break;
      ids.push(id);
    }
  } finally {
    state.dispose();
    await program.dispose();
  }
  return tokenizer.decode(ids.slice(1));
}

function choose(logits: Float32Array, temperature: number, topK: number, rng: Rng): number {
  const order = Array.from(logits.keys()).sort((a, b) => logits[b]! - logits[a]! || a - b);
  if (temperature === 0) return order[0]!;
  const best = order.slice(0, topK);
  const weights = best.map((id) => Math.exp((logits[id]! - logits[best[0]!]!) / temperature));
  let left = rng.uniform() * weights.reduce((a, b) => a + b, 0);
  for (const [i, weight] of weights.entries()) if ((left -= weight) <= 0) return best[i]!;
  return best.at(-1)!;
}
