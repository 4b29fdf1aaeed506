/**
 * The hidden states of a model by layer, of any texts: what `measure.cka`, `retrieval` and the others compare. One program gives
 * all layers. Layer 0 are the embeddings and layer l what the l-th block gives, before the final norm (transformers'
 * `hidden_states`, of which the last alone is after it). The model is read as it is, without modules beside it.
 */
import * as tf from "../../tensors.js";
import { asLast, forward } from "../../model/index.js";
import type { LanguageModel, NdArray } from "../../types.js";
import { layersAsked, readOnce, type Reading, type ReadingOptions, type Windows, windowsOf } from "./reading.js";

export interface StatesOfOptions extends ReadingOptions {
  /** Defaults to all, from 0. */
  layers?: readonly number[];
  /** A row for each text, the mean over its tokens or its last token's, or a row for each token. Defaults to "mean". */
  pool?: "mean" | "last" | "tokens";
  /** Those of the last layer after the final norm, as transformers gives them; defaults to false. */
  finalNorm?: boolean;
}

export interface TextStates {
  /** In order; `states` is [texts, width], or [tokens, width] of all texts one after another. */
  layers: { layer: number; states: NdArray }[];
  /** Tokens counted of each text: `before` and padding are in no row and no mean. */
  tokens: number[];
  /** How many texts were longer than the context, of which only the beginning was read. */
  cut: number;
}

/** Numbers that one call gives back at most: 2 GiB. */
const MOST = 2 ** 29;

export async function statesOf(model: LanguageModel, options: StatesOfOptions): Promise<TextStates> {
  const windows = await windowsOf("statesOf", model, options);
  const batch = Math.min(options.batch ?? 16, windows.ids.length);
  return readOnce(model, windows, statesReading("statesOf", model, windows, { ...options, batch }), options);
}

export interface StatesReadingOptions extends Pick<StatesOfOptions, "layers" | "pool" | "finalNorm"> {
  batch: number;
}

export function statesReading(
  caller: string,
  model: LanguageModel,
  windows: Windows,
  options: StatesReadingOptions,
): Reading<TextStates> {
  const { pool = "mean", batch: most, finalNorm = false } = options;
  const { config } = model;
  const { width } = config;
  if (!["mean", "last", "tokens"].includes(pool))
    throw new Error(`${caller}: invalid pool: ${pool} ("mean", "last" or "tokens")`);
  const asked = layersAsked(caller, model, options.layers);
  const { ids, before, time } = windows;
  const tokens = ids.map(({ length }) => length);
  const starts = tokens.map((_, i) => (pool === "tokens" ? tokens.slice(0, i).reduce((a, b) => a + b, 0) : i));
  const rows = pool === "tokens" ? tokens.reduce((a, b) => a + b, 0) : ids.length;
  if (asked.length * rows * width > MOST)
    throw new Error(
      `${caller}: invalid texts: ${rows} rows of ${asked.length} layers are over 2 GiB (fewer texts or layers, or a pool)`,
    );
  const layers = asked.map((layer) => ({
    layer,
    states: { shape: [rows, width], data: new Float32Array(rows * width) },
  }));
  const weights = { shape: [most, 1, time], dtype: "float32" as const };
  return {
    label: "read states",
    batch: most,
    inputs: pool === "tokens" ? {} : { weights },
    step: (params, inputs) => {
      const outputs: Record<string, tf.Tensor> = {};
      const onLayer = (layer: number, x: tf.Tensor): void => {
        if (!asked.includes(layer)) return;
        const states = finalNorm && layer === config.layers ? asLast(config, params, x) : x;
        const pooled = (): tf.Tensor => tf.matMul(inputs.weights!, tf.reshape(states, [most, time, width]));
        outputs[`layer ${layer}`] = pool === "tokens" ? states : tf.reshape(pooled(), [most, width]);
      };
      forward(config, params, inputs.tokens!, { onLayer });
      return { outputs };
    },
    feed(from, count) {
      const data = new Float32Array(most * time);
      for (let i = 0; i < count; i++) {
        const [first, length] = [i * time + before.length, tokens[from + i]!];
        if (pool === "mean") data.fill(1 / length, first, first + length);
        else data[first + length - 1] = 1;
      }
      return pool === "tokens" ? ({} as Record<string, Float32Array>) : { weights: data };
    },
    take(outputs, from, count) {
      for (const { layer, states } of layers) {
        const read = outputs[`layer ${layer}`]!;
        for (let i = 0; i < count; i++) {
          const row = pool === "tokens" ? i * time + before.length : i;
          const own = pool === "tokens" ? tokens[from + i]! : 1;
          states.data.set(read.subarray(row * width, (row + own) * width), starts[from + i]! * width);
        }
      }
    },
    result: () => ({ layers, tokens, cut: windows.cut }),
  };
}
