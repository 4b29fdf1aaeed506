/**
 * A transformer as a function of its weights, in TensorFlow.js ops that both engines run. What kind it is stands in its config
 * and nowhere here: which norms there are and where, how positions turn, what a layer sees. Weights are used as their files
 * keep them, so they go in and out unchanged.
 */
import * as tf from "@tensorflow/tfjs";
import { headWidthOf, isGated, type Places, placesOf } from "../architecture/index.js";
import {
  attention,
  crossEntropy,
  gatedGeluTanh,
  gatedSilu,
  gelu,
  geluTanh,
  layerNorm,
  lookup,
  recomputed,
  relu,
  rmsNorm,
  type Tensors,
} from "../engine/index.js";
import type { ModelConfig } from "../types.js";
import { layersOf, type LayerView } from "./layer-views.js";

/** A config, where its tensors are kept, and the tensors. */
interface View {
  config: ModelConfig;
  places: Places;
  params: Tensors;
}

/** What one part of a window is read with, where it is not read from its first token to its last. */
export interface Reading {
  views: LayerView[];
  /** Where each token stands in the window, [time] int32; needed by learned positions. */
  at: tf.Tensor;
}

/**
 * What is kept for the backward pass: all that it wants ("keep"), or the input of each layer ("layers"), of which the rest is
 * made again there, and logits block by block. To rounding the same gradients.
 */
export type Memory = "keep" | "layers";

/** At a time where memory is spared: 64 MB. */
const LOGITS = 2 ** 24;

export interface ForwardOptions {
  /** Defaults to all. */
  layers?: number;
  /** Defaults to "keep". */
  memory?: Memory;
  /** Defaults to a whole window. */
  reading?: Reading;
}

/**
 * tokens [batch, time] int32 → hidden states, [batch·time, width]: after `layers` layers, and then after
 * the final norm where those are all. The same tensors as Hugging Face's `hidden_states[layers]`.
 */
export function forward(
  config: ModelConfig,
  params: Tensors,
  tokens: tf.Tensor,
  { layers = config.layers, memory = "keep", reading }: ForwardOptions = {},
): tf.Tensor {
  const [batch, time] = tokens.shape as [number, number];
  if (time > config.context)
    throw new Error(`forward: invalid window: ${time} tokens (the model's context is ${config.context})`);
  const view = { config, places: placesOf(config), params };
  let x = embed(view, tokens, reading?.at);
  const seen = reading?.views ?? layersOf(config, time);
  const run = memory === "keep" ? layer : layerAgain;
  for (let i = 0; i < layers; i++) x = run(view, `layers.${i}`, x, batch, seen[i]!);
  return layers === config.layers && config.normAt !== "sum" ? norm(view, "finalNorm", x) : x;
}

/** tokens [batch, time + 1] int32 → loss in nats of each of the batch·time predictions, row by row. */
export function losses(
  config: ModelConfig,
  params: Tensors,
  tokens: tf.Tensor,
  { memory }: Pick<ForwardOptions, "memory"> = {},
): tf.Tensor {
  if (config.encoder)
    throw new Error(
      "losses: invalid model: an encoder (every token sees the next one; it learns by the masked objective)",
    );
  const [batch, span] = tokens.shape as [number, number];
  const inputs = tf.slice(tokens, [0, 0], [batch, span - 1]);
  const targets = tf.reshape(tf.slice(tokens, [0, 1], [batch, span - 1]), [-1]);
  return lossesOf(config, params, forward(config, params, inputs, { memory }), targets, { memory });
}

/** Hidden states after all layers [n, width], targets [n] int32 → loss of each in nats, [n]. */
export function lossesOf(
  config: ModelConfig,
  params: Tensors,
  hidden: tf.Tensor,
  targets: tf.Tensor,
  { memory }: Pick<ForwardOptions, "memory"> = {},
): tf.Tensor {
  const view = { config, places: placesOf(config), params };
  const [bias, cap] = [biasOf(view, "head"), config.logitCap];
  return crossEntropy(readout(view, hidden), weight(view, "head"), targets, {
    ...(bias && { bias }),
    ...(cap !== undefined && { cap }),
    ...(memory === "layers" && { atOnce: LOGITS }),
  });
}

