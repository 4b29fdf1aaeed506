/**
 * A transformer as a function of its weights, in TensorFlow.js ops that both engines run. What kind it is stands in its config
 * and nowhere here: which norms there are and where, how positions turn, what a layer sees. Weights are used as their files
 * keep them, so they go in and out unchanged.
 */
import * as tf from "../tensors.js";
import { placesOf } from "../architecture/index.js";
import { crossEntropy, inTurn, lookup } from "../engine/index.js";
import type { ModelConfig } from "../types.js";
import { activations, biasOf, layer, layerAgain, linear, norm, type Placed, through, weight } from "./layer.js";
import { layersOf, type LayerView, type Sees } from "./layer-views.js";
import type { Params } from "./modules.js";

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
export const LOGITS = 2 ** 24;

export interface ForwardOptions {
  /** Defaults to all. */
  layers?: number;
  /** Defaults to "keep". */
  memory?: Memory;
  /** Defaults to a whole window. */
  reading?: Reading;
  /** Documents, a prefix, positions: of each sequence its own. Defaults to none. */
  sees?: Sees;
  /** Is handed the states before the first layer, as 0, and after each; those after the last before the final norm. */
  onLayer?: (layers: number, states: tf.Tensor) => void;
}

/**
 * tokens [batch, time] int32 → hidden states, [batch·time, width]: after `layers` layers, and then after
 * the final norm where those are all. The same tensors as Hugging Face's `hidden_states[layers]`.
 */
export function forward(
  config: ModelConfig,
  params: Params,
  tokens: tf.Tensor,
  { layers = config.layers, memory = "keep", reading, sees, onLayer }: ForwardOptions = {},
): tf.Tensor {
  const [batch, time] = tokens.shape as [number, number];
  if (time > config.context)
    throw new Error(`forward: invalid window: ${time} tokens (the model's context is ${config.context})`);
  const model = { config, places: placesOf(config), params, batch };
  let x = embed(model, tokens, reading?.at ?? sees?.positions);
  if (reading && x.shape[0]! !== batch * time)
    throw new Error("forward: invalid modules: a soft prompt (text is not written token by token after one)");
  if (sees) checkSees(sees, config, [batch, time], x.shape[0]! / batch);
  const seen = reading?.views ?? layersOf(config, x.shape[0]! / batch, sees);
  const run: typeof layer = memory === "keep" ? (...of) => inTurn(layer(...of)) : layerAgain;
  onLayer?.(0, lastOf(x, batch, time));
  for (let i = 0; i < layers; i++) {
    x = run(model, `layers.${i}`, x, seen[i]!);
    onLayer?.(i + 1, lastOf(x, batch, time));
  }
  if (layers < config.layers) return lastOf(x, batch, time);
  return through(model, "states", x, lastOf(finalNorm(model, x), batch, time));
}

/** Of sequences of `time` tokens, in so many rows. */
function checkSees(
  { documents, prefix, positions }: Sees,
  config: ModelConfig,
  [batch, time]: [number, number],
  rows: number,
): void {
  for (const [name, tensor, shape] of [
    ["documents", documents, [batch, time]],
    ["prefix", prefix, [batch]],
    ["positions", positions, [batch, time]],
  ] as const)
    if (tensor && tensor.shape.join() !== shape.join())
      throw new Error(`forward: invalid ${name}: shape [${tensor.shape.join(", ")}] (want [${shape.join(", ")}])`);
  if (rows > time)
    throw new Error(
      `forward: invalid sequences: ${rows - time} rows before their tokens, of a module such as a soft prompt (read documents, prefixes and positions without it)`,
    );
  if (prefix && config.encoder) throw new Error("forward: invalid prefix: of an encoder (it sees all from both sides)");
}

/** What `onLayer` was handed of any layer, read as if it were the last: the hidden states that the head takes. */
export function asLast(config: ModelConfig, params: Params, states: tf.Tensor): tf.Tensor {
  return finalNorm({ config, places: placesOf(config), params, batch: 1 }, states);
}

const finalNorm = (model: Placed, x: tf.Tensor): tf.Tensor =>
  model.config.normAt === "sum" ? x : norm(model, "finalNorm", x);

/** Of each sequence the last `time` rows: those of its own tokens, where a module put others before them. */
export function lastOf(x: tf.Tensor, batch: number, time: number): tf.Tensor {
  const [rows, width] = x.shape as [number, number];
  const span = rows / batch;
  if (span === time) return x;
  const tokens = tf.slice(tf.reshape(x, [batch, span, width]), [0, span - time, 0], [batch, time, width]);
  return tf.reshape(tokens, [-1, width]);
}

