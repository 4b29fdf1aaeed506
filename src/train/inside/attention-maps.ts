/**
 * What each head of a layer attends to in one text: the weights that its softmax gives. Where a head looks is not yet what it does:
 * much weight on the first token is what a head does that has nothing to do, and what is taken from a place is in the values.
 */
import * as tf from "../../tensors.js";
import { attention } from "../../engine/index.js";
import { forward, layersOf } from "../../model/index.js";
import type { LanguageModel, NdArray } from "../../types.js";
import { readable } from "../../vocab/index.js";
import { readOnce, type ReadingOptions, windowsOf } from "./reading.js";

export interface AttentionMapsOptions extends Omit<ReadingOptions, "texts" | "batch" | "onProgress"> {
  text: string;
  /** Counted from 1, the first block; default to all. */
  layers?: readonly number[];
}

export interface AttentionMaps {
  /** What the rows and columns are: `before` and the text's own, as the tokenizer calls them. */
  tokens: string[];
  /** The same as a reader sees them, for `charts.attentionView`. */
  texts: string[];
  /** In order; of `weights` [heads, time, time] each row is what one token attends to, and sums to 1. */
  layers: { layer: number; weights: NdArray }[];
}

/** Numbers that one call gives back at most: 1 GiB. */
const MOST = 2 ** 28;

export async function attentionMaps(model: LanguageModel, options: AttentionMapsOptions): Promise<AttentionMaps> {
  const { text, layers, ...rest } = options;
  const { config, tokenizer } = model;
  const { heads, kvHeads } = config;
  const known = Array.from({ length: config.layers }, (_, i) => i + 1);
  const wrong = layers?.find((layer) => !known.includes(layer));
  if (wrong !== undefined || layers?.length === 0)
    throw new Error(`attentionMaps: invalid layers: ${wrong ?? "none"} (1 to ${config.layers})`);
  const asked = known.filter((layer) => layers?.includes(layer) ?? true);
  const windows = await windowsOf("attentionMaps", model, { ...rest, texts: [text] });
  const { time } = windows;
  if (asked.length * heads * time ** 2 > MOST)
    throw new Error(
      `attentionMaps: invalid text: ${time} tokens, ${heads} heads and ${asked.length} layers are over 1 GiB`,
    );
  const found: AttentionMaps["layers"] = [];
  await readOnce(
    model,
    windows,
    {
      label: "attention",
      batch: 1,
      inputs: {},
      step: (params, { tokens }) => {
        const outputs: Record<string, tf.Tensor> = {};
        // Values of which each says where it stands: what is made of them is the weights.
        const places = tf.tile(tf.reshape(tf.oneHot(tf.range(0, time, 1, "int32"), time), [1, 1, time, time]), [
          1,
          kvHeads,
          1,
          1,
        ]);
        const views = layersOf(config, time).map((view, i) => ({
          ...view,
          onAttend(q: tf.Tensor, k: tf.Tensor): void {
            if (!asked.includes(i + 1)) return;
            const { sights, scale } = view;
            outputs[`layer ${i + 1}`] = attention({
              q,
              k,
              v: tf.cast(places, "float32"),
              sights,
              ...(scale !== undefined && { scale }),
              ...(config.scoreCap !== undefined && { cap: config.scoreCap }),
            });
          },
        }));
        forward(config, params, tokens!, { reading: { views, at: tf.range(0, time, 1, "int32") } });
        return { outputs };
      },
      feed: () => ({}),
      take(outputs) {
        for (const layer of asked)
          found.push({ layer, weights: { shape: [heads, time, time], data: outputs[`layer ${layer}`]! } });
      },
      result: () => {},
    },
    rest,
  );
  const ids = [...windows.before, ...Array.from(windows.ids[0]!)];
  return {
    tokens: ids.map((id) => tokenizer.tokenOf(id) ?? String(id)),
    texts: ids.map((id) => readable(tokenizer, id)),
    layers: found,
  };
}
