/**
 * Reading a window once and then token by token: keys and values of what was read stay in the engine, so that a further
 * token costs one row of every matrix product and not a whole window again. Some sequences at once, each at a place of its own;
 * the functions are traced.
 */
import * as tf from "../tensors.js";
import { headWidthOf } from "../architecture/index.js";
import type { Specs, StepFunction, Tensors } from "../engine/index.js";
import type { ModelConfig, Weights } from "../types.js";
import { forward, logits } from "./forward.js";
import type { Params } from "./modules.js";
import { kindsOf, layersOf, type LayerView, turnsOf } from "./layer-views.js";

const HIDDEN = -1e9;
const keysOf = (layer: number): string => `cache.keys.${layer}`;
const valuesOf = (layer: number): string => `cache.values.${layer}`;

/** What a model is read with besides its weights: modules, for one text. */
export interface Beside {
  added: Weights;
  /** Makes the model's weights of state and inputs. */
  params(state: Tensors, inputs: Tensors): Params;
  /** What it is fed, and with what. */
  inputs: Specs;
  feeds: Feeds;
}

interface Traced {
  fn: StepFunction;
  inputs: Specs;
}
type Feeds = Record<string, Float32Array | Int32Array>;

export interface CachedReaderOptions {
  config: ModelConfig;
  /** Tokens that are kept of each sequence, at most. */
  window: number;
  /** Sequences; defaults to 1. */
  batch?: number;
  /** Makes the model's weights of state and inputs; defaults to the state itself. */
  params?: (state: Tensors, inputs: Tensors) => Params;
}

export interface CachedReader {
  readonly window: number;
  /** Tensors that the windows are kept in, empty; they are in the state beside the weights. */
  empty: Weights;
  /** What those are, as a part of an engine's state. */
  kept: Specs;
  /** Feeds `ids` [batch, window] and `last` [batch], after which ids do not matter. Fills the cache, gives the logits after `last`. */
  whole: Traced;
  /** Feeds what `feeds` gives. Adds the tokens to the cache, gives the logits after them. */
  one: Traced;
  /** Of each sequence token `ids[i]` at position `at[i]` of its window. */
  feeds(ids: readonly number[], at: readonly number[]): Feeds;
}

export function cachedReader(options: CachedReaderOptions): CachedReader {
  const { config, window, batch = 1, params = (state: Tensors): Params => state } = options;
  const kinds = kindsOf(config);
  const shape = [batch, config.kvHeads, window, headWidthOf(config)];
  const size = shape.reduce((a, b) => a * b, 1);
  const cached = kinds.flatMap((_, i) => [keysOf(i), valuesOf(i)]);
  // Layers that see alike and turn alike share what is fed.
  const spans = [...new Set(kinds.map((kind) => kind.window))];
  const turns = kinds.map((kind) => turnsOf(config, kind, window));
  const known = turns.map((turn) => JSON.stringify(turn));
  const different = turns.flatMap((turn, i) => (turn && known.indexOf(known[i]!) === i ? [turn] : []));
  const maskOf = (layer: number): string => `mask.${spans.indexOf(kinds[layer]!.window)}`;
  const turnOf = (layer: number): string | undefined =>
    turns[layer] && `turn.${different.findIndex((turn) => JSON.stringify(turn) === known[layer])}`;

  const feeds: CachedReader["feeds"] = (ids, at) => {
    const fed: Feeds = { id: Int32Array.from(ids), at: Int32Array.from(at), here: new Float32Array(batch * window) };
    at.forEach((place, row) => (fed.here![row * window + place] = 1));
    spans.forEach((span = Infinity, i) => {
      const sees = (key: number, place: number): boolean => key <= place && key > place - span;
      const mask = (fed[`mask.${i}`] = new Float32Array(batch * window));
      mask.forEach((_, k) => (mask[k] = sees(k % window, at[Math.floor(k / window)]!) ? 0 : HIDDEN));
    });
    different.forEach(({ frequencies, magnitude }, i) => {
      const turns = at.flatMap((place) => {
        const angles = frequencies.map((frequency) => place * frequency);
        return [...angles.map(Math.cos), ...angles.map(Math.sin)];
      });
      fed[`turn.${i}`] = Float32Array.from(turns, (x) => magnitude * x);
    });
    return fed;
  };
  const inputs: Specs = {
    id: { shape: [batch, 1], dtype: "int32" },
    at: { shape: [batch, 1], dtype: "int32" },
    here: { shape: [batch, 1, window, 1], dtype: "float32" },
  };
  spans.forEach((_, i) => (inputs[`mask.${i}`] = { shape: [batch, 1, 1, window], dtype: "float32" }));
  different.forEach(
    (turn, i) => (inputs[`turn.${i}`] = { shape: [batch, 2, turn.frequencies.length], dtype: "float32" }),
  );

  return {
    window,
    empty: Object.fromEntries(cached.map((name) => [name, { shape, data: new Float32Array(size) }])),
    kept: Object.fromEntries(cached.map((name) => [name, { shape, dtype: "float32" }])),
    feeds,
    whole: {
      inputs: { ids: { shape: [batch, window], dtype: "int32" }, last: { shape: [batch], dtype: "int32" } },
      fn(state, fed) {
        const kept: Tensors = {};
        const weights = params(state, fed);
        const views = layersOf(config, window).map((view, i): LayerView => ({
          ...view,
          remember: (keys, values) => [(kept[keysOf(i)] = keys), (kept[valuesOf(i)] = values)],
        }));
        const at = tf.range(0, window, 1, "int32");
        const states = forward(config, weights, fed.ids!, { reading: { views, at } });
        const rows = tf.add(fed.last!, tf.range(0, batch * window, window, "int32"));
        const hidden = tf.gather(states, rows as tf.Tensor1D);
        return { state: kept, outputs: { logits: logits(config, weights, hidden) } };
      },
    },
    one: {
      inputs,
      fn(state, fed) {
        const kept: Tensors = {};
        const weights = params(state, fed);
        const put = (name: string, row: tf.Tensor): tf.Tensor =>
          (kept[name] = tf.add(tf.mul(state[name]!, tf.sub(1, fed.here!)), tf.mul(row, fed.here!)));
        const views = kinds.map(({ scoreScale }, i): LayerView => ({
          sights: [{ from: 0, mask: fed[maskOf(i)]! }],
          scale: scoreScale,
          turn: (x) => (turnOf(i) === undefined ? x : turned(x, fed[turnOf(i)!]!)),
          remember: (keys, values) => [put(keysOf(i), keys), put(valuesOf(i), values)],
        }));
        const hidden = forward(config, weights, fed.id!, { reading: { views, at: fed.at! } });
        return { state: kept, outputs: { logits: logits(config, weights, hidden) } };
      },
    },
  };
}

/** x [batch, 1, heads, headWidth], turned by the cos and sin of its positions, [batch, 2, half]. */
function turned(x: tf.Tensor, turn: tf.Tensor): tf.Tensor {
  const [batch, , half] = turn.shape as [number, number, number];
  const width = x.shape[3]!;
  const row = (i: number): tf.Tensor => tf.reshape(tf.slice(turn, [0, i, 0], [batch, 1, half]), [batch, 1, 1, half]);
  const [cos, sin] = [row(0), row(1)];
  const sizes = width === 2 * half ? [half, half] : [half, half, width - 2 * half];
  const [a, b, ...rest] = tf.split(x, sizes, 3) as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
  return tf.concat([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin)), ...rest], 3);
}
