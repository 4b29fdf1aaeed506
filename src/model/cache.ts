/**
 * Reading a window once and then token by token: keys and values of what was read stay in the engine, so that a further
 * token costs one row of every matrix product and not a whole window again. One sequence; the functions are traced.
 */
import * as tf from "@tensorflow/tfjs";
import { headWidthOf, parameterShapes } from "../architecture/index.js";
import type { Specs, StepFunction, Tensors } from "../engine/index.js";
import type { ModelConfig, Weights } from "../types.js";
import { forward, logits } from "./forward.js";
import { kindsOf, layersOf, type LayerView, turnsOf } from "./layer-views.js";

const HIDDEN = -1e9;
const keysOf = (layer: number): string => `cache.keys.${layer}`;
const valuesOf = (layer: number): string => `cache.values.${layer}`;

interface Traced {
  fn: StepFunction;
  inputs: Specs;
}
type Feeds = Record<string, Float32Array | Int32Array>;

export interface CachedReader {
  /** Tensors that the window is kept in, empty. */
  empty: Weights;
  /** Weights and these, as an engine's state. */
  state: Specs;
  /** Feeds `ids` [1, window], of which what comes after `last` does not matter. Fills the cache, gives the logits after `last`. */
  whole: Traced;
  /** Feeds what `feeds` gives. Adds the token to the cache, gives the logits after it. */
  one: Traced;
  /** Token `id` at position `at` of the window. */
  feeds(id: number, at: number): Feeds;
}

export function cachedReader(config: ModelConfig, window: number): CachedReader {
  const kinds = kindsOf(config);
  const shape = [1, config.kvHeads, window, headWidthOf(config)];
  const size = shape.reduce((a, b) => a * b, 1);
  const cached = kinds.flatMap((_, i) => [keysOf(i), valuesOf(i)]);
  const specs = { ...parameterShapes(config), ...Object.fromEntries(cached.map((name) => [name, shape])) };
  // Layers that see alike and turn alike share what is fed.
  const spans = [...new Set(kinds.map((kind) => kind.window))];
  const turns = kinds.map((kind) => turnsOf(config, kind, window));
  const known = turns.map((turn) => JSON.stringify(turn));
  const different = turns.flatMap((turn, i) => (turn && known.indexOf(known[i]!) === i ? [turn] : []));
  const maskOf = (layer: number): string => `mask.${spans.indexOf(kinds[layer]!.window)}`;
  const turnOf = (layer: number): string | undefined =>
    turns[layer] && `turn.${different.findIndex((turn) => JSON.stringify(turn) === known[layer])}`;

  const feeds = (id: number, at: number): Feeds => {
    const fed: Feeds = { id: Int32Array.of(id), at: Int32Array.of(at), here: new Float32Array(window) };
    fed.here![at] = 1;
    spans.forEach((span = Infinity, i) => {
      const sees = (key: number): boolean => key <= at && key > at - span;
      fed[`mask.${i}`] = Float32Array.from({ length: window }, (_, key) => (sees(key) ? 0 : HIDDEN));
    });
    different.forEach(({ frequencies, magnitude }, i) => {
      const angles = frequencies.map((frequency) => at * frequency);
      fed[`turn.${i}`] = Float32Array.from([...angles.map(Math.cos), ...angles.map(Math.sin)], (x) => magnitude * x);
    });
    return fed;
  };
  const inputs: Specs = {
    id: { shape: [1, 1], dtype: "int32" },
    at: { shape: [1], dtype: "int32" },
    here: { shape: [1, 1, window, 1], dtype: "float32" },
  };
  spans.forEach((_, i) => (inputs[`mask.${i}`] = { shape: [1, window], dtype: "float32" }));
  different.forEach((turn, i) => (inputs[`turn.${i}`] = { shape: [2, turn.frequencies.length], dtype: "float32" }));

  return {
    empty: Object.fromEntries(cached.map((name) => [name, { shape, data: new Float32Array(size) }])),
    state: Object.fromEntries(Object.entries(specs).map(([name, shape]) => [name, { shape, dtype: "float32" }])),
    feeds,
    whole: {
      inputs: { ids: { shape: [1, window], dtype: "int32" }, last: { shape: [1], dtype: "int32" } },
      fn(state, { ids, last }) {
        const kept: Tensors = {};
        const views = layersOf(config, window).map((view, i): LayerView => ({
          ...view,
          remember: (keys, values) => [(kept[keysOf(i)] = keys), (kept[valuesOf(i)] = values)],
        }));
        const at = tf.range(0, window, 1, "int32");
        const hidden = tf.gather(forward(config, state, ids!, { reading: { views, at } }), last as tf.Tensor1D);
        return { state: kept, outputs: { logits: logits(config, state, hidden) } };
      },
    },
    one: {
      inputs,
      fn(state, fed) {
        const kept: Tensors = {};
        const put = (name: string, row: tf.Tensor): tf.Tensor =>
          (kept[name] = tf.add(tf.mul(state[name]!, tf.sub(1, fed.here!)), tf.mul(row, fed.here!)));
        const views = kinds.map(({ scoreScale }, i): LayerView => ({
          sights: [{ from: 0, mask: fed[maskOf(i)]! }],
          scale: scoreScale,
          turn: (x) => (turnOf(i) === undefined ? x : turned(x, fed[turnOf(i)!]!)),
          remember: (keys, values) => [put(keysOf(i), keys), put(valuesOf(i), values)],
        }));
        const hidden = forward(config, state, fed.id!, { reading: { views, at: fed.at! } });
        return { state: kept, outputs: { logits: logits(config, state, hidden) } };
      },
    },
  };
}

/** x [1, 1, heads, headWidth], turned by the cos and sin of its position, [2, half]. */
function turned(x: tf.Tensor, turn: tf.Tensor): tf.Tensor {
  const [half, width] = [turn.shape[1]!, x.shape[3]!];
  const row = (i: number): tf.Tensor => tf.reshape(tf.slice(turn, [i, 0], [1, half]), [1, 1, 1, half]);
  const [cos, sin] = [row(0), row(1)];
  const sizes = width === 2 * half ? [half, half] : [half, half, width - 2 * half];
  const [a, b, ...rest] = tf.split(x, sizes, 3) as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
  return tf.concat([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin)), ...rest], 3);
}
