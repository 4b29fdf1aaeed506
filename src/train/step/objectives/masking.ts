/**
 * Hiding tokens as BERT's training does (Devlin et al. 2019, §3.1). Of a share of a window's tokens, eight in ten become the
 * mask token, one any token of text, one stays; all of them are to be predicted from the whole window. Drawn on the host.
 * Special tokens, such as the one that ends a document, are not among them, nor do they stand for others. With `words` whole
 * words are drawn, as many as fit into the share; what becomes of each of their tokens is drawn as ever.
 */
import * as z from "zod";
import type * as tf from "@tensorflow/tfjs";
import { lookup, type Specs, type Tensors } from "../../../engine/index.js";
import { forward, lossesOf, type Memory } from "../../../model/index.js";
import type { Rng } from "../../../rng.js";
import type { LanguageModel, ModelConfig, Tokenizer } from "../../../types.js";
import type { Feeds } from "../types.js";
import { wordsOf } from "./words.js";

export interface MaskingOptions {
  /** Share of the tokens that are to be predicted; defaults to 0.15. */
  rate?: number;
  /** Id of the token in their place; defaults to the tokenizer's `<mask>` or `[MASK]`. */
  mask?: number;
  /** Whether words are hidden whole (`words.ts`); one that is longer than the share is never hidden. Defaults to false. */
  words?: boolean;
}
/** Shape of the same in a recipe. */
export const maskingOptions = z.strictObject({
  rate: z.number().gt(0).max(1).optional(),
  mask: z.int().min(0).optional(),
  words: z.boolean().optional(),
});
export const usualRate = 0.15;

/** The options without those that are at their defaults. */
export function maskingSaid(caller: string, { rate = usualRate, mask, words }: MaskingOptions): MaskingOptions {
  if (!(rate > 0 && rate <= 1)) throw new Error(`${caller}: invalid rate: ${rate} (above 0, at most 1)`);
  if (mask !== undefined && !(Number.isInteger(mask) && mask >= 0))
    throw new Error(`${caller}: invalid mask: ${mask} (the id of a token)`);
  return { ...(rate !== usualRate && { rate }), ...(mask !== undefined && { mask }), ...(words && { words }) };
}

/** Throws one line unless the model can predict hidden tokens. */
export function checkMasking(caller: string, { config, tokenizer }: LanguageModel, { mask }: MaskingOptions): void {
  if (!config.encoder)
    throw new Error(`${caller}: invalid model: a decoder (it sees nothing of what follows; it learns by causal)`);
  if (maskOf(caller, tokenizer, mask) >= config.vocabSize)
    throw new Error(`${caller}: invalid mask: ${mask} (the model has ${config.vocabSize} rows)`);
}

function maskOf(caller: string, tokenizer: Tokenizer, mask?: number): number {
  const found = mask ?? tokenizer.idOf("<mask>") ?? tokenizer.idOf("[MASK]");
  if (found === undefined)
    throw new Error(`${caller}: invalid mask: none (the tokenizer has no <mask> or [MASK]; give the id of a token)`);
  return found;
}

/** At most so many tokens of a window are hidden. */
const most = (context: number, rate: number): number => Math.max(1, Math.round(rate * context));

export function hiddenInputs(at: { batch: number; context: number; rate?: number | undefined }): Specs {
  const { batch, context, rate = usualRate } = at;
  const hidden = batch * most(context, rate);
  return {
    tokens: { shape: [batch, context], dtype: "int32" },
    at: { shape: [hidden], dtype: "int32" },
    targets: { shape: [hidden], dtype: "int32" },
    counted: { shape: [hidden], dtype: "float32" },
  };
}

export interface HideOptions extends MaskingOptions {
  caller: string;
  /** Of each window the first `context` tokens are read, or so many of them as are `present`. */
  windows: readonly Int32Array[];
  context: number;
  present?: readonly number[];
  tokenizer: Tokenizer;
  /** Of each window its own, so that it is hidden alike in whichever batch it is. */
  rngs: readonly Rng[];
}

/** What `hiddenInputs` wants. Where a window has fewer tokens to hide than it might, what fills its place counts 0. */
export function hide(options: HideOptions): Feeds {
  const { caller, windows, context, tokenizer, rngs, rate = usualRate } = options;
  const mask = maskOf(caller, tokenizer, options.mask);
  const special = specialIds(tokenizer);
  const room = most(context, rate);
  const tokens = new Int32Array(windows.length * context);
  const [at, targets] = [new Int32Array(windows.length * room), new Int32Array(windows.length * room)];
  const counted = new Float32Array(windows.length * room);
  windows.forEach((window, row) => {
    const first = row * context;
    tokens.set(window.subarray(0, context), first);
    const present = Math.min(context, options.present?.[row] ?? context);
    const places = Array.from({ length: present }, (_, i) => i).filter((i) => !special.has(window[i]!));
    const rng = rngs[row]!;
    const count = Math.min(room, Math.max(1, Math.round(rate * places.length)));
    const hidden = options.words
      ? fitting(rng.shuffle(wordsOf(window, { present, tokenizer, special })), count)
      : rng.shuffle(places).slice(0, count);
    hidden.forEach((place, n) => {
      const to = row * room + n;
      [at[to], targets[to], counted[to]] = [first + place, window[place]!, 1];
      const draw = rng.uniform();
      if (draw < 0.8) tokens[first + place] = mask;
      else if (draw < 0.9) tokens[first + place] = anyOf(tokenizer, special, rng);
    });
  });
  return { tokens, at, targets, counted };
}

/** Words one after another, but those that would be too much, up to so many tokens. */
function fitting(words: readonly number[][], count: number): number[] {
  let left = count;
  return words.flatMap((word) => {
    if (word.length > left) return [];
    left -= word.length;
    return word;
  });
}

/** A token of text. */
function anyOf({ size }: Tokenizer, special: ReadonlySet<number>, rng: Rng): number {
  for (;;) {
    const id = rng.int(size);
    if (!special.has(id)) return id;
  }
}

function specialIds({ json }: Tokenizer): Set<number> {
  const { added_tokens: added = [] } = json as { added_tokens?: { id: number; special?: boolean }[] };
  return new Set(added.flatMap(({ id, special }) => (special ? [id] : [])));
}

/** Nats of each hidden token, and of what fills their places too. Where inputs have `documents`, a token sees its own alone. */
export function hiddenLosses(config: ModelConfig, weights: Tensors, inputs: Tensors, memory?: Memory): tf.Tensor {
  const { tokens, at, targets, documents } = inputs;
  const sees = documents && { documents };
  const hidden = lookup(forward(config, weights, tokens!, { memory, sees }), at!);
  return lossesOf(config, weights, hidden, targets!, { memory });
}
