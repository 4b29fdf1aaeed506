/**
 * A decoder-only transformer as a function of its weights: pre-norm blocks of attention and feed-forward, in TensorFlow.js
 * ops that both engines run. Parameter names and layouts are Hugging Face's, so weights go in and out unchanged.
 */
import * as tf from "@tensorflow/tfjs";
import {
  attention,
  causalMask,
  crossEntropy,
  frequenciesOf,
  gatedSilu,
  gelu,
  layerNorm,
  lookup,
  rmsNorm,
  rotary,
  type Tensors,
} from "../engine/index.js";
import type { ModelConfig } from "../types.js";

/**
 * tokens [batch, time] int32 → hidden states, [batch·time, width]: after `layers` layers (defaults to all), and then after
 * the final norm where those are all. The same tensors as Hugging Face's `hidden_states[layers]`.
 */
export function forward(config: ModelConfig, params: Tensors, tokens: tf.Tensor, layers = config.layers): tf.Tensor {
  const [batch, time] = tokens.shape as [number, number];
  if (time > config.context)
    throw new Error(`forward: invalid window: ${time} tokens (the model's context is ${config.context})`);
  let x = lookup(weight(params, "model.embed_tokens"), tf.reshape(tokens, [-1]));
  if (config.positions === "learned") {
    const positions = tf.slice(weight(params, "model.embed_positions"), [0, 0], [time, config.width]);
    x = tf.reshape(tf.add(tf.reshape(x, [batch, time, config.width]), positions), [-1, config.width]);
  }
  const mask = causalMask(time);
  for (let i = 0; i < layers; i++) {
    const at = `model.layers.${i}`;
    x = tf.add(
      x,
      attend(config, params, `${at}.self_attn`, norm(config, params, `${at}.input_layernorm`, x), batch, mask),
    );
    x = tf.add(x, feed(config, params, `${at}.mlp`, norm(config, params, `${at}.post_attention_layernorm`, x)));
  }
  return layers === config.layers ? norm(config, params, "model.norm", x) : x;
}

/** tokens [batch, time + 1] int32 → loss in nats of each of the batch·time predictions, row by row. */
export function losses(config: ModelConfig, params: Tensors, tokens: tf.Tensor): tf.Tensor {
  const [batch, span] = tokens.shape as [number, number];
  const inputs = tf.slice(tokens, [0, 0], [batch, span - 1]);
  const targets = tf.reshape(tf.slice(tokens, [0, 1], [batch, span - 1]), [-1]);
  return crossEntropy(forward(config, params, inputs), head(config, params), targets);
}

/** The matrix that turns hidden states into logits, [vocab, width]. */
export const head = (config: ModelConfig, params: Tensors): tf.Tensor =>
  weight(params, config.tied ? "model.embed_tokens" : "lm_head");

function attend(
  config: ModelConfig,
  params: Tensors,
  at: string,
  x: tf.Tensor,
  batch: number,
  mask: tf.Tensor,
): tf.Tensor {
  const { heads, kvHeads, width } = config;
  const time = x.shape[0]! / batch;
  const headWidth = width / heads;
  const split = (name: string, count: number, turned: boolean): tf.Tensor => {
    const byHead = tf.reshape(linear(params, `${at}.${name}`, x), [batch, time, count, headWidth]);
    const turns = { frequencies: frequenciesOf(config.ropeTheta, headWidth) };
    const placed = turned && config.positions === "rotary" ? rotary(byHead, turns) : byHead;
    return tf.transpose(placed, [0, 2, 1, 3]);
  };
  const out = attention({
    q: split("q_proj", heads, true),
    k: split("k_proj", kvHeads, true),
    v: split("v_proj", kvHeads, false),
    mask,
  });
  return linear(params, `${at}.o_proj`, tf.reshape(tf.transpose(out, [0, 2, 1, 3]), [-1, width]));
}

function feed(config: ModelConfig, params: Tensors, at: string, x: tf.Tensor): tf.Tensor {
  const up = linear(params, `${at}.up_proj`, x);
  const inner = config.activation === "swiglu" ? gatedSilu(linear(params, `${at}.gate_proj`, x), up) : gelu(up);
  return linear(params, `${at}.down_proj`, inner);
}

function norm(config: ModelConfig, params: Tensors, at: string, x: tf.Tensor): tf.Tensor {
  const gain = weight(params, at);
  return config.norm === "rms"
    ? rmsNorm(x, gain, config.normEps)
    : layerNorm(x, gain, params[`${at}.bias`]!, config.normEps);
}

const linear = (params: Tensors, at: string, x: tf.Tensor): tf.Tensor =>
  tf.matMul(x as tf.Tensor2D, weight(params, at) as tf.Tensor2D, false, true);

function weight(params: Tensors, at: string): tf.Tensor {
  const tensor = params[`${at}.weight`];
  if (!tensor) throw new Error(`forward: missing parameter: ${at}.weight`);
  return tensor;
}
