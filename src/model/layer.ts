/**
 * One layer of a transformer, attention and feed-forward, and what they are made of: linear layers and norms, taken from
 * where a kind of model keeps them. How a model is made of layers is in `forward.ts`.
 */
import * as tf from "../tensors.js";
import { headWidthOf, isGated, type Places } from "../architecture/index.js";
import {
  attention,
  gatedGeluTanh,
  gatedSilu,
  gelu,
  geluTanh,
  inTurn,
  layerNorm,
  recomputed,
  relu,
  rmsNorm,
} from "../engine/index.js";
import type { ModelConfig } from "../types.js";
import type { LayerView } from "./layer-views.js";
import { modulesOf, type Params, passed, withModules } from "./modules.js";

/** A config, where its tensors are kept, the tensors, and how many sequences are read: 1 where a row need not be of one. */
export interface Placed {
  config: ModelConfig;
  places: Places;
  params: Params;
  batch: number;
}

/** A layer of which its input is kept alone. */
export function layerAgain(model: Placed, at: string, x: tf.Tensor, seen: LayerView): tf.Tensor {
  const within = (slot: string): boolean => `${slot}.`.startsWith(`${at}.`);
  const own = Object.entries(model.places).flatMap(([slot, { name }]) => (within(slot) ? [name] : []));
  const modules = modulesOf(model.params);
  const beside = Object.keys(modules).filter((place) => within(place) || own.includes(place));
  const names = [...new Set([...own, ...beside.flatMap((place) => modules[place]!.reads)])];
  return recomputed({
    inputs: [x, ...names.map((name) => model.params[name]!)],
    constants: [...seen.sights.map(({ mask }) => mask), ...(seen.at ? [seen.at] : [])],
    f: ([y, ...tensors], constants) => {
      const params = withModules(Object.fromEntries(names.map((name, i) => [name, tensors[i]!])), modules);
      const sights = seen.sights.map(({ from }, i) => ({ from, mask: constants[i]! }));
      return layer({ ...model, params }, at, y!, { ...seen, sights, ...(seen.at && { at: constants.at(-1)! }) });
    },
  });
}

