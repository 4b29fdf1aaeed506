/**
 * LoRA (Hu et al. 2021, arXiv 2106.09685): every matrix W [out, in] of the layers is frozen and W + (alpha / rank) B A is used, without being made,
 * of which A [rank, in] and B [out, rank] are trained. A begins uniform as PyTorch's linear layers do, B at zero, so the
 * first update starts from the model itself. What is saved is the merged model.
 */
import * as tf from "@tensorflow/tfjs";
import { parametersOf, placesOf } from "../../architecture/index.js";
import { type Module, withModules } from "../../model/index.js";
import { made } from "../../registry.js";
import { rng } from "../../rng.js";
import type { ModelConfig, NdArray, Weights } from "../../types.js";
import type { Parameters } from "./types.js";

export interface LoraOptions {
  /** Defaults to 8. */
  rank?: number;
  /** Of the scale alpha / rank; defaults to twice the rank. */
  alpha?: number;
}

export function lora({ rank = 8, alpha = 2 * rank }: LoraOptions = {}): Parameters {
  if (!(Number.isInteger(rank) && rank >= 1)) throw new Error(`lora: invalid rank: ${rank} (a whole number from 1)`);
  if (!(alpha > 0 && alpha < Infinity)) throw new Error(`lora: invalid alpha: ${alpha} (a positive number)`);
  const scale = alpha / rank;
  return made({
    name: "lora",
    options: { rank, alpha },
    of({ config, seed }) {
      const targets = matricesOf(config);
      const added: Weights = {};
      const transposed = new Set(
        Object.values(placesOf(config)).flatMap((place) => (place.transposed ? [place.name] : [])),
      );
      const modules: Record<string, Module> = {};
      for (const [name, [out, width]] of targets) {
        const random = rng(seed).fork(`lora ${name}`);
        const bound = 1 / Math.sqrt(width);
        added[first(name)] = filled([rank, width], () => (2 * random.uniform() - 1) * bound);
        added[second(name)] = filled([out, rank], () => 0);
        modules[name] = {
          reads: [first(name), second(name)],
          of({ tensors: [a, b], x, y }) {
            const within = transposed.has(name) ? tf.matMul(x, b!) : tf.matMul(x, a!, false, true);
            const change = transposed.has(name) ? tf.matMul(within, a!) : tf.matMul(within, b!, false, true);
            return tf.add(y, tf.mul(change, scale));
          },
        };
      }
      return {
        leaves: added,
        rows: {},
        added,
        weights: (state) => withModules(state, modules),
        merged(state) {
          const merged = Object.fromEntries(Object.entries(state).filter(([name]) => !(name in added)));
          for (const [name] of targets)
            merged[name] = sum(state[name]!, state[second(name)]!, state[first(name)]!, scale);
          return merged;
        },
      };
    },
  });
}

const first = (name: string): string => `lora.a.${name}`;
const second = (name: string): string => `lora.b.${name}`;

const matricesOf = (config: ModelConfig): [string, [number, number]][] =>
  parametersOf(config).flatMap(({ name, shape: [out, width, ...more], layer }) =>
    layer === undefined || width === undefined || more.length > 0 ? [] : [[name, [out!, width]]],
  );

const filled = (shape: [number, number], value: () => number): NdArray => ({
  shape,
  data: Float32Array.from({ length: shape[0] * shape[1] }, value),
});

/** weight + scale · b a */
function sum({ shape, data }: NdArray, b: NdArray, a: NdArray, scale: number): NdArray {
  const [out, width] = shape as [number, number];
  const rank = a.shape[0]!;
  const merged = data.slice();
  for (let i = 0; i < out; i++)
    for (let k = 0; k < rank; k++) {
      const factor = scale * b.data[i * rank + k]!;
      for (let j = 0; j < width; j++) merged[i * width + j]! += factor * a.data[k * width + j]!;
    }
  return { shape: [...shape], data: merged };
}
