/**
 * Text from a model, token by token; keys and values of what was read are kept (`cache.ts`). Greedy at temperature 0, else
 * sampled from the `topK` best. A text that outgrows the model's context goes on from its last half window, read again.
 */
import { parameterShapes } from "../architecture/index.js";
import type { Engine, Specs } from "../engine/index.js";
import type { Rng } from "../rng.js";
import type { LanguageModel } from "../types.js";
import { type Beside, cachedReader } from "./cache.js";

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
  /** Ids before the prompt's; defaults to the end of a document, after which every document of a training text begins. */
  before?: readonly number[];
  /** Modules beside the model, e.g. `train.besideOf(model, { parameters, domain })`. Defaults to none. */
  beside?: Beside | undefined;
  rng: Rng;
  signal?: AbortSignal;
  /** Called with each piece of the text as it comes, the prompt first; only at the end may a piece be part of a character. */
  onText?: (text: string) => void;
}

/** The prompt and what follows it, up to `tokens` tokens or the end of the document. */
export async function generate(options: GenerateOptions): Promise<string> {
  const { model, engine, prompt, tokens = 40, temperature = 0.8, topK = 40, beside, rng, signal, onText } = options;
  const { config, tokenizer, weights } = model;
  const { before = [tokenizer.endOfText] } = options;
  const check = (name: string, value: unknown, ok: boolean, wanted: string): void => {
    if (!ok) throw new Error(`generate: invalid ${name}: ${String(value)} (${wanted})`);
  };
  check("tokens", tokens, Number.isInteger(tokens) && tokens >= 0, "a whole number from 0");
  check("temperature", temperature, temperature >= 0 && temperature < Infinity, "a number from 0");
  check("topK", topK, Number.isInteger(topK) && topK >= 1, "a whole number from 1");
  check("model", "an encoder", !config.encoder, "it predicts masked tokens and not the next one");
  const ids = [...before, ...(await tokenizer.encode(prompt))];
  check("prompt", JSON.stringify(prompt), ids.length > 0, "no token; give a text, or ids before it");
  const start = before.length;
  const window = Math.min(config.context, ids.length + tokens);
  const reader = cachedReader({ config, window, ...(beside && { params: beside.params }) });
  const shapes = Object.entries(parameterShapes(config));
  const state: Specs = {
    ...Object.fromEntries(shapes.map(([name, shape]) => [name, { shape, dtype: "float32" }])),
    ...Object.fromEntries(
      Object.entries(beside?.added ?? {}).map(([name, { shape }]) => [name, { shape, dtype: "float32" as const }]),
    ),
    ...reader.kept,
  };
  const compile = ({ fn, inputs }: typeof reader.whole) =>
    engine.compile(fn, { state, inputs: { ...inputs, ...beside?.inputs } });
  const [whole, one] = [await compile(reader.whole), await compile(reader.one)];
  const held = engine.upload({ ...weights, ...beside?.added, ...reader.empty });
  let text = "";
  try {
    /** Tokens of the window that are in the cache. */
    let read = 0;
    for (let made = 0; made < tokens && !signal?.aborted; made++) {
      let outputs: Record<string, Float32Array>;
      if (read === 0 || read === window) {
        const seen = ids.slice(read === 0 ? -window : -Math.ceil(window / 2));
        const padded = new Int32Array(window);
        padded.set(seen);
        read = seen.length;
        outputs = await whole.run(held, { ids: padded, last: Int32Array.of(read - 1), ...beside?.feeds });
      } else outputs = await one.run(held, { ...reader.feeds([ids.at(-1)!], [read++]), ...beside?.feeds });
      const id = choose(outputs.logits!.subarray(0, tokenizer.size), temperature, topK, rng);
      if (id === tokenizer.endOfText) break;
      ids.push(id);
      const now = tokenizer.decode(ids.slice(start));
      if (onText && !now.endsWith("\ufffd")) {
        onText(now.slice(text.length));
        text = now;
      }
    }
  } finally {
    held.dispose();
    await Promise.all([whole.dispose(), one.dispose()]);
  }
  const all = tokenizer.decode(ids.slice(start));
  onText?.(all.slice(text.length));
  return all;
}

function choose(logits: Float32Array, temperature: number, topK: number, rng: Rng): number {
  const best = largest(logits, temperature === 0 ? 1 : topK);
  const weights = best.map((id) => Math.exp((logits[id]! - logits[best[0]!]!) / temperature));
  if (best.length === 1) return best[0]!;
  let left = rng.uniform() * weights.reduce((a, b) => a + b, 0);
  for (const [i, weight] of weights.entries()) if ((left -= weight) <= 0) return best[i]!;
  return best.at(-1)!;
}

/** Where the `count` largest are, largest first; of equal ones the first. */
function largest(values: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let id = 0; id < values.length; id++) {
    if (best.length === count && values[id]! <= values[best.at(-1)!]!) continue;
    let at = best.length;
    while (at > 0 && values[id]! > values[best[at - 1]!]!) at--;
    best.splice(at, 0, id);
    if (best.length > count) best.pop();
  }
  return best;
}