/** Hidden states after all layers [n, width] → logits, [n, vocab]. */
export function logits(config: ModelConfig, params: Tensors, hidden: tf.Tensor): tf.Tensor {
  const view = { config, places: placesOf(config), params };
  const product = tf.matMul(readout(view, hidden) as tf.Tensor2D, weight(view, "head") as tf.Tensor2D, false, true);
  const bias = biasOf(view, "head");
  const raw = bias ? tf.add(product, bias) : product;
  const cap = config.logitCap;
  return cap === undefined ? raw : tf.mul(tf.tanh(tf.div(raw, cap)), cap);
}

function embed(view: View, tokens: tf.Tensor, at?: tf.Tensor): tf.Tensor {
  const { config, places } = view;
  const [batch, time] = tokens.shape as [number, number];
  let x = lookup(weight(view, "embedding"), tf.reshape(tokens, [-1]));
  if (places["projectIn.weight"]) x = linear(view, "projectIn", x);
  if (config.embeddingScale !== undefined) x = tf.mul(x, config.embeddingScale);
  if (places["types.weight"]) x = tf.add(x, tf.slice(weight(view, "types"), [0, 0], [1, config.width]));
  if (config.positions === "learned") {
    const [table, offset] = [weight(view, "positions"), config.positionOffset ?? 0];
    const positions = at
      ? tf.gather(table, tf.add(at, tf.scalar(offset, "int32")) as tf.Tensor1D)
      : tf.slice(table, [offset, 0], [time, config.width]);
    x = tf.reshape(tf.add(tf.reshape(x, [batch, time, config.width]), positions), [-1, config.width]);
  }
  return places["embeddingNorm.weight"] ? norm(view, "embeddingNorm", x) : x;
}

/** What the head multiplies: the hidden states, or what a kind of model makes of them first. */
function readout(view: View, hidden: tf.Tensor): tf.Tensor {
  const { config, places } = view;
  let x = places["projectOut.weight"] ? linear(view, "projectOut", hidden) : hidden;
  if (places["headDense.weight"]) x = activations[config.encoder!.headActivation](linear(view, "headDense", x));
  return places["headNorm.weight"] ? norm(view, "headNorm", x) : x;
}

/** A layer of which its input is kept alone. */
function layerAgain(view: View, at: string, x: tf.Tensor, batch: number, seen: LayerView): tf.Tensor {
  const own = Object.entries(view.places).filter(([slot]) => slot.startsWith(`${at}.`));
  const names = [...new Set(own.map(([, { name }]) => name))];
  return recomputed({
    inputs: [x, ...names.map((name) => view.params[name]!)],
    constants: [seen.mask],
    f: ([y, ...tensors], [mask]) => {
      const params = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
      return layer({ ...view, params }, at, y!, batch, { ...seen, mask: mask! });
    },
  });
}

function layer(view: View, at: string, x: tf.Tensor, batch: number, seen: LayerView): tf.Tensor {
  const { normAt = "pre", parallel } = view.config;
  const before = (slot: string, y: tf.Tensor): tf.Tensor =>
    normAt === "pre" || normAt === "both" ? norm(view, `${at}.${slot}`, y) : y;
  const after = (slot: string, y: tf.Tensor): tf.Tensor =>
    normAt === "post" || normAt === "both" ? norm(view, `${at}.${slot}`, y) : y;
  const summed = (slot: string, y: tf.Tensor): tf.Tensor => (normAt === "sum" ? norm(view, `${at}.${slot}`, y) : y);
  const attended = after("afterAttention", attend(view, at, before("attentionNorm", x), batch, seen));
  const between = summed("attentionNorm", tf.add(x, attended));
  const fed = after("afterFeed", feed(view, at, before("feedNorm", parallel ? x : between)));
  return summed("feedNorm", tf.add(between, fed));
}