/** tokens [batch, time + 1] int32 → loss in nats of each of the batch·time predictions, row by row; `sees` is of the first `time`. */
export function losses(
  config: ModelConfig,
  params: Params,
  tokens: tf.Tensor,
  { memory, sees }: Pick<ForwardOptions, "memory" | "sees"> = {},
): tf.Tensor {
  if (config.encoder)
    throw new Error(
      "losses: invalid model: an encoder (every token sees the next one; it learns by the masked objective)",
    );
  const [batch, span] = tokens.shape as [number, number];
  const inputs = tf.slice(tokens, [0, 0], [batch, span - 1]);
  const targets = tf.reshape(tf.slice(tokens, [0, 1], [batch, span - 1]), [-1]);
  return lossesOf(config, params, forward(config, params, inputs, { memory, sees }), targets, { memory });
}

/** Hidden states after all layers [n, width], targets [n] int32 → loss of each in nats, [n]. */
export function lossesOf(
  config: ModelConfig,
  params: Params,
  hidden: tf.Tensor,
  targets: tf.Tensor,
  { memory }: Pick<ForwardOptions, "memory"> = {},
): tf.Tensor {
  const { states, table, bias, cap } = headOf(config, params, hidden);
  return crossEntropy(states, table, targets, {
    ...(bias && { bias }),
    ...(cap !== undefined && { cap }),
    ...(memory === "layers" && { atOnce: LOGITS }),
  });
}

/** What logits are made of. */
export interface Head {
  /** A row for each prediction. */
  states: tf.Tensor;
  table: tf.Tensor;
  bias?: tf.Tensor;
  cap?: number;
}

/** Of hidden states after all layers, [n, width]. */
export function headOf(config: ModelConfig, params: Params, hidden: tf.Tensor): Head {
  const model = { config, places: placesOf(config), params, batch: 1 };
  return {
    states: readout(model, hidden),
    table: weight(model, "head"),
    bias: biasOf(model, "head"),
    cap: config.logitCap,
  };
}

/** [n, vocab]. */
export function logitsOf({ states, table, bias, cap }: Head): tf.Tensor {
  const product = tf.matMul(states as tf.Tensor2D, table as tf.Tensor2D, false, true);
  const raw = bias ? tf.add(product, bias) : product;
  return cap === undefined ? raw : tf.mul(tf.tanh(tf.div(raw, cap)), cap);
}

/** Hidden states after all layers [n, width] → logits, [n, vocab]. */
export const logits = (config: ModelConfig, params: Params, hidden: tf.Tensor): tf.Tensor =>
  logitsOf(headOf(config, params, hidden));

function embed(model: Placed, tokens: tf.Tensor, at?: tf.Tensor): tf.Tensor {
  const { config, places, batch } = model;
  const ids = tf.reshape(tokens, [-1]);
  let x = through(model, "embedding", ids, lookup(weight(model, "embedding"), ids));
  const time = x.shape[0]! / batch;
  if (time > config.context)
    throw new Error(
      `forward: invalid window: ${time} rows, those before its tokens included (the model's context is ${config.context})`,
    );
  if (places["projectIn.weight"]) x = linear(model, "projectIn", x);
  if (config.embeddingScale !== undefined) x = tf.mul(x, config.embeddingScale);
  if (places["types.weight"]) x = tf.add(x, tf.slice(weight(model, "types"), [0, 0], [1, config.width]));
  if (config.positions === "learned") {
    const [table, offset] = [weight(model, "positions"), config.positionOffset ?? 0];
    const positions = at ? rowsAt(table, at, offset) : tf.slice(table, [offset, 0], [time, config.width]);
    x = tf.reshape(tf.add(tf.reshape(x, [batch, time, config.width]), positions), [-1, config.width]);
  }
  return places["embeddingNorm.weight"] ? norm(model, "embeddingNorm", x) : x;
}

/** Rows of a table by numbers of any shape. */
function rowsAt(table: tf.Tensor, at: tf.Tensor, offset: number): tf.Tensor {
  const ids = tf.reshape(tf.add(at, tf.scalar(offset, "int32")), [-1]);
  return tf.reshape(lookup(table, ids), [...at.shape, table.shape[1]!]);
}

/** What the head multiplies: the hidden states, or what a kind of model makes of them first. */
function readout(model: Placed, hidden: tf.Tensor): tf.Tensor {
  const { config, places } = model;
  let x = places["projectOut.weight"] ? linear(model, "projectOut", hidden) : hidden;
  if (places["headDense.weight"]) x = activations[config.encoder!.headActivation](linear(model, "headDense", x));
  return places["headNorm.weight"] ? norm(model, "headNorm", x) : x;
}
