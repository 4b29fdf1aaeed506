/**
 * What a tuned lens puts between a layer and the head: h + A h + b for each layer, A whole or of a low rank. All zeros are the
 * logit lens, exactly. How they are trained is in `tuned-lens.ts`. They belong to one model and its head: after training, or
 * once the vocabulary has grown, make others.
 */
import * as tf from "../../tensors.js";
import type { Tensors } from "../../engine/index.js";
import type { Rng } from "../../rng.js";
import type { ModelConfig, Weights } from "../../types.js";

export interface Translators {
  /** Ascending; other layers are read as they are. */
  layers: number[];
  rank: number | "full";
  /** By layer l: `lens.l.bias` [width], and `lens.l.matrix` [width, width] or `lens.l.down` [width, rank] and `lens.l.up` [rank, width]. */
  weights: Weights;
}

const nameOf = (layer: number, what: string): string => `lens.${layer}.${what}`;

/** Those that change nothing; of a low rank `down` is drawn, N(0, 1 / width), and `up` is 0. */
export function newTranslators(options: {
  layers: number[];
  width: number;
  rank: number | "full";
  rng: Rng;
}): Translators {
  const { layers, width, rank, rng } = options;
  const weights: Weights = {};
  const add = (name: string, shape: number[], value = (): number => 0): void => {
    weights[name] = { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, value) };
  };
  for (const layer of layers) {
    const draws = rng.fork(`layer ${layer}`);
    if (rank === "full") add(nameOf(layer, "matrix"), [width, width]);
    else {
      add(nameOf(layer, "down"), [width, rank], () => draws.normal() / Math.sqrt(width));
      add(nameOf(layer, "up"), [rank, width]);
    }
    add(nameOf(layer, "bias"), [width]);
  }
  return { layers, rank, weights };
}

/** States of a layer, [rows, width], as the head is to read them; the translators are among `tensors`, where there are any of this layer. */
export function translated(tensors: Tensors, layer: number, states: tf.Tensor): tf.Tensor {
  const of = (what: string): tf.Tensor | undefined => tensors[nameOf(layer, what)];
  const [bias, matrix, down, up] = [of("bias"), of("matrix"), of("down"), of("up")];
  if (!bias) return states;
  const turned = matrix ? tf.matMul(states, matrix) : tf.matMul(tf.matMul(states, down!), up!);
  return tf.add(states, tf.add(turned, bias));
}

/** Throws where they are of a model of another width or with fewer layers. */
export function checkTranslators(caller: string, { layers, weights }: Translators, config: ModelConfig): void {
  for (const layer of layers) {
    const width = weights[nameOf(layer, "bias")]?.shape[0];
    if (layer > config.layers || width !== config.width)
      throw new Error(
        `${caller}: invalid lens: layer ${layer}, width ${width} (the model has ${config.layers} layers of width ${config.width})`,
      );
  }
}