function attend(view: View, at: string, x: tf.Tensor, batch: number, seen: LayerView): tf.Tensor {
  const { heads, kvHeads, qkNorm, scoreCap } = view.config;
  const time = x.shape[0]! / batch;
  const headWidth = headWidthOf(view.config);
  const [q, k, v] = project(view, [`${at}.q`, `${at}.k`, `${at}.v`], x) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const normed = (slot: string, y: tf.Tensor): tf.Tensor => {
    if (qkNorm === undefined) return y;
    return norm(view, `${at}.${slot}`, qkNorm === "row" ? y : tf.reshape(y, [-1, headWidth]));
  };
  const split = (y: tf.Tensor, count: number): tf.Tensor => tf.reshape(y, [batch, time, count, headWidth]);
  const byHead = (y: tf.Tensor): tf.Tensor => tf.transpose(y, [0, 2, 1, 3]);
  const { mask, turn, scale, remember = (keys, values) => [keys, values] } = seen;
  const queries = byHead(turn(split(normed("qNorm", q), heads)));
  const [keys, values] = remember(byHead(turn(split(normed("kNorm", k), kvHeads))), byHead(split(v, kvHeads)));
  const out = attention({
    q: queries,
    k: keys,
    v: values,
    mask,
    ...(scale !== undefined && { scale }),
    ...(scoreCap !== undefined && { cap: scoreCap }),
  });
  return linear(view, `${at}.o`, tf.reshape(byHead(out), [-1, heads * headWidth]));
}

const activations = { gelu, "gelu-tanh": geluTanh, relu };
const gates = { swiglu: gatedSilu, geglu: gatedGeluTanh };

function feed(view: View, at: string, x: tf.Tensor): tf.Tensor {
  const { config } = view;
  if (!isGated(config)) {
    const activation = activations[config.activation as keyof typeof activations];
    return linear(view, `${at}.down`, activation(linear(view, `${at}.up`, x)));
  }
  // In this order: what is traced first is also summed first.
  const [up, gate] = project(view, [`${at}.up`, `${at}.gate`], x) as [tf.Tensor, tf.Tensor];
  return linear(view, `${at}.down`, gates[config.activation as keyof typeof gates](gate, up));
}

function norm(view: View, slot: string, x: tf.Tensor): tf.Tensor {
  const { norm: kind, normEps, onePlusGain } = view.config;
  const gain = onePlusGain ? tf.add(weight(view, slot), 1) : weight(view, slot);
  return kind === "rms" ? rmsNorm(x, gain, normEps) : layerNorm(x, gain, biasOf(view, slot)!, normEps);
}

function linear(view: View, slot: string, x: tf.Tensor): tf.Tensor {
  const { transposed } = view.places[`${slot}.weight`]!;
  const product = tf.matMul(x as tf.Tensor2D, weight(view, slot) as tf.Tensor2D, false, !transposed);
  const bias = biasOf(view, slot);
  return bias ? tf.add(product, bias) : product;
}

/** Several linear layers of one input: one product where they are kept as one. */
function project(view: View, slots: string[], x: tf.Tensor): tf.Tensor[] {
  const parts = slots.map((slot) => view.places[`${slot}.weight`]!.part);
  const [first] = parts;
  if (!first) return slots.map((slot) => linear(view, slot, x));
  const { sizes, heads = 1 } = first;
  const whole = linear(view, slots[0]!, x);
  const pieces = tf.split(tf.reshape(whole, [-1, sizes.reduce((a, b) => a + b, 0)]), sizes, 1);
  return parts.map((part) => tf.reshape(pieces[part!.index]!, [x.shape[0]!, heads * sizes[part!.index]!]));
}

function weight({ places, params }: View, slot: string): tf.Tensor {
  const name = places[`${slot}.weight`]?.name;
  const tensor = name === undefined ? undefined : params[name];
  if (!tensor) throw new Error(`forward: missing parameter: ${name ?? slot}`);
  return tensor;
}

const biasOf = ({ places, params }: View, slot: string): tf.Tensor | undefined => {
  const name = places[`${slot}.bias`]?.name;
  return name === undefined ? undefined : params[name];
};