export function layer(model: Placed, at: string, x: tf.Tensor, seen: LayerView): tf.Tensor {
  const { normAt = "pre", parallel } = model.config;
  const before = (slot: string, y: tf.Tensor): tf.Tensor =>
    normAt === "pre" || normAt === "both" ? norm(model, `${at}.${slot}`, y) : y;
  const after = (slot: string, y: tf.Tensor): tf.Tensor =>
    normAt === "post" || normAt === "both" ? norm(model, `${at}.${slot}`, y) : y;
  const summed = (slot: string, y: tf.Tensor): tf.Tensor => (normAt === "sum" ? norm(model, `${at}.${slot}`, y) : y);
  const half = (place: string, x: tf.Tensor, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor =>
    through(model, `${at}.${place}`, x, f(x));
  const attended = half("attention", before("attentionNorm", x), (y) => attend(model, at, y, seen));
  const between = inTurn(summed("attentionNorm", tf.add(x, after("afterAttention", attended))));
  const fed = half("feed", before("feedNorm", parallel ? x : between), (y) => feed(model, at, y));
  return through(model, at, x, summed("feedNorm", tf.add(between, after("afterFeed", fed))));
}

/** `y`, which was made of `x`, or what a module at the place makes of it. */
export const through = ({ params, batch }: Placed, place: string, x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
  passed({ params, place, x, y, batch });

function attend(model: Placed, at: string, x: tf.Tensor, seen: LayerView): tf.Tensor {
  const { batch } = model;
  const { heads, kvHeads, qkNorm, scoreCap } = model.config;
  const time = x.shape[0]! / batch;
  const headWidth = headWidthOf(model.config);
  const [q, k, v] = project(model, [`${at}.q`, `${at}.k`, `${at}.v`], x) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const normed = (slot: string, y: tf.Tensor): tf.Tensor => {
    if (qkNorm === undefined) return y;
    return norm(model, `${at}.${slot}`, qkNorm === "row" ? y : tf.reshape(y, [-1, headWidth]));
  };
  const split = (y: tf.Tensor, count: number): tf.Tensor => tf.reshape(y, [batch, time, count, headWidth]);
  const byHead = (y: tf.Tensor): tf.Tensor => tf.transpose(y, [0, 2, 1, 3]);
  const { sights, scale, remember = (keys, values) => [keys, values] } = seen;
  const turned = (y: tf.Tensor): tf.Tensor => byHead(seen.turn(y, seen.at));
  const queries = turned(split(normed("qNorm", q), heads));
  const [keys, values] = remember(turned(split(normed("kNorm", k), kvHeads)), byHead(split(v, kvHeads)));
  seen.onAttend?.(queries, keys);
  const out = attention({
    q: queries,
    k: keys,
    v: values,
    sights,
    ...(scale !== undefined && { scale }),
    ...(scoreCap !== undefined && { cap: scoreCap }),
  });
  return linear(model, `${at}.o`, tf.reshape(byHead(out), [-1, heads * headWidth]));
}

export const activations = { gelu, "gelu-tanh": geluTanh, relu };
const gates = { swiglu: gatedSilu, geglu: gatedGeluTanh };

function feed(model: Placed, at: string, x: tf.Tensor): tf.Tensor {
  const { config } = model;
  if (!isGated(config)) {
    const activation = activations[config.activation as keyof typeof activations];
    return linear(model, `${at}.down`, activation(linear(model, `${at}.up`, x)));
  }
  // In this order: what is traced first is also summed first.
  const [up, gate] = project(model, [`${at}.up`, `${at}.gate`], x) as [tf.Tensor, tf.Tensor];
  return linear(model, `${at}.down`, gates[config.activation as keyof typeof gates](gate, up));
}

export const norm = (model: Placed, slot: string, x: tf.Tensor): tf.Tensor =>
  normed(model.config, x, weight(model, slot), biasOf(model, slot));

/** Rows `x` [n, width] normed as the kind of model does, with these weights. */
export function normed(config: ModelConfig, x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor {
  const { norm: kind, normEps, onePlusGain } = config;
  const gain = onePlusGain ? tf.add(weight, 1) : weight;
  return kind === "rms" ? rmsNorm(x, gain, normEps) : layerNorm(x, gain, bias!, normEps);
}

export function linear(model: Placed, slot: string, x: tf.Tensor): tf.Tensor {
  const { name, transposed } = model.places[`${slot}.weight`]!;
  const own = tf.matMul(x as tf.Tensor2D, weight(model, slot) as tf.Tensor2D, false, !transposed);
  const product = through(model, name, x, own);
  const bias = biasOf(model, slot);
  return bias ? tf.add(product, bias) : product;
}

/** Several linear layers of one input: one product where they are kept as one. */
function project(model: Placed, slots: string[], x: tf.Tensor): tf.Tensor[] {
  const parts = slots.map((slot) => model.places[`${slot}.weight`]!.part);
  const [first] = parts;
  if (!first) return slots.map((slot) => linear(model, slot, x));
  const { sizes, heads = 1 } = first;
  const whole = linear(model, slots[0]!, x);
  const pieces = tf.split(tf.reshape(whole, [-1, sizes.reduce((a, b) => a + b, 0)]), sizes, 1);
  return parts.map((part) => tf.reshape(pieces[part!.index]!, [x.shape[0]!, heads * sizes[part!.index]!]));
}

export function weight({ places, params }: Placed, slot: string): tf.Tensor {
  const name = places[`${slot}.weight`]?.name;
  const tensor = name === undefined ? undefined : params[name];
  if (!tensor) throw new Error(`forward: missing parameter: ${name ?? slot}`);
  return tensor;
}

export const biasOf = ({ places, params }: Placed, slot: string): tf.Tensor | undefined => {
  const name = places[`${slot}.bias`]?.name;
  return name === undefined ? undefined : params[name];
};
